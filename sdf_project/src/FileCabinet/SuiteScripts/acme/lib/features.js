/**
 * Features of the account, asked once in an execution.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/runtime'], (runtime) => {
  /** @type {Map<string, boolean>} */
  const known = new Map();

  /** Whether all of these are in effect. @param {...string} names ids as in SDF: `MULTICURRENCY` */
  const on = (...names) =>
    names.every((name) => {
      if (!known.has(name)) known.set(name, Boolean(runtime.isFeatureInEffect({ feature: /** @type {any} */ (name) })));
      return known.get(name);
    });

  return { on };
});
