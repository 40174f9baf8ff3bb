/**
 * Loads modules only where a call needs them.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['require', 'N/log'], (require, log) => {
  const get = ({ kilos, mode, sku }) => {
    if (sku) {
      let found = null;
      require(['N/search'], (search) => {
        found = search.create({ type: 'item', filters: [['itemid', 'is', sku]], columns: ['itemid', 'weight'] })
          .run().getRange({ start: 0, end: 1 })
          .map(({ id }) => id)[0] ?? null;
      });
      return { found };
    }
    const freight = require('./lib/freight');
    log.debug({ title: 'freight', details: { kilos, mode } });
    const quote = freight.quote(Number(kilos), mode);
    return { ...quote, again: require('./lib/freight').quote(1).asked };
  };

  const post = ({ modules }) => {
    const failed = {};
    modules.forEach((name) => {
      try {
        require([name], () => {
          failed[name] = null;
        });
      } catch (error) {
        failed[name] = error.name;
      }
    });
    return failed;
  };

  return { get, post };
});
