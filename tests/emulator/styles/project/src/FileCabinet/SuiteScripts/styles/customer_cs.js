/**
 * @NApiVersion 2.1
 * @NScriptType ClientScript
 */
define([], () => ({ pageInit: () => true, callBack: () => true }));
