/**
 * A batch of documents: read all, find all records in one query, look all references up, then save
 * one after the other. One document's fault never touches another's.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define([
  'N/log',
  'N/runtime',
  './config',
  './keys',
  './lookup',
  './nothing',
  './read',
  './reply',
  './sql',
  './upsert',
  './write'
], (log, runtime, config, keys, lookup, nothing, read, reply, sql, upsert, write) => {
  const TIME_LIMIT_MS = 240000;
  const ANSWER_LIMIT = 8000000;
  /** Kept back for the answer fields and for the end of the script. */
  const RESERVE_UNITS = 40;

  /** Takes a moving 95th percentile of how long documents took. */
  const stopwatch = () => {
    const started = Date.now();
    const times = [];
    return {
      elapsed: () => Date.now() - started,
      lap: (ms) => {
        times.push(ms);
        if (times.length > 50) times.shift();
      },
      expected: () => {
        const sorted = [...times].sort((a, b) => a - b);
        return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] : 0;
      }
    };
  };

  /** What hooks get: frozen, and nothing of the library. @param {any} flow @param {any} store */
  const context = (flow, store) => {
    const account = config.account();
    return Object.freeze({
      flow: flow.plan.flow,
      env: account.environment,
      vars: Object.freeze({ ...account.vars }),
      log: log,
      /** The internal id for a key by one of the flow's look-ups, or null. */
      ref: (name, key) => {
        if (!flow.lookups[name]) throw reply.fault('BAD_VALUE', `flow ${flow.plan.flow} has no look-up '${name}'`);
        const reference = lookup.reference(
          flow.lookups[name],
          [String(key)],
          { missing: 'skip_field' },
          name,
          '',
          null
        );
        lookup.resolve(store, [reference], flow.plan.contract);
        return lookup.one(store, reference);
      }
    });
  };

  /** Reads a document: its key, its values and what they refer to. @param {any} flow @param {any} job @param {any} ctx */
  const readDocument = (flow, job, ctx) => {
    const hooks = flow.hooks;
    const reader = read.reader(job.doc);
    job.position = reader.position;
    try {
      const refused = flow.accept(job.doc, ctx);
      if (refused) {
        job.result = { outcome: 'skipped', reason: refused };
        return;
      }
      const keyed = flow.key(job.doc, ctx);
      job.key = keys.keyOf(flow.plan.key, flow.plan.keyPrefix, keyed);
      job.mapped = hooks.before_map ? hooks.before_map(job.doc, ctx) || job.doc : job.doc;
      job.values = flow.read(job.mapped, reader.at, ctx);
      reader.done();
      job.references = reader.references;
      job.fingerprint = upsert.fingerprint(flow.plan, job.values);
    } catch (error) {
      job.result = failed(error, job);
    }
  };

  const failed = (error, job) => ({ outcome: 'failed', error: reply.failure(error, job.position) });

  /** Records that references create, once per distinct key. @param {any} flow @param {any} store @param {any[]} jobs @param {any} ctx */
  const createMissing = (flow, store, jobs, ctx) => {
    const byKey = new Map();
    for (const job of jobs) {
      for (const ref of job.references) {
        if (ref.rule.missing !== 'create' || lookup.ids(store, ref).length > 0) continue;
        const name = `${ref.rule.create}|${lookup.keyOf(store, ref)}`;
        if (!byKey.has(name)) byKey.set(name, { job, ref, made: { id: null, error: null } });
        ref.made = byKey.get(name).made;
      }
    }
    const wanted = [...byKey.values()];
    for (const one of wanted) {
      const plan = flow.creates[one.ref.rule.create];
      const reader = read.reader(one.job.mapped);
      one.job_ = { position: reader.position };
      try {
        one.key = keys.keyOf(plan.plan.key, plan.plan.keyPrefix, plan.key(one.ref.place, one.job.mapped, ctx));
        one.values = plan.read(one.ref.place, one.job.mapped, reader.at, ctx);
        reader.done();
        one.references = reader.references;
      } catch (error) {
        one.made.error = located(error, reader.position);
      }
    }
    const readable = wanted.filter((one) => !one.made.error);
    lookup.resolve(store, [].concat(...readable.map((one) => one.references)), flow.plan.contract);
    for (const one of readable) makeOne(flow.creates[one.ref.rule.create], store, one, ctx);
  };

  /** @param {any} create @param {any} store @param {any} one @param {any} ctx */
  const makeOne = (create, store, one, ctx) => {
    const position = one.job_.position;
    try {
      const settled = lookup.settleAll(store, one.values, position).value;
      const done = upsert.perform(
        {
          plan: { ...create.plan, table: one.ref.lookup.table, where: [], family: one.ref.lookup.family },
          key: one.key,
          fingerprint: '',
          values: settled,
          doc: one.job.mapped,
          ctx,
          position,
          write: create.write,
          beforeSave: null,
          transform: null
        },
        []
      );
      one.made.id = done.record;
      one.job.makes = (one.job.makes || []).concat(`${one.ref.lookup.family}|${create.plan.key}|${one.key}`);
    } catch (error) {
      one.made.error = located(error, position);
    }
  };

  /** A fault keeps the place where it was raised when another document repeats it. */
  const located = (error, position) => {
    const answer = reply.failure(error, position);
    return Object.assign(new Error(answer.message), { name: answer.code, missing: answer.missing, place: answer });
  };

  /** Saves one document. @param {any} flow @param {any} store @param {any} job @param {any} rows @param {any} ctx */
  const saveDocument = (flow, store, job, rows, ctx) => {
    try {
      const print = flow.plan.fingerprint;
      if (
        print &&
        rows.length === 1 &&
        rows[0].fingerprint === job.fingerprint &&
        !flow.plan.verifyAlways &&
        flow.plan.write !== 'create'
      ) {
        return { outcome: 'unchanged', record: rows[0].id };
      }
      const settled = lookup.settleAll(store, job.values, job.position);
      const values = flow.hooks.after_map
        ? flow.hooks.after_map(settled.value, job.mapped, ctx) || settled.value
        : settled.value;
      const done = upsert.perform(
        {
          plan: flow.plan,
          key: job.key,
          // A value that was left out for want of its reference must be looked at again next time.
          fingerprint: settled.skipped ? '' : job.fingerprint,
          values,
          doc: job.mapped,
          ctx,
          position: job.position,
          write: flow.write,
          beforeSave: flow.hooks.before_save || null,
          transform: flow.plan.transformFrom ? { from: flow.plan.transformFrom, id: values.transform_from } : null
        },
        rows
      );
      if (flow.hooks.after_save && done.outcome !== 'unchanged') flow.hooks.after_save(done.record, job.mapped, ctx);
      if (done.outcome === 'created' || done.outcome === 'updated') {
        rows.splice(0, rows.length, { id: done.record, fingerprint: settled.skipped ? '' : job.fingerprint });
      }
      return { ...done, makes: flow.makes(job.key, values) };
    } catch (error) {
      return error.place ? { outcome: 'failed', error: error.place } : failed(error, job);
    }
  };

  /** Fields for the reply, read in one query after the saves: a saved record's own values are stale. */
  const readAnswers = (flow, jobs) => {
    const columns = Object.keys(flow.plan.answer || {});
    const saved = jobs.filter((job) => job.result.outcome === 'created' || job.result.outcome === 'updated');
    if (columns.length === 0 || saved.length === 0) return;
    const select = columns.map((name, i) => `${flow.plan.answer[name]} AS a${i}`).join(', ');
    const found = {};
    for (const chunk of sql.chunks(saved.map((job) => Number(job.result.record)))) {
      const rows = sql.rows(
        `SELECT id, ${select} FROM ${flow.plan.table} WHERE id IN (${sql.marks(chunk.length)})`,
        chunk
      );
      for (const row of rows) found[String(row.id)] = row;
    }
    for (const job of saved) {
      const row = found[job.result.record];
      if (row) job.result.answer = columns.reduce((all, name, i) => ({ ...all, [name]: row['a' + i] }), {});
    }
  };

  /**
   * @param {any} flow the flow's module
   * @param {{id: string, doc: any}[]} documents
   * @returns {any[]} a result for each document, in order
   */
  const run = (flow, documents) => {
    const watch = stopwatch();
    const store = lookup.book();
    const ctx = context(flow, store);
    /** @type {any[]} */
    const jobs = documents.map((one) => ({
      id: one.id,
      doc: one.doc,
      key: null,
      result: null,
      position: null,
      references: []
    }));
    jobs.forEach((job) => readDocument(flow, job, ctx));

    const open = jobs.filter((job) => !job.result);
    const wanted = open.map((job) => job.key).filter((key, i, all) => all.indexOf(key) === i);
    const found = wanted.length ? upsert.find(flow.plan, wanted) : {};
    const rowsOf = (job) => found[job.key] || (found[job.key] = []);

    const first = new Set();
    const settledAlready = (job) => {
      const again = first.has(job.key);
      first.add(job.key);
      const rows = rowsOf(job);
      if (again || rows.length !== 1) return false;
      return (
        flow.plan.write === 'create' ||
        (!flow.plan.verifyAlways && Boolean(flow.plan.fingerprint) && rows[0].fingerprint === job.fingerprint)
      );
    };
    const pending = open.filter((job) => !settledAlready(job));
    lookup.resolve(store, [].concat(...pending.map((job) => job.references)), flow.plan.contract);
    createMissing(flow, store, pending, ctx);

    let size = 0;
    for (const job of open) {
      const script = runtime.getCurrentScript();
      const late = watch.elapsed() + 3 * watch.expected() > TIME_LIMIT_MS;
      if (late || size > ANSWER_LIMIT || script.getRemainingUsage() < flow.plan.unitsEach + RESERVE_UNITS) {
        job.result = { outcome: 'deferred' };
        continue;
      }
      const began = Date.now();
      job.result = saveDocument(flow, store, job, rowsOf(job), ctx);
      watch.lap(Date.now() - began);
      size += JSON.stringify(job.result).length;
    }
    readAnswers(flow, jobs);
    return jobs.map(result);
  };

  /** @param {any} job */
  const result = (job) => {
    const made = (job.result.makes || []).concat(job.makes || []);
    const out = { id: job.id, record: null, key: job.key, ...job.result };
    if (made.length) out.makes = made;
    else delete out.makes;
    return out;
  };

  return { run };
});
