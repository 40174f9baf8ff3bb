/**
 * What the billing engine sends and NetSuite does not want.
 *
 * @NApiVersion 2.1
 */
define([], () => {
  /** Rows of nothing are the engine's way to say that a line waits for the next invoice. */
  const withoutZeroRows = (doc) => ({ ...doc, rows: (doc.rows || []).filter((row) => Number(row.units) !== 0) });

  return { withoutZeroRows };
});
