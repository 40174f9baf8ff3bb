/**
 * User events: a save becomes one outbox row for all flows that want it, or a signed post at once.
 * Nothing here fails the user's save, and nothing submits a task: the saving user may not.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define([
  'N/crypto/random',
  'N/log',
  'N/record',
  'N/runtime',
  './config',
  './deliver',
  './outbox',
  './source',
  './values'
], (random, log, record, runtime, config, deliver, outbox, source, values) => {
  /** How long the way to the agent stays closed after a failed post, doubled with each failure. */
  const OPEN_MS = 30000;
  const LONGEST_MS = 600000;
  const CACHE_SECONDS = 600;

  /** A value in the one form that old and new compare in: empty is ''. @param {any} value */
  const canonical = (value) => {
    if (values.isEmpty(value)) return '';
    if (value instanceof Date) return String(value.getTime());
    if (value === true || value === 'T') return 'T';
    if (value === false || value === 'F') return 'F';
    if (Array.isArray(value)) return value.map(String).sort().join('|');
    return String(value);
  };

  /**
   * A save, as the conditions of the flows see it.
   * @param {import('N/types').EntryPoints.UserEvent.afterSubmitContext} context
   */
  const view = (context) => {
    const type = String(context.type);
    /** @type {any} */
    const now = context.newRecord;
    /** @type {any} */
    const old = context.oldRecord;
    // An inline edit shows only the fields that it changed; a deletion shows nearly nothing.
    const shown = type === 'xedit' ? now.getFields() : null;
    const holder = (field) => {
      if (type === 'delete') return old;
      return shown && shown.indexOf(field) < 0 && old ? old : now;
    };
    const read = (rec, field) => rec.getValue({ fieldId: field });
    const column = (rec, sublist, field) => {
      const out = [];
      for (let line = 0; line < rec.getLineCount({ sublistId: sublist }); line++) {
        out.push(canonical(rec.getSublistValue({ sublistId: sublist, fieldId: field, line: line })));
      }
      return out.join('\n');
    };
    const differs = (name) => {
      const [sublist, field] = name.split('.');
      if (field) return type !== 'xedit' && column(now, sublist, field) !== column(old, sublist, field);
      if (shown && shown.indexOf(name) < 0) return false;
      return canonical(read(now, name)) !== canonical(read(old, name));
    };
    return {
      type,
      id: String(now.id || (old && old.id)),
      key: type === 'delete' ? String(read(old, 'externalid') || '') : '',
      /** Whether the event type and the execution context are the flow's. @param {string} flow @param {string[]} on @param {string[]} except */
      wanted: (flow, on, except) =>
        on.indexOf(type) >= 0 && except.indexOf(String(runtime.executionContext)) < 0 && config.enabled(flow),
      value: (field) => source.of(holder(field), {}).value(field),
      text: (field) => source.of(holder(field), {}).text(field),
      /** Whether one of the fields (`shipstatus`, `item.quantity`) differs; on create all do. @param {string[]} names */
      changed: (names) => type === 'create' || type === 'delete' || !old || names.some(differs)
    };
  };

  /**
   * @param {import('N/types').EntryPoints.UserEvent.afterSubmitContext} context
   * @param {string} type the record type
   * @param {(save: any) => ({flow: string, module?: any})[]} decide the flows that want this save
   */
  const afterSubmit = (context, type, decide) => {
    let id = '?';
    try {
      const save = view(context);
      id = save.id;
      const wanted = decide(save);
      if (wanted.length === 0) return;
      const changed = Date.now();
      const row = {
        events: wanted.map(() => random.generateUUID()),
        record: type,
        recordId: save.id,
        kind: save.type,
        flows: wanted.map((one) => one.flow),
        key: save.key,
        changed: changed,
        seq: `${outbox.stamp(changed)}-0001`
      };
      const now = direct(save) && wanted.some((one) => one.module);
      const left = now ? orElse(() => postAtOnce(row, wanted), row) : row;
      if (left.flows.length > 0) outbox.add(left);
    } catch (error) {
      log.error({ title: `event of ${type} ${id} lost until the next sweep`, details: error });
      countError();
    }
  };

  /** Only a person who waits for the answer is served at once; everything in bulk queues. */
  const direct = (save) => save.type !== 'delete' && runtime.executionContext === runtime.ContextType.USER_INTERFACE;

  /** Posts what can be posted; what cannot be, for whatever reason, is still to be queued. */
  const postAtOnce = (row, wanted) => {
    const left = { ...row, events: [], flows: [] };
    const breaker = JSON.parse(config.shelf().get({ key: 'breaker' }) || '{"openUntil":0,"failures":0}');
    if (breaker.openUntil > Date.now() || outbox.waits(row.record, row.recordId)) return row;
    const rec = record.load({ type: row.record, id: Number(row.recordId) });
    wanted.forEach((one, i) => {
      if (one.module && breaker.openUntil <= Date.now() && postOne(one.module, row, row.events[i], rec, breaker))
        return;
      left.events.push(row.events[i]);
      left.flows.push(row.flows[i]);
    });
    return left;
  };

  /** @returns {boolean} whether the event is delivered, or nobody wants it */
  const postOne = (flow, row, id, rec, breaker) => {
    try {
      const data = deliver.dataOf(flow, source.of(rec, deliver.join(flow.joins, [rec])), row);
      if (data === null) return true;
      const answer = deliver.post(deliver.event(flow, row, id, data));
      if (answer.down || (answer.ok && breaker.failures > 0)) tell(breaker, answer.ok);
      return answer.ok;
    } catch (error) {
      log.error({ title: `event of ${row.record} ${row.recordId} queued`, details: error });
      return false;
    }
  };

  /** Closes the way to the agent for a while after a failure, and opens it after a success. */
  const tell = (breaker, ok) => {
    breaker.openUntil = ok ? 0 : Date.now() + Math.min(OPEN_MS * 2 ** breaker.failures, LONGEST_MS);
    breaker.failures = ok ? 0 : breaker.failures + 1;
    config.shelf().put({ key: 'breaker', value: JSON.stringify(breaker), ttl: CACHE_SECONDS });
  };

  /** @param {() => any} run @param {any} otherwise */
  const orElse = (run, otherwise) => {
    try {
      return run();
    } catch (error) {
      log.error({ title: 'not posted at once, queued', details: error });
      return otherwise;
    }
  };

  /** Lost rows are counted where the service RESTlet sees them; it is a hint, not a ledger. */
  const countError = () => {
    try {
      const count = Number(config.shelf().get({ key: 'outbox_errors' }) || 0) + 1;
      config.shelf().put({ key: 'outbox_errors', value: String(count), ttl: 86400 });
    } catch (error) {
      log.error({ title: 'outbox errors could not be counted', details: error });
    }
  };

  return { afterSubmit };
});
