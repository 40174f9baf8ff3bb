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
  './act',
  './config',
  './keys',
  './lookup',
  './make',
  './read',
  './reply',
  './sql',
  './upsert'
], (log, runtime, act, config, keys, lookup, make, read, reply, sql, upsert) => {
  const TIME_LIMIT_MS = 240000;
  const ANSWER_LIMIT = 8000000;
  const QUERY_UNITS = 10;

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

  /** What a hook gives. Hooks are synchronous: a promise is nothing yet. @param {string} name @param {any} value */
  const given = (name, value) => {
    if (value && typeof value.then === 'function') {
      throw reply.fault('SCRIPT_ERROR', `the hook ${name} gives a promise, and hooks are synchronous`);
    }
    return value;
  };
  /** A document or values that a hook gives, or those that are there where it gives nothing. */
  const replaced = (name, value, otherwise) => {
    const found = given(name, value);
    if (found === undefined || found === null) return otherwise;
    if (typeof found === 'object' && Array.isArray(found) === Array.isArray(otherwise)) return found;
    const shown = String(JSON.stringify(found)).slice(0, 80);
    throw reply.fault('SCRIPT_ERROR', `the hook ${name} gives ${shown} in place of what it was given`);
  };

  /** Reads a document: its key, its values and what they refer to. @param {any} flow @param {any} job @param {any} ctx */
  const readDocument = (flow, job, ctx) => {
    const hooks = flow.hooks;
    const reader = read.reader(job.doc);
    job.position = reader.position;
    const locate = (field, spec) => Object.assign(job.position, { field: field, spec: spec });
    try {
      locate('accept', null);
      const refused = flow.accept(job.doc, ctx);
      if (refused) {
        job.result = { outcome: 'skipped', reason: refused };
        return;
      }
      locate(flow.plan.key, flow.plan.keySpec || null);
      const keyed = flow.key(job.doc, ctx);
      job.key = keys.keyOf(flow.plan.key, flow.plan.keyPrefix, keyed);
      locate(null, null);
      job.mapped = hooks.before_map ? replaced('before_map', hooks.before_map(job.doc, ctx), job.doc) : job.doc;
      job.values = flow.read(job.mapped, reader.at, ctx);
      reader.done();
      job.references = reader.references;
      // What these hooks write may come from anything that they can read.
      const hooked = hooks.after_map || hooks.before_save;
      const said = hooked ? [job.values, job.mapped, ctx.vars] : job.values;
      job.fingerprint = upsert.fingerprint(flow.plan, said);
    } catch (error) {
      job.result = failed(error, job);
    }
  };

  const failed = (error, job) => ({ outcome: 'failed', error: reply.failure(error, job.position) });

  /** Outcomes with a record to read: a sender that asks again, because an answer got lost, gets it too. */
  const STANDS = ['created', 'updated', 'unchanged', 'duplicate'];
  /** Whether something was done in the account. @param {{outcome: string}} result */
  const done = (result) => ['created', 'updated', 'deleted'].indexOf(result.outcome) >= 0;

  /** The outcome of a document that asks for nothing; null where something is to be done. */
  const settledAlready = (plan, rows, job) => {
    if (rows.length !== 1) return null;
    if (plan.write === 'create') return 'duplicate';
    const same = Boolean(plan.fingerprint) && upsert.printOf(rows[0]) === job.fingerprint;
    return same && !plan.verifyAlways ? 'unchanged' : null;
  };

  /**
   * Values of a hook as the mapping makes them: of those that it makes itself, and of lines that it
   * adds, it need not name what holds nothing.
   * @param {any} value
   * @returns {any}
   */
  const complete = (value) => {
    const { lines = {}, subrecords = {} } = value;
    const of = (all, each) =>
      Object.keys(all).reduce((out, name) => ({ ...out, [name]: all[name] && each(all[name]) }), {});
    return {
      ...value,
      lines: of(lines, (list) => Object.assign(list.map(complete), { skipped: list.skipped })),
      subrecords: of(subrecords, complete)
    };
  };

  /**
   * Saves one document.
   * @param {any} flow
   * @param {any} store
   * @param {any} job
   * @param {any} rows
   * @param {any} ctx
   * @param {(units: number) => boolean} left whether so many units are left beside the document's own
   */
  const saveDocument = (flow, store, job, rows, ctx, left) => {
    try {
      const { hooks, plan } = flow;
      const outcome = settledAlready(plan, rows, job);
      if (outcome) return { outcome, record: rows[0].id, makes: flow.makes(job.key, job.values) };
      job.needed = job.needed.filter((ref) => lookup.applies(ref, rows.length === 0));
      // What was created stays: a document that needs more than is left comes further each time.
      if (!make.saveFor(store, job, ctx, left)) return { outcome: 'deferred' };
      const settled = lookup.settleAll(store, job.values, job.position, rows.length === 0);
      if (act.acts(plan)) {
        const acted = act.perform(plan, job.key, settled.value, rows);
        return done(acted) ? { ...acted, ...afterSave(flow, job, acted.record, ctx) } : acted;
      }
      const values = hooks.after_map
        ? complete(replaced('after_map', hooks.after_map(settled.value, job.mapped, ctx), settled.value))
        : settled.value;
      // A value that was left out for want of its reference must be looked at again next time.
      const fingerprint = settled.skipped ? '' : job.fingerprint;
      const saved = upsert.perform(
        {
          plan,
          key: job.key,
          fingerprint,
          values,
          doc: job.mapped,
          ctx,
          position: job.position,
          write: flow.write,
          beforeSave: hooks.before_save ? (...args) => given('before_save', hooks.before_save(...args)) : null,
          transform: plan.transformFrom ? { from: plan.transformFrom, id: settled.value.transform_from } : null
        },
        rows
      );
      if (done(saved)) {
        rows.splice(0, rows.length, { id: saved.record, fingerprint });
        Object.assign(saved, afterSave(flow, job, saved.record, ctx));
      }
      return { ...saved, makes: flow.makes(job.key, values) };
    } catch (error) {
      const record = rows.length === 1 ? rows[0].id : null;
      return error.place ? { outcome: 'failed', record, error: error.place } : { ...failed(error, job), record };
    }
  };

  /** The record is saved, whatever the hook does: its fault is told beside the outcome. */
  const afterSave = (flow, job, id, ctx) => {
    if (!flow.hooks.after_save) return {};
    try {
      given('after_save', flow.hooks.after_save(id, job.mapped, ctx));
      return {};
    } catch (error) {
      log.error({ title: `${flow.plan.flow}: after_save of ${job.key}`, details: error });
      return { warning: reply.refusal(error) };
    }
  };

  /**
   * Fields for the reply. The key query has them of what was there; what was saved is read again, in
   * one query after the saves, because a saved record's own values are stale.
   */
  const readAnswers = (flow, jobs, rowsOf) => {
    const names = Object.keys(flow.plan.answer || {});
    const standing = jobs.filter((job) => job.result.record && STANDS.indexOf(job.result.outcome) >= 0);
    if (names.length === 0 || standing.length === 0) return;
    const known = (job) => (done(job.result) ? null : (rowsOf(job)[0] || {}).answer);
    const found = upsert.answers(
      flow.plan,
      standing.filter((job) => !known(job)).map((job) => job.result.record)
    );
    for (const job of standing) {
      const answer = known(job) || found[job.result.record];
      if (answer) job.result.answer = answer;
    }
  };

  /**
   * @param {any} flow the flow's module
   * @param {{id: string, doc: any, look?: boolean}[]} documents `look`: the call before was cut and may still be
   *   running, so a document whose record is not there is put off, not created
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
      look: one.look === true,
      key: null,
      result: null,
      position: null,
      references: [],
      needed: [],
      makes: []
    }));
    jobs.forEach((job) => readDocument(flow, job, ctx));

    const open = jobs.filter((job) => !job.result);
    const wanted = open.map((job) => job.key).filter((key, i, all) => all.indexOf(key) === i);
    const found = wanted.length ? upsert.find(flow.plan, wanted) : {};
    const rowsOf = (job) => found[job.key] || (found[job.key] = []);
    for (const job of open) if (job.look && rowsOf(job).length === 0) job.result = { outcome: 'deferred' };

    // Of two documents with one key the second meets what the first one has saved.
    const changing = new Set();
    const pending = open.filter((job) => {
      if (job.result) return false;
      const second = changing.has(job.key);
      if (settledAlready(flow.plan, rowsOf(job), job) && !second) return false;
      changing.add(job.key);
      // Whether it creates or changes its record, a second one finds out when the first is saved.
      const fresh = rowsOf(job).length === 0;
      job.needed = job.references.filter((ref) => second || lookup.applies(ref, fresh));
      return true;
    });
    lookup.resolve(store, [].concat(...pending.map((job) => job.needed)), flow.plan.contract);
    make.readAll(flow, store, pending, ctx);

    // As the units bill counts: a document's worst case, and what the end of the batch may ask for.
    const answers = flow.plan.answer ? QUERY_UNITS * sql.chunks(documents).length : 0;
    const kept = flow.plan.unitsEach + flow.plan.unitsRest + answers;
    const left = (more) => runtime.getCurrentScript().getRemainingUsage() >= kept + more;
    let size = 0;
    for (const job of open) {
      if (job.result) continue;
      const late = watch.elapsed() + 3 * watch.expected() > TIME_LIMIT_MS;
      if (late || size > ANSWER_LIMIT || !left(0)) {
        job.result = { outcome: 'deferred' };
        continue;
      }
      const began = Date.now();
      job.result = saveDocument(flow, store, job, rowsOf(job), ctx, left);
      watch.lap(Date.now() - began);
      size += JSON.stringify(job.result).length;
    }
    readAnswers(flow, jobs, rowsOf);
    return jobs.map(result);
  };

  /** @param {any} job */
  const result = (job) => {
    const made = (job.result.makes || []).concat(job.makes);
    const out = { id: job.id, record: null, key: job.key, ...job.result };
    if (made.length) out.makes = made;
    else delete out.makes;
    return out;
  };

  return { run };
});
