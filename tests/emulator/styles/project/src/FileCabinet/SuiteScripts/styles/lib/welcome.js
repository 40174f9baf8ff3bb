/**
 * @NApiVersion 2.1
 */
define([], () => ({ words: (name) => `Welcome, ${name}!` }));
