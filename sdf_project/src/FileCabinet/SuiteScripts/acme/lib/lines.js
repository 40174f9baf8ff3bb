/**
 * Lines of a sublist: merged by a key, replaced when the list differs, or added.
 *
 * What NetSuite made itself or a person added has no key of ours and is never touched.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./nothing', './numbers', './reply'], (nothing, numbers, reply) => {
  /**
   * @typedef {{policy: 'merge' | 'replace' | 'append', key?: string, unmatched?: 'keep' | 'remove' | 'close',
   *   fixed?: 'untick' | 'remove' | 'fail', tick?: string, among?: string[]}} Rule
   *   `fixed`: NetSuite makes the lines, they can only be matched; it says what happens to lines that
   *   the document does not name (`untick`: not received, by the field `tick`; `fail`: left as they are);
   *   `among`: the sublists of that kind that the flow writes, in order, where they are several
   * @typedef {{rec: any, path: string, parentFresh: boolean, sublist: string, wanted: any[] & {skipped?: any[]}, rule: Rule,
   *   write: (put: any, line: any) => void, notes: any, writer: (target: any, notes: any) => any}} Job
   */

  /** A line as the writer's target. @param {Job} job @param {number} line @param {boolean} fresh */
  const target = (job, line, fresh) => {
    const { rec, sublist } = job;
    const dynamic = rec.isDynamic;
    const where = (field) => ({ sublistId: sublist, fieldId: field, line: line });
    const current = (field) => ({ sublistId: sublist, fieldId: field });
    return {
      path: `${job.path}${sublist}.`,
      fresh: fresh,
      owner: null,
      dynamic: dynamic,
      get: (field) => (dynamic ? rec.getCurrentSublistValue(current(field)) : rec.getSublistValue(where(field))),
      set: (field, value) =>
        dynamic
          ? rec.setCurrentSublistValue({ ...current(field), value: value })
          : rec.setSublistValue({ ...where(field), value: value }),
      getText: (field) => (dynamic ? rec.getCurrentSublistText(current(field)) : rec.getSublistText(where(field))),
      setText: (field, text) =>
        dynamic
          ? rec.setCurrentSublistText({ ...current(field), text: text })
          : rec.setSublistText({ ...where(field), text: text }),
      has: (field) =>
        dynamic ? rec.hasCurrentSublistSubrecord(current(field)) : rec.hasSublistSubrecord(where(field)),
      sub: (field) => (dynamic ? rec.getCurrentSublistSubrecord(current(field)) : rec.getSublistSubrecord(where(field)))
    };
  };

  /** Runs the mapping over an existing line. @param {Job} job @param {number} line @param {any} value @param {any} notes */
  const change = (job, line, value, notes) => {
    if (job.rec.isDynamic) job.rec.selectLine({ sublistId: job.sublist, line: line });
    const before = notes.changes.length;
    const own = { ...notes, changes: [] };
    job.write(job.writer(target(job, line, false), own), value);
    notes.changes.push(...own.changes);
    if (!job.rec.isDynamic) return;
    if (notes.changes.length > before && !notes.dry) job.rec.commitLine({ sublistId: job.sublist });
    else job.rec.cancelLine({ sublistId: job.sublist });
  };

  /** Adds a line at the end. @param {Job} job @param {any} value */
  const add = (job, value) => {
    const { rec, sublist, notes } = job;
    notes.changes.push(`${job.path}${sublist}`);
    if (notes.dry) return;
    const line = rec.getLineCount({ sublistId: sublist });
    if (rec.isDynamic) rec.selectNewLine({ sublistId: sublist });
    else rec.insertLine({ sublistId: sublist, line: line });
    job.write(job.writer(target(job, line, true), notes), value);
    if (rec.isDynamic) rec.commitLine({ sublistId: sublist });
  };

  /** @param {Job} job @param {number} line */
  const remove = (job, line) => {
    job.notes.changes.push(`${job.path}${job.sublist}`);
    if (!job.notes.dry) job.rec.removeLine({ sublistId: job.sublist, line: line });
  };

  /** @param {Job} job @param {number} line @param {string} field @param {boolean} value */
  const flag = (job, line, field, value) => {
    const { rec, sublist } = job;
    const now = rec.getSublistValue({ sublistId: sublist, fieldId: field, line: line });
    if ((now === true || now === 'T') === value) return;
    job.notes.changes.push(`${job.path}${sublist}.${field}`);
    if (job.notes.dry) return;
    if (rec.isDynamic) {
      rec.selectLine({ sublistId: sublist, line: line });
      rec.setCurrentSublistValue({ sublistId: sublist, fieldId: field, value: value });
      rec.commitLine({ sublistId: sublist });
    } else {
      rec.setSublistValue({ sublistId: sublist, fieldId: field, line: line, value: value });
    }
  };

  /** A key as text; numbers in their shortest form. @param {any} value */
  const keyText = (value) => {
    if (nothing.isEmpty(value)) return '';
    return typeof value === 'number' ? numbers.shortest(value) : String(value).trim();
  };

  /**
   * Lines of the record by key, without those that have none. Of lines that NetSuite made, which an
   * order may have twice, only those count that the document names.
   * @param {Job} job
   * @param {string} key
   */
  const existing = (job, key) => {
    const byKey = new Map();
    const named = job.rule.fixed ? job.wanted.map((value) => keyText(value[key])) : null;
    for (let line = 0; line < job.rec.getLineCount({ sublistId: job.sublist }); line++) {
      const value = keyText(job.rec.getSublistValue({ sublistId: job.sublist, fieldId: key, line: line }));
      if (value === '' || (named && named.indexOf(value) < 0)) continue;
      if (byKey.has(value)) throw twice(job, value, 'record');
      byKey.set(value, line);
    }
    return byKey;
  };
  /** The faults of matching are about the key, not about the field that was written last. @param {Job} job */
  const atKey = (job) => {
    const { position } = job.notes;
    position.field = `${job.path}${job.sublist}.${job.rule.key}`;
    position.spec = position.specs[position.field] || null;
  };

  const twice = (job, key, where) =>
    reply.fault('LINE_KEY_TWICE', `the ${where} has two lines of ${job.sublist} with the key ${key}`);

  /** @param {Job} job */
  const merge = (job) => {
    const { rule, wanted } = job;
    const key = rule.key || '';
    atKey(job);
    const byKey = existing(job, key);
    const seen = new Set();
    const added = [];
    for (const value of wanted) {
      atKey(job);
      const name = keyText(value[key]);
      if (name === '') throw reply.fault('REQUIRED_EMPTY', `a line of ${job.sublist} has no ${key}`);
      if (seen.has(name)) throw twice(job, name, 'document');
      seen.add(name);
      const line = byKey.get(name);
      if (line === undefined) {
        if (rule.fixed) throw reply.fault('LINE_NOT_FOUND', `${job.sublist} has no line with ${key} ${name}`);
        added.push(value);
        continue;
      }
      if (rule.unmatched === 'close') flag(job, line, 'isclosed', false);
      if (rule.tick && job.notes.isNew) flag(job, line, rule.tick, true);
      change(job, line, value, job.notes);
    }
    atKey(job);
    unmatched(job, byKey, seen);
    for (const value of added) add(job, value);
  };

  /** @param {Job} job @param {Map<string, number>} byKey @param {Set<string>} seen */
  const unmatched = (job, byKey, seen) => {
    const { rule } = job;
    if (rule.fixed) {
      if (!job.notes.isNew || rule.fixed === 'fail') return;
      const named = [...seen].map((name) => byKey.get(name));
      for (let line = job.rec.getLineCount({ sublistId: job.sublist }) - 1; line >= 0; line--) {
        if (named.indexOf(line) >= 0) continue;
        if (rule.tick) flag(job, line, rule.tick, false);
        else remove(job, line);
      }
      return;
    }
    // From the last line upwards: removing one moves those below it.
    const skipped = (job.wanted.skipped || []).map((value) => keyText(value[rule.key || '']));
    const left = [...byKey.entries()]
      .filter(([name]) => !seen.has(name) && skipped.indexOf(name) < 0)
      .map(([, line]) => line)
      .sort((a, b) => b - a);
    for (const line of left) {
      if (rule.unmatched === 'close') flag(job, line, 'isclosed', true);
      if (rule.unmatched === 'remove') remove(job, line);
    }
  };

  /** An equal list is left alone. @param {Job} job */
  const replace = (job) => {
    const { rec, sublist, wanted } = job;
    const count = rec.getLineCount({ sublistId: sublist });
    if (!job.parentFresh && count === wanted.length) {
      const probe = { ...job.notes, changes: [], dry: true };
      wanted.forEach((value, line) => change(job, line, value, probe));
      if (probe.changes.length === 0) return;
    }
    for (let line = count - 1; line >= 0; line--) remove(job, line);
    for (const value of wanted) add(job, value);
  };

  /**
   * Lines are only added to what is new: on a record that exists they would be added again with
   * every change.
   * @param {Job} job
   */
  const append = (job) => {
    if (!job.parentFresh && !job.notes.isNew) return;
    for (const value of job.wanted) add(job, value);
  };

  /**
   * A record made from another has all its open lines, and would take them all: a document that
   * names none is a mistake.
   * @param {Rule} rule
   * @param {{isNew: boolean}} notes
   */
  const mustMatch = (rule, notes) => Boolean(rule.fixed) && rule.fixed !== 'fail' && notes.isNew;

  /** A document may name goods alone, or expenses alone, but not neither. @param {Job} job */
  const namesNone = (job) => {
    const { notes, sublist } = job;
    const among = job.rule.among || [sublist];
    notes.named = notes.named || job.wanted.length > 0;
    return !notes.named && sublist === among[among.length - 1] ? among.join(' or ') : '';
  };

  /** @param {Job} given */
  const write = (given) => {
    const job = { ...given, wanted: given.wanted || [] };
    if (mustMatch(job.rule, job.notes)) {
      const none = namesNone(job);
      if (none) throw reply.fault('LINE_NOT_FOUND', `the document names no line of ${none}`);
    }
    if (job.rule.policy === 'append') append(job);
    else if (job.rule.policy === 'replace') replace(job);
    else merge(job);
  };

  return { write, mustMatch };
});
