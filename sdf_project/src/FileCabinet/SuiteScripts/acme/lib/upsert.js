/**
 * One record: found by its key, created or changed, saved only where something differs.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/crypto', 'N/encode', 'N/record', './claim', './reply', './sql', './write'], (
  crypto,
  encode,
  record,
  claim,
  reply,
  sql,
  write
) => {
  /**
   * @typedef {{record: string, table: string, where: string[], key: string, fingerprint: string | null,
   *   write: 'upsert' | 'create' | 'update' | 'delete' | 'attach' | 'detach', save: 'record' | 'fields', sourcing: 'create' | 'always' | 'never',
   *   verifyAlways?: boolean, dynamic: boolean, ignoreMandatory?: boolean, claim?: boolean, contract: string, flow: string, family: string,
   *   initial?: {[name: string]: string | true}, parent?: string}} Plan
   *   `initial`: default values of record.create by the mapped field that holds each; `parent`: the field of a
   *   custom record that holds its parent, where it is attached or detached
   * @typedef {{id: string, fingerprint: string, parent?: string, answer?: any}} Row
   */

  /** What a text field takes. */
  const LONGEST_PRINT = 290;

  /**
   * Records by key, in one SuiteQL for all keys of a batch.
   * @param {Plan} plan
   * @param {string[]} keys
   * @returns {{[key: string]: Row[]}}
   */
  const find = (plan, keys) => {
    const found = Object.create(null);
    const print = plan.fingerprint ? `, ${plan.fingerprint} AS fp` : '';
    const parent = plan.parent ? `, ${plan.parent} AS parent` : '';
    const more = print + parent + answerColumns(plan);
    for (const row of sql.byKey(plan, keys, more)) {
      const key = String(row.k);
      (found[key] || (found[key] = [])).push({
        id: String(row.id),
        fingerprint: String(row.fp || ''),
        parent: String(row.parent || ''),
        answer: answerOf(plan, row)
      });
    }
    return found;
  };

  const answerColumns = (plan) =>
    Object.keys(plan.answer || {})
      .map((name, i) => `, ${plan.answer[name]} AS a${i}`)
      .join('');
  const answerOf = (plan, row) =>
    Object.keys(plan.answer || {}).reduce((all, name, i) => ({ ...all, [name]: row['a' + i] }), {});

  /** The answer fields of records by id. @param {Plan} plan @param {string[]} ids @returns {{[id: string]: any}} */
  const answers = (plan, ids) => {
    const found = {};
    for (const chunk of sql.chunks(ids.map(Number))) {
      const where = `id IN (${sql.marks(chunk.length)})`;
      for (const row of sql.rows(`SELECT id${answerColumns(plan)} FROM ${plan.table} WHERE ${where}`, chunk)) {
        found[String(row.id)] = answerOf(plan, row);
      }
    }
    return found;
  };

  /** Short hash of what the source said and of the mapping that read it. @param {Plan} plan @param {any} values */
  const fingerprint = (plan, values) => {
    const hash = crypto.createHash({ algorithm: crypto.HashAlg.SHA256 });
    hash.update({ input: plan.contract + JSON.stringify(values), inputEncoding: encode.Encoding.UTF_8 });
    return hash.digest({ outputEncoding: encode.Encoding.HEX }).toLowerCase().slice(0, 40);
  };

  /** @param {Plan} plan @param {boolean} creating */
  const saving = (plan, creating) => ({
    enableSourcing: plan.sourcing === 'always' || (plan.sourcing === 'create' && creating),
    ignoreMandatoryFields: Boolean(plan.ignoreMandatory)
  });

  /**
   * @typedef {{plan: Plan, key: string, fingerprint: string, values: any, doc: any, ctx: any, position: any,
   *   write: (put: any, values: any) => void,
   *   beforeSave: ((rec: any, doc: any, ctx: any) => void) | null,
   *   transform: {from: string, id: string} | null}} Job
   */

  /** What makes NetSuite fill its own sublists: open invoices are listed for a customer. @param {Job} job */
  const initial = ({ plan, values }) => {
    if (!plan.initial) return {};
    const defaults = {};
    for (const name of Object.keys(plan.initial)) {
      const from = plan.initial[name];
      defaults[name] = from === true ? true : values[from];
    }
    return { defaultValues: defaults };
  };

  /** @param {Job} job */
  const create = (job) => {
    const { plan } = job;
    const rec = job.transform
      ? record.transform({
          fromType: job.transform.from,
          fromId: Number(job.transform.id),
          toType: plan.record,
          isDynamic: plan.dynamic
        })
      : record.create({ type: plan.record, isDynamic: plan.dynamic, ...initial(job) });
    const { put } = write.open(rec, { isNew: true, filled: job.transform !== null, position: job.position });
    rec.setValue({ fieldId: plan.key, value: job.key });
    if (plan.fingerprint) rec.setValue({ fieldId: plan.fingerprint, value: job.fingerprint });
    job.write(put, job.values);
    nowhere(job);
    if (job.beforeSave) job.beforeSave(rec, job.doc, job.ctx);
    return { outcome: 'created', record: String(rec.save(saving(plan, true))) };
  };

  /** @param {Job} job @param {Row} row */
  const change = (job, row) => {
    const { plan } = job;
    const id = row.id;
    const rec = record.load({ type: plan.record, id: Number(id), isDynamic: plan.dynamic });
    const seen = plan.verifyAlways ? rewritten(job, row.fingerprint) : null;
    const { put, notes } = write.open(rec, {
      isNew: false,
      position: job.position,
      fields: plan.save === 'fields',
      rewritten: seen
    });
    job.write(put, job.values);
    nowhere(job);
    if (job.beforeSave) job.beforeSave(watched(rec, notes), job.doc, job.ctx);
    const unsettled = notes.unsettled.length ? { unsettled: notes.unsettled } : {};
    if (notes.changes.length === 0) return { outcome: 'unchanged', record: id, ...unsettled };
    const print = seen ? withRewritten(job.fingerprint, { ...seen, ...notes.found }) : job.fingerprint;
    if (notes.submit) {
      const values = plan.fingerprint ? { ...notes.submit, [plan.fingerprint]: print } : notes.submit;
      record.submitFields({ type: plan.record, id: Number(id), values: values, options: saving(plan, false) });
    } else {
      if (plan.fingerprint) rec.setValue({ fieldId: plan.fingerprint, value: print });
      rec.save(saving(plan, false));
    }
    return { outcome: 'updated', record: id, ...unsettled };
  };

  /**
   * Fields that NetSuite writes in its own way (telephone numbers, addresses of web pages) differ
   * again after every save. While the source says the same, such a field is set once; what was
   * found in it is kept behind the fingerprint, and when it is found again it is left alone.
   * @param {Job} job
   * @param {string} stored
   * @returns {{[field: string]: string} | null} null: the source says something new
   */
  const rewritten = (job, stored) => {
    const [print, list] = stored.split('~');
    if (print !== job.fingerprint) return null;
    const known = {};
    for (const one of (list || '').split(',').filter(Boolean)) known[one.split(':')[0]] = one.split(':')[1];
    return known;
  };
  /** @param {string} print @param {{[field: string]: string}} fields */
  const withRewritten = (print, fields) => {
    const list = Object.keys(fields)
      .map((field) => `${field}:${fields[field]}`)
      .join(',');
    return list && print.length + list.length < LONGEST_PRINT ? `${print}~${list}` : print;
  };
  /** What the source said when the record was last saved. @param {Row} row */
  const printOf = (row) => row.fingerprint.split('~')[0];

  /** From here on a fault is the record's, not a field's. @param {Job} job */
  const nowhere = (job) => Object.assign(job.position, { field: null, spec: null });

  /** What reads the value that a setter sets. */
  const GETTERS = {
    setValue: 'getValue',
    setText: 'getText',
    setSublistValue: 'getSublistValue',
    setSublistText: 'getSublistText',
    setCurrentSublistValue: 'getCurrentSublistValue',
    setCurrentSublistText: 'getCurrentSublistText'
  };
  /**
   * The record as a hook sees it: what it changes is noted, in its subrecords and by setters that are
   * chained too.
   * @param {any} rec
   * @param {any} notes
   */
  const watched = (rec, notes) =>
    new Proxy(rec, {
      get: (target, name, proxy) => {
        const member = target[name];
        if (typeof member !== 'function') return member;
        return (...args) => {
          const getter = typeof args[0] === 'object' ? GETTERS[name] : undefined;
          const before = getter ? String(target[getter](args[0])) : '';
          const answer = member.apply(target, args);
          const differs = getter
            ? String(target[getter](args[0])) !== before
            : /^(set|insert|remove|commit)/.test(String(name));
          if (differs) notes.changes.push(String(name));
          if (answer === target) return proxy;
          return answer && /^get.*Subrecord$/.test(String(name)) ? watched(answer, notes) : answer;
        };
      }
    });

  /**
   * Creates, or changes what somebody else created in the meantime. Whether a refused save was a
   * duplicate is decided by looking again, never by the error's code.
   * @param {Job} job
   */
  const createOnce = (job) => {
    const { plan } = job;
    const claimed = plan.claim ? claim.take(plan.flow, plan.record, job.key) : null;
    try {
      return create(job);
    } catch (error) {
      if (claimed !== null) claim.release(claimed);
      const rows = find(plan, [job.key])[job.key] || [];
      if (rows.length !== 1) throw hidden(plan, error);
      if (plan.write === 'create') return { outcome: 'duplicate', record: rows[0].id };
      return change(job, rows[0]);
    }
  };

  /** A duplicate that cannot be seen means that the role may not see the table. @param {Plan} plan @param {any} error */
  const hidden = (plan, error) => {
    if (!/^(DUP_|UNIQUE_)/.test(String(error.name)) || sql.visible(plan.table, plan.where)) return error;
    return reply.fault('TABLE_NOT_VISIBLE', `a record with this key exists, but the role sees no row of ${plan.table}`);
  };

  /**
   * @param {Job} job
   * @param {Row[]} rows what the key query found
   */
  const perform = (job, rows) => {
    const { plan } = job;
    const row = only(job.key, rows);
    if (row) return plan.write === 'create' ? { outcome: 'duplicate', record: row.id } : change(job, row);
    if (plan.write === 'update') throw notFound(plan, job.key);
    return createOnce(job);
  };

  /** The one record of a key, or null. @param {string} key @param {Row[]} rows */
  const only = (key, rows) => {
    if (rows.length > 1) {
      throw reply.fault(
        'AMBIGUOUS_REFERENCE',
        `${rows.length} records have the key ${key}: ids ${reply.some(rows.map((row) => row.id))}`
      );
    }
    return rows[0] || null;
  };

  /** A document for a record that is not there waits for it. @param {Plan} plan @param {string} key */
  const notFound = (plan, key) =>
    reply.fault('RECORD_NOT_FOUND', `no ${plan.record} has the key ${key}`, {
      missing: [plan.family, plan.key, key].join('|')
    });

  return { find, answers, fingerprint, printOf, perform, only, notFound };
});
