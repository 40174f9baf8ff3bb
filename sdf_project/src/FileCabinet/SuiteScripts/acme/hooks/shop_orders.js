/**
 * What the web shop does that a mapping cannot say.
 *
 * @NApiVersion 2.1
 */
define([], () => {
  /**
   * The shop sells bundles as one line with the parts inside. NetSuite gets the parts: each becomes a line of its
   * own, under an id that stays the same, and the last part takes what is left of the bundle's price.
   */
  const unpackBundles = (doc) => {
    const lines = (doc.line_items || []).flatMap((line) => {
      if (!line.components || line.components.length === 0) return [line];
      const cents = Math.round(Number(line.price) * 100);
      const share = Math.floor(cents / line.components.length);
      return line.components.map((part, index) => ({
        id: `${line.id}-${index + 1}`,
        sku: part.sku,
        title: part.title || line.title,
        quantity: line.quantity,
        price: ((index + 1 < line.components.length ? share : cents - share * index) / 100).toFixed(2)
      }));
    });
    return { ...doc, line_items: lines };
  };

  /**
   * For accounts on legacy tax, `taxcode: {hook: taxCodeFor}`: the internal id of a line's tax code, or null to keep
   * what NetSuite sources. SuiteTax has no tax codes on lines, so here the answer is always null.
   */
  const taxCodeFor = () => null;

  return { unpackBundles, taxCodeFor };
});
