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

  // "-Not Taxable-" of legacy tax has this id in every account; SuiteTax knows no tax codes on lines.
  const NOT_TAXABLE = '-7';

  /** Only what the shop calls free of tax is set; every other line takes what NetSuite sources. */
  const taxCodeFor = (line) => (line.taxable === false ? NOT_TAXABLE : null);

  return { unpackBundles, taxCodeFor };
});
