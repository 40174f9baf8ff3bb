/**
 * Order lines by item over as many pages as there are: joins, summaries, a formula.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/search'], (search) => {
  const get = (params) => {
    const lines = search.create({
      type: search.Type.SALES_ORDER,
      filters: [['mainline', 'is', 'F'], 'AND', ['taxline', 'is', 'F'], 'AND', ['otherrefnum', 'equalto', params.reference]],
      columns: [
        search.createColumn({ name: 'tranid' }),
        search.createColumn({ name: 'itemid', join: 'item', sort: search.Sort.ASC }),
        search.createColumn({ name: 'quantity' }),
        search.createColumn({ name: 'formulanumeric', formula: '{quantity} * 2', label: 'Twice' }),
      ],
    });
    const pages = lines.runPaged({ pageSize: 5 });
    const rows = [];
    pages.pageRanges.forEach((range) => {
      pages.fetch({ index: range.index }).data.forEach((result) => {
        rows.push([
          result.getValue({ name: 'itemid', join: 'item' }),
          Number(result.getValue('quantity')),
          Number(result.getValue(lines.columns[3])),
        ]);
      });
    });
    const sums = search.create({
      type: 'salesorder',
      filters: [['mainline', 'is', 'F'], 'AND', ['taxline', 'is', 'F'], 'AND', ['otherrefnum', 'equalto', params.reference]],
      columns: [
        search.createColumn({ name: 'item', summary: search.Summary.GROUP }),
        search.createColumn({ name: 'quantity', summary: search.Summary.SUM }),
        search.createColumn({ name: 'internalid', summary: search.Summary.COUNT }),
      ],
    }).run().getRange({ start: 0, end: 100 });
    return {
      count: pages.count,
      pages: pages.pageRanges.length,
      rows,
      sums: sums.map((sum) => ({
        item: sum.getText({ name: 'item', summary: 'GROUP' }),
        quantity: Number(sum.getValue({ name: 'quantity', summary: search.Summary.SUM })),
        lines: Number(sum.getValue({ name: 'internalid', summary: search.Summary.COUNT })),
      })),
    };
  };

  return { get };
});
