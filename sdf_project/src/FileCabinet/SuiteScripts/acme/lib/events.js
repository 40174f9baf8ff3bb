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
    /** @type {any} */
    const reader = {
      value: (field) => source.record(holder(field)).value(field),
      text: (field) => source.record(holder(field)).text(field),
      inside: (field) => source.record(holder(field)).inside(field),
      rows: (sublist) => source.record(type === 'delete' || (shown && old) ? old : now).rows(sublist)
    };
    const place = source.at(reader, {});
    /** Whether the execution context and the account are the flow's. @param {string} flow @param {string[]} except */
    const heard = (flow, except) => except.indexOf(String(runtime.executionContext)) < 0 && config.enabled(flow);
    return {
      type,
      id: String(now.id || (old && old.id)),
      key: type === 'delete' ? String(read(old, 'externalid') || '') : '',
      /** @param {string} flow @param {string[]} on event types @param {string[]} except contexts */
      wanted: (flow, on, except) => on.indexOf(type) >= 0 && heard(flow, except),
      value: place.value,
      instant: place.instant,
      time: place.time,
      text: place.text,
      /** What a flow reads, as it is now. @param {any} reads */
      keep: (reads) => source.keep(reader, reads),
      /** Whether one of the fields (`shipstatus`, `item.quantity`) differs; on create all do. @param {string[]} names */
      changed: (names) => type === 'create' || type === 'delete' || !old || names.some(differs),
      /**
       * Whether the tests of a flow hold. Where they cannot be judged its event is queued, so that it is
       * neither lost nor in the way of other flows' events: the row says why, and is an alarm in the end.
       * @param {string} flow @param {() => boolean} tests
       */
      holds: (flow, tests) => {
        try {
          return tests();
        } catch (error) {
          log.error({ title: `conditions of ${flow} could not be judged`, details: error });
          return true;
        }
      },
      /**
       * Ids of the records that a field names, now and before.
       * @param {string} flow @param {string} field @param {string[]} except contexts
       */
      touched: (flow, field, except) => {
        if (!heard(flow, except)) return [];
        const ids = [holder(field), old].filter((rec) => rec).map((rec) => String(read(rec, field) || ''));
        return ids.filter((id, i) => Number(id) > 0 && ids.indexOf(id) === i);
      }
    };
  };

  /**
   * @typedef {{flow: string, module?: any, state?: any, pulled?: boolean, record?: string, id?: string}} Wanted
   *   a flow that wants an event: `module` posts at once, `state` is kept in the row, `pulled` the agent
   *   fetches, `record` and `id` are of another record than the saved one
   */

  /** One row for each record and way. @param {any} save @param {string} type @param {Wanted[]} wanted @param {string} [kind] */
  const rowsOf = (save, type, wanted, kind) => {
    const changed = Date.now();
    const rows = {};
    for (const one of wanted) {
      const id = one.id || save.id;
      const name = `${one.record || type}:${id}:${Boolean(one.pulled)}`;
      const row = (rows[name] = rows[name] || {
        events: [],
        record: one.record || type,
        recordId: id,
        kind: kind || (one.id ? 'touch' : save.type),
        flows: [],
        modules: [],
        key: one.id ? '' : save.key,
        changed: changed,
        seq: `${outbox.stamp(changed)}-0001`,
        pulled: Boolean(one.pulled),
        states: null
      });
      if (row.flows.indexOf(one.flow) >= 0) continue;
      row.events.push(random.generateUUID());
      row.flows.push(one.flow);
      row.modules.push(one.module || null);
      if (one.state) row.states = { ...row.states, [one.flow]: one.state };
    }
    return Object.keys(rows).map((name) => rows[name]);
  };

  /**
   * @param {import('N/types').EntryPoints.UserEvent.afterSubmitContext} context
   * @param {string} type the record type
   * @param {(save: any) => Wanted[]} decide the flows that want this save
   */
  const afterSubmit = (context, type, decide) => {
    let id = '?';
    try {
      const save = view(context);
      id = save.id;
      for (const row of rowsOf(save, type, decide(save))) {
        const now = direct(save) && row.kind !== 'touch' && row.modules.some((one) => one);
        const left = now ? orElse(() => postAtOnce(row), row) : row;
        if (left.flows.length > 0) outbox.add(left);
      }
    } catch (error) {
      log.error({ title: `event of ${type} ${id} lost until the next sweep`, details: error });
      countError();
    }
  };

  /** Only a person who waits for the answer is served at once; everything in bulk queues. */
  const direct = (save) => save.type !== 'delete' && runtime.executionContext === runtime.ContextType.USER_INTERFACE;

  /** Posts what can be posted; what cannot be, for whatever reason, is still to be queued. */
  const postAtOnce = (row) => {
    const left = { ...row, events: [], flows: [] };
    const breaker = JSON.parse(config.shelf().get({ key: 'breaker' }) || '{"openUntil":0,"failures":0}');
    if (breaker.openUntil > Date.now() || outbox.waits(row.record, row.recordId)) return row;
    const reader = source.record(record.load({ type: row.record, id: Number(row.recordId) }));
    row.modules.forEach((flow, i) => {
      if (flow && breaker.openUntil <= Date.now() && postOne(flow, row, row.events[i], reader, breaker)) return;
      left.events.push(row.events[i]);
      left.flows.push(row.flows[i]);
    });
    return left;
  };

  /** @returns {boolean} whether the event is delivered, or nobody wants it */
  const postOne = (flow, row, id, reader, breaker) => {
    try {
      const data = deliver.dataOf(flow, source.at(reader, deliver.join(flow, [reader])), row);
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

  /**
   * A workflow sends its record through a flow: the row of a user event, for every flow that is
   * asked for and whose condition on the record's own fields holds.
   * @param {import('N/types').EntryPoints.WorkflowAction.onActionContext} context
   * @param {string} type the record type
   * @param {string} parameter script parameter that names one flow; empty is all
   * @param {{flow: string, when: (save: any) => boolean, keep: (save: any) => any, pulled: boolean}[]} flows
   * @returns {string} for the workflow to test: QUEUED, SKIPPED (no flow wants the record), UNKNOWN_FLOW,
   *   NOT_SAVED (the record has no id yet), FAILED
   */
  const onAction = (context, type, parameter, flows) => {
    try {
      const name = String(runtime.getCurrentScript().getParameter({ name: parameter }) || '').trim();
      const asked = flows.filter((one) => !name || one.flow === name);
      if (asked.length === 0) return 'UNKNOWN_FLOW';
      if (!context.newRecord.id) return 'NOT_SAVED';
      const save = view(/** @type {any} */ ({ type: 'workflow', newRecord: context.newRecord, oldRecord: null }));
      const wanted = asked.filter((one) => config.enabled(one.flow) && one.when(save));
      const rows = wanted.map((one) => ({ flow: one.flow, pulled: one.pulled, state: one.keep(save) }));
      for (const row of rowsOf(save, type, rows, 'workflow')) outbox.add(row);
      return rows.length > 0 ? 'QUEUED' : 'SKIPPED';
    } catch (error) {
      log.error({ title: `event of ${type} by a workflow failed`, details: error });
      countError();
      return 'FAILED';
    }
  };

  return { afterSubmit, onAction };
});
