/**
 * Records that a missing reference creates: once for each distinct key of a batch, before the
 * records that need them. They stay, whatever becomes of the documents that asked for them.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./keys', './lookup', './read', './reply', './upsert'], (keys, lookup, read, reply, upsert) => {
  /**
   * @typedef {{job: any, ref: any, create: any, made: {id: string | null, error: any}, key: string, values: any,
   *   references: any[], position: any}} Wanted
   */

  /** Missing records by key; references to one key share what becomes of it. @returns {Wanted[]} */
  const missing = (flow, store, jobs) => {
    const byKey = new Map();
    for (const job of jobs) {
      for (const ref of job.needed) {
        if (ref.rule.missing !== 'create' || lookup.ids(store, ref).length > 0) continue;
        const name = `${ref.rule.create}|${lookup.keyOf(store, ref)}`;
        if (!byKey.has(name)) {
          const made = { id: null, error: null };
          byKey.set(name, {
            job,
            ref,
            create: flow.creates[ref.rule.create],
            made,
            key: '',
            values: null,
            references: [],
            position: null
          });
        }
        ref.made = byKey.get(name).made;
      }
    }
    return [...byKey.values()];
  };

  /** @param {Wanted} one @param {any} ctx */
  const readOne = (one, ctx) => {
    const { plan } = one.create;
    const reader = read.reader(one.job.mapped);
    one.position = reader.position;
    try {
      one.key = keys.keyOf(plan.key, plan.keyPrefix, one.create.key(one.ref.place, one.job.mapped, ctx));
      one.values = one.create.read(one.ref.place, one.job.mapped, reader.at, ctx);
      reader.done();
      one.references = reader.references;
    } catch (error) {
      one.made.error = located(error, one.position);
    }
  };

  /** @param {any} store @param {Wanted} one @param {any} ctx */
  const saveOne = (store, one, ctx) => {
    const { table, family } = one.ref.lookup;
    const plan = { ...one.create.plan, table, family, where: [] };
    try {
      const values = lookup.settleAll(store, one.values, one.position, true).value;
      const done = upsert.perform(
        {
          plan,
          key: one.key,
          fingerprint: '',
          values,
          doc: one.job.mapped,
          ctx,
          position: one.position,
          write: one.create.write,
          beforeSave: null,
          transform: null
        },
        []
      );
      one.made.id = done.record;
      one.job.makes.push(`${family}|${plan.key}|${one.key}`);
    } catch (error) {
      one.made.error = located(error, one.position);
    }
  };

  /** A fault keeps the place where it was raised: all documents that refer to the record repeat it. */
  const located = (error, position) => {
    const place = reply.failure(error, position);
    return Object.assign(new Error(place.message), { name: place.code, place: place });
  };

  /** @param {any} flow @param {any} store @param {any[]} jobs @param {any} ctx */
  const all = (flow, store, jobs, ctx) => {
    const wanted = missing(flow, store, jobs);
    wanted.forEach((one) => readOne(one, ctx));
    const readable = wanted.filter((one) => !one.made.error);
    const references = readable.map((one) => one.references).reduce((all, some) => all.concat(some), []);
    lookup.resolve(store, references, flow.plan.contract);
    readable.forEach((one) => saveOne(store, one, ctx));
  };

  return { all };
});
