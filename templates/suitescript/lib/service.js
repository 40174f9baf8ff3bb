/**
 * The service RESTlet: one address for everything that is not a document.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define([
  'N/log',
  'N/runtime',
  './config',
  './drain',
  './imports',
  './outbox',
  './poll',
  './pull',
  './reply',
  './sign',
  './sql'
], (log, runtime, config, drain, imports, outbox, poll, pull, reply, sign, sql) => {
  const NAME = /^[A-Za-z0-9_-]{1,40}$/;

  const head = () => ({ build: config.table.build, account: runtime.accountId });

  /** Health, drift and clock in one call. */
  const get = () => {
    try {
      return health();
    } catch (error) {
      return { ...head(), error: reply.refusal(error) };
    }
  };
  const health = () => {
    config.account();
    const { pending, due, pull: fetched, failed, oldest_seconds } = outbox.stats();
    return {
      ...head(),
      now: new Date().toISOString(),
      outbox: { pending, due, pull: fetched, failed, oldest_seconds },
      flags: { paused: config.paused(), outbox_errors: Number(config.shelf().get({ key: 'outbox_errors' }) || 0) }
    };
  };

  /** @param {any} request */
  const importOf = (request) => {
    const plan = config.table.imports[request.flow];
    if (!plan) throw reply.fault('BAD_REQUEST', `flow ${request.flow} takes no files`);
    if (!NAME.test(String(request.import))) throw reply.fault('BAD_REQUEST', `'${request.import}' is no import id`);
    if (request.contract !== undefined && request.contract !== plan.contract) {
      throw reply.fault('WRONG_CONTRACT', `the call has contract ${request.contract}, deployed is ${plan.contract}`);
    }
    return plan;
  };
  /** The flow of a poll. @param {any} request @param {{[flow: string]: any}} flows */
  const polled = (request, flows) => {
    const flow = flows[request.flow];
    if (!flow || !flow.changed) throw reply.fault('BAD_REQUEST', `flow ${request.flow} is not polled`);
    if (config.paused()) throw reply.fault('PAUSED', 'the project is paused');
    if (!config.enabled(request.flow)) throw reply.fault('FLOW_DISABLED', `${request.flow} is not enabled here`);
    if (request.contract !== flow.contract) {
      throw reply.fault('WRONG_CONTRACT', `the call has contract ${request.contract}, deployed is ${flow.contract}`);
    }
    return flow;
  };
  const count = (value, name) => {
    if (!Number.isInteger(value) || value < 0) throw reply.fault('BAD_REQUEST', `${name} is no whole number`);
    return value;
  };

  const ops = {
    pending: () => {
      const { pending, due, pull: fetched, failed, partitions } = outbox.stats();
      return { pending, due, pull: fetched, failed, partitions };
    },

    fetch: (_request, flows) => pull.fetch(flows),

    ack: (request) => {
      if (!Array.isArray(request.rows)) throw reply.fault('BAD_REQUEST', 'rows is not a list');
      return pull.ack(request.rows);
    },

    poll: (request, flows) => poll.keys(polled(request, flows), request),

    rows: (request, flows) => {
      if (!Array.isArray(request.keys)) throw reply.fault('BAD_REQUEST', 'keys is not a list');
      return poll.rows(polled(request, flows), request);
    },

    drain: (request) => {
      if (config.paused()) return { submitted: [], running: [] };
      const last = config.table.drain.deploys.length - 1;
      if (request.partition !== undefined && count(request.partition, 'partition') > last)
        throw reply.fault('BAD_REQUEST', `there is no partition ${request.partition}, the last one is ${last}`);
      const wanted = request.partition !== undefined ? [request.partition] : last === 0 ? [0] : outbox.waiting();
      const submitted = wanted.filter((partition) => drain.submit(partition));
      return { submitted: submitted, running: wanted.filter((partition) => submitted.indexOf(partition) < 0) };
    },

    stage: (request) => {
      importOf(request);
      if (!Array.isArray(request.lines)) throw reply.fault('BAD_REQUEST', 'lines is not a list');
      return imports.stage(request.flow, request.import, count(request.part, 'part'), request.lines);
    },

    import: (request) => {
      importOf(request);
      return imports.start(request.flow, request.import, count(request.parts, 'parts'));
    },

    state: (request) => {
      if (!request.keys) {
        importOf(request);
        return imports.state(request.flow, request.import, count(request.offset || 0, 'offset'));
      }
      const flow = config.table.inbound[request.flow];
      if (!flow) throw reply.fault('BAD_REQUEST', `flow ${request.flow} is not inbound`);
      const keys = request.keys.map(String);
      const found = {};
      for (const row of sql.byKey(flow, keys)) {
        if (keys.indexOf(String(row.k)) >= 0) found[String(row.k)] = String(row.id);
      }
      return { found: found };
    },

    clear: (request) => {
      importOf(request);
      return imports.clear(request.flow, request.import);
    },

    pause: (request) => {
      config.pause(request.paused === true);
      return { paused: request.paused === true };
    },

    doctor: () => ({ checks: doctor() })
  };

  /** Levels of permissions, each more than the one before. */
  const LEVELS = ['NONE', 'VIEW', 'CREATE', 'EDIT', 'FULL'];
  const levelOf = (key) => {
    const held = runtime.getCurrentUser().getPermission({ name: key });
    return LEVELS.find((level) => runtime.Permission[level] === held) || String(held);
  };

  /** The role's permissions against those that the flows need. */
  const permissions = () => {
    const needed = config.table.permissions;
    const lacking = Object.keys(needed)
      .map((key) => ({ key, held: levelOf(key), level: needed[key] }))
      .filter(({ held, level }) => LEVELS.indexOf(held) < LEVELS.indexOf(level))
      .map(({ key, held, level }) => `${key} is ${held} and must be ${level}`);
    if (lacking.length) throw reply.fault('PERMISSION_LACKING', lacking.join('; '));
    return `${Object.keys(needed).length} as the flows need them`;
  };

  /** What an administrator sets up by hand, tried for real. */
  const doctor = () => {
    const checks = [];
    const check = (name, run) => {
      try {
        checks.push({ check: name, ok: true, detail: String(run()) });
      } catch (error) {
        checks.push({ check: name, ok: false, detail: `${error.name}: ${error.message}` });
      }
    };
    check('environment', () => config.account().environment);
    check('outbox', () => `${outbox.stats().pending} rows wait`);
    check('permissions', permissions);
    for (const secret of config.table.secrets)
      check(`secret ${secret}`, () => `signs (${sign.mac(secret, 'test').slice(0, 6)}...)`);
    for (const flow of Object.keys(config.table.inbound)) {
      const plan = config.table.inbound[flow];
      check(`records of ${flow}`, () => {
        if (sql.visible(plan.table, plan.where)) return 'visible';
        return 'no row is visible: there is none yet, or the role lacks the permission';
      });
    }
    check('paused', () => config.paused());
    return checks;
  };

  /** @param {any} request {build, account, op, ...} @param {{[flow: string]: any}} flows the outbound flows' modules */
  const post = (request, flows) => {
    const given = request || {};
    const answer = { ...head(), op: given.op };
    try {
      config.account();
      if (given.account !== runtime.accountId) {
        throw reply.fault('WRONG_ACCOUNT', `the call is for account ${given.account}, this is ${runtime.accountId}`);
      }
      if (!Object.prototype.hasOwnProperty.call(ops, given.op)) throw reply.fault('UNKNOWN_OP', `no op '${given.op}'`);
      return { ...answer, ...ops[given.op](given, flows) };
    } catch (error) {
      log.error({ title: `service op ${given.op} refused`, details: error });
      return { ...answer, error: reply.refusal(error) };
    }
  };

  return { get, post };
});
