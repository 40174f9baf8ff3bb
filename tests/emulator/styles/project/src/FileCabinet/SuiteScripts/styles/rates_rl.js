/**
 * Asks an outside service for a price, tries again when it is down, and keeps what it answered.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/https', 'N/cache', 'N/error', 'N/log', 'N/runtime'], (https, cache, error, log, runtime) => {
  const ask = (sku, tries) => {
    const response = https.post({
      url: 'https://prices.styles.example/v1/quote',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Attempt': String(tries) },
      body: JSON.stringify({ sku }),
    });
    if (response.code >= 500 && tries < 3) {
      log.error({ title: `try ${tries}`, details: { code: response.code, body: response.body } });
      return ask(sku, tries + 1);
    }
    if (response.code !== 200) {
      throw error.create({ name: 'STYLES_NO_QUOTE', message: `${response.code} ${response.body}`, notifyOff: true });
    }
    return { price: JSON.parse(response.body).price, served: response.headers['X-Served-By'] ?? response.headers['x-served-by'], tries };
  };

  const get = ({ sku }) => {
    const kept = cache.getCache({ name: 'styles_prices', scope: cache.Scope.PRIVATE });
    let asked = false;
    const text = kept.get({
      key: sku,
      loader: () => {
        asked = true;
        return JSON.stringify(ask(sku, 1));
      },
      ttl: 300,
    });
    return { ...JSON.parse(text), asked, units: runtime.getCurrentScript().getRemainingUsage() };
  };

  const put = ({ url }) => {
    try {
      return { code: https.get({ url }).code };
    } catch (problem) {
      return { error: problem.name, text: problem.message };
    }
  };

  return { get, put };
});
