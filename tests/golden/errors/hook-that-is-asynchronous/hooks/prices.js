/**
 * @NApiVersion 2.1
 */
define(['N/https'], (https) => {
  const price = async (line) => (await https.get.promise({ url: 'https://prices.example/' + line.sku })).body;
  return { price };
});
