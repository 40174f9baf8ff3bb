/**
 * The entry of an inbound RESTlet: is the call for this account and this mapping, then the batch.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/log', 'N/runtime', './batch', './config', './reply'], (log, runtime, batch, config, reply) => {
  /**
   * @param {any} flow the flow's module
   * @param {any} request {contract, build, account, flow, batch, documents}
   */
  const post = (flow, request) => {
    const started = Date.now();
    const head = {
      contract: flow.plan.contract,
      build: config.table.build,
      account: runtime.accountId,
      flow: flow.plan.flow,
      batch: request ? request.batch : null
    };
    try {
      check(flow, request);
      const results = config.paused()
        ? request.documents.map((one) => ({ id: one.id, outcome: 'deferred', record: null, key: null }))
        : batch.run(flow, request.documents);
      const remaining = runtime.getCurrentScript().getRemainingUsage();
      return {
        ...head,
        results: results,
        usage: { used: LIMIT - remaining, remaining: remaining },
        elapsed_ms: Date.now() - started
      };
    } catch (error) {
      log.error({ title: `${flow.plan.flow}: batch refused`, details: error });
      return { ...head, error: reply.refusal(error) };
    }
  };

  /** Units that NetSuite gives a RESTlet (help topic "Script Type Usage Unit Limits"). */
  const LIMIT = 5000;

  /** @param {any} flow @param {any} request */
  const check = (flow, request) => {
    const given = request || {};
    if (!config.enabled(flow.plan.flow))
      throw reply.fault('FLOW_DISABLED', `flow ${flow.plan.flow} is off in this environment`);
    if (given.account !== runtime.accountId) {
      throw reply.fault('WRONG_ACCOUNT', `the call is for account ${given.account}, this is ${runtime.accountId}`);
    }
    if (given.contract !== flow.plan.contract) {
      throw reply.fault('WRONG_CONTRACT', `the call has contract ${given.contract}, deployed is ${flow.plan.contract}`);
    }
    if (!Array.isArray(given.documents)) throw reply.fault('BAD_REQUEST', 'documents is not a list');
  };

  return { post };
});
