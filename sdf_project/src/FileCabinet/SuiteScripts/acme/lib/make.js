/**
 * Records that a missing reference creates: once for each distinct key of a batch, when the first
 * document that needs one is saved. They stay, whatever becomes of that document.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./keys', './lookup', './read', './reply', './upsert'], (keys, lookup, read, reply, upsert) => {
  /**
   * @typedef {{id: string | null, error: any, create: any, ref: any, doc: any, key: string, values: any,
   *   references: any[], position: any}} Made what becomes of one missing record
   */

  /** @param {any} ref @param {any} job @param {any} flow @param {any} ctx @returns {Made} */
  const prepare = (ref, job, flow, ctx) => {
    const create = flow.creates[ref.rule.create];
    const reader = read.reader(job.mapped);
    /** @type {Made} */
    const made = {
      id: null,
      error: null,
      create,
      ref,
      doc: job.mapped,
      key: '',
      values: null,
      references: reader.references,
      position: reader.position
    };
    try {
      made.key = keys.keyOf(create.plan.key, create.plan.keyPrefix, create.key(ref.place, job.mapped, ctx));
      made.values = create.read(ref.place, job.mapped, reader.at, ctx);
      reader.done();
    } catch (error) {
      made.error = located(error, reader.position);
    }
    return made;
  };

  /** A fault keeps the place where it was raised: all documents that refer to the record repeat it. */
  const located = (error, position) => {
    const place = reply.failure(error, position);
    return Object.assign(new Error(place.message), { name: place.code, place: place });
  };

  /**
   * Reads what is missing, and looks up what it refers to. References to one key share what
   * becomes of it.
   * @param {any} flow
   * @param {any} store
   * @param {any[]} jobs
   * @param {any} ctx
   */
  const readAll = (flow, store, jobs, ctx) => {
    /** @type {Map<string, Made>} */
    const byKey = new Map();
    for (const job of jobs) {
      for (const ref of job.needed) {
        if (ref.rule.missing !== 'create' || lookup.ids(store, ref).length > 0) continue;
        const name = `${ref.rule.create}|${lookup.keyOf(store, ref)}`;
        const made = byKey.get(name) || prepare(ref, job, flow, ctx);
        byKey.set(name, made);
        ref.made = made;
      }
    }
    const all = [...byKey.values()];
    const references = all.map((made) => made.references).reduce((some, more) => some.concat(more), []);
    lookup.resolve(store, references, flow.plan.contract);
  };

  /**
   * Saves the records that a document is the first to need, and notes what they answer to in other
   * flows.
   * @param {any} store
   * @param {any} job
   * @param {any} ctx
   * @param {(units: number) => boolean} left whether so many units are left
   * @returns {boolean} false: units ran low before all were saved
   */
  const saveFor = (store, job, ctx, left) => {
    const waiting = job.needed.map((ref) => ref.made).filter((made) => made && made.id === null && !made.error);
    for (const made of waiting.filter((one, i) => waiting.indexOf(one) === i)) {
      if (!left(made.create.plan.units)) return false;
      if (saveOne(store, made, ctx)) job.makes.push(token(made));
    }
    return true;
  };

  /** @param {any} store @param {Made} made @param {any} ctx @returns {boolean} whether it is there now */
  const saveOne = (store, made, ctx) => {
    const { table, family } = made.ref.lookup;
    try {
      const values = lookup.settleAll(store, made.values, made.position, true).value;
      const done = upsert.perform(
        {
          plan: { ...made.create.plan, table, family, where: [] },
          key: made.key,
          fingerprint: '',
          values,
          doc: made.doc,
          ctx,
          position: made.position,
          write: made.create.write,
          beforeSave: null,
          transform: null
        },
        []
      );
      made.id = done.record;
    } catch (error) {
      made.error = located(error, made.position);
    }
    return made.id !== null;
  };

  /** @param {Made} made */
  const token = (made) => `${made.ref.lookup.family}|${made.create.plan.key}|${made.key}`;

  return { readAll, saveFor };
});
