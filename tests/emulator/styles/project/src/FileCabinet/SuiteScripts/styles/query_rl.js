/**
 * Asks with N/query objects: joins, conditions, aggregates, pages.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/query'], (query) => {
  const get = ({ reference }) => {
    const orders = query.create({ type: query.Type.TRANSACTION });
    const customer = orders.autoJoin({ fieldId: 'entity' });
    orders.condition = orders.and(
      orders.createCondition({ fieldId: 'type', operator: query.Operator.ANY_OF, values: ['SalesOrd'] }),
      orders.createCondition({ fieldId: 'otherrefnum', operator: query.Operator.IS, values: [reference] }),
    );
    orders.columns = [
      orders.createColumn({ fieldId: 'tranid', alias: 'number' }),
      customer.createColumn({ fieldId: 'entityid', alias: 'customer' }),
    ];
    orders.sort = [orders.createSort({ column: orders.columns[0], ascending: false })];
    const rows = orders.run().asMappedResults();
    const pages = [];
    const paged = orders.runPaged({ pageSize: 5 });
    paged.iterator().each((page) => {
      pages.push(page.value.data.results.length);
      return true;
    });

    const count = query.create({ type: query.Type.CUSTOMER });
    count.columns = [count.createColumn({ fieldId: 'id', aggregate: query.Aggregate.COUNT, alias: 'n' })];
    const sql = query.runSuiteQL({ query: 'SELECT COUNT(*) AS n FROM customer' }).asMappedResults()[0].n;
    return { rows, pages, count: count.run().asMappedResults()[0].n, sql };
  };

  return { get };
});
