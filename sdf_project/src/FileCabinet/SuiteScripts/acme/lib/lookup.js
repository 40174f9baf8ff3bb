/**
 * References: keys of a document that become internal ids. All keys of a batch for one look-up go
 * into one SuiteQL (chunks of 500); look-ups that need another's result come in a later stage.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['N/cache', './keys', './nothing', './reply', './sql'], (cache, keys, nothing, reply, sql) => {
  const CACHE_SECONDS = 3600;
  /** N/cache takes 500 KB a value. */
  const CACHE_CHARACTERS = 400000;

  /**
   * @typedef {{name: string, family: string, table: string, columns: string[], numeric: boolean[],
   *   where: string[], stage: number, keep?: boolean, suiteql?: string}} Lookup
   * @typedef {{missing: 'error' | 'skip_field' | 'skip_line' | 'default' | 'create', lowest?: boolean,
   *   on?: 'create' | 'update', prefix?: string, required?: boolean, fallback?: any, create?: string}} Rule
   * @typedef {{isReference: true, lookup: Lookup, parts: any[], rule: Rule, field: string, spec: string,
   *   place: any, made: Made | null, toJSON: () => any}} Reference
   * @typedef {{id: string | null, error: any}} Made a record that a missing reference creates
   */

  /** Between the parts of a key: a sign that no key has. */
  const BETWEEN = '\u001f';
  const SKIP_LINE = { skipLine: true };

  /** @param {Lookup} lookup @param {any[]} parts @param {Rule} rule @param {string} field @param {string} spec @param {any} place @returns {Reference} */
  const reference = (lookup, parts, rule, field, spec, place) => ({
    isReference: true,
    lookup,
    parts,
    rule,
    field,
    spec,
    place,
    made: null,
    toJSON: () => [lookup.name, ...parts]
  });

  /** @param {any} value @returns {value is Reference} */
  const isReference = (value) => Boolean(value && value.isReference);

  /** What look-ups found in this execution. */
  const book = () => ({ found: {}, asked: {}, empty: {}, cached: {} });

  /** One text for all parts; null while a part is not known. @param {any} store @param {Reference} ref */
  const keyOf = (store, ref) => {
    const parts = ref.parts.map((part) => (isReference(part) ? one(store, part) : part));
    return parts.some((part) => nothing.isEmpty(part)) ? null : parts.join(BETWEEN);
  };

  /** Keys to look for. Records that this product keyed hold the encoded form, others the plain one. */
  const forms = (lookup, key) => {
    const encoded = lookup.columns.length === 1 && lookup.columns[0] === 'externalid' ? keys.encode(key) : key;
    return encoded === key ? [key] : [key, encoded];
  };

  /** Internal ids of a reference, lowest first. @param {any} store @param {Reference} ref @returns {string[]} */
  const ids = (store, ref) => {
    const key = keyOf(store, ref);
    if (key === null) return [];
    const table = store.found[ref.lookup.name] || {};
    const all = new Set([].concat(...forms(ref.lookup, key).map((form) => table[form] || [])));
    return [...all].sort((a, b) => Number(a) - Number(b));
  };

  /** The single id of a reference, or null. @param {any} store @param {Reference} ref @returns {string | null} */
  const one = (store, ref) => {
    if (ref.made && ref.made.id) return ref.made.id;
    const found = ids(store, ref);
    return found.length === 1 || (found.length > 1 && ref.rule.lowest) ? found[0] : null;
  };

  /**
   * Looks up what is not known yet, stage by stage.
   * @param {any} store
   * @param {Reference[]} references
   * @param {string} contract part of the cache's key, so that a new mapping starts afresh
   */
  const resolve = (store, references, contract) => {
    const stages = references.map((ref) => ref.lookup.stage);
    const distinct = stages.filter((stage, i) => stages.indexOf(stage) === i).sort();
    for (const stage of distinct) {
      const here = references.filter((ref) => ref.lookup.stage === stage);
      const lookups = here.map((ref) => ref.lookup).filter((lookup, i, all) => all.indexOf(lookup) === i);
      for (const lookup of lookups) {
        const own = here.filter((ref) => ref.lookup === lookup);
        fetch(store, lookup, own, contract);
      }
    }
  };

  /** @param {any} store @param {Lookup} lookup @param {Reference[]} references @param {string} contract */
  const fetch = (store, lookup, references, contract) => {
    const asked = store.asked[lookup.name] || (store.asked[lookup.name] = Object.create(null));
    const found = store.found[lookup.name] || (store.found[lookup.name] = Object.create(null));
    if (lookup.keep && !store.cached[lookup.name]) recall(store, lookup, contract);
    const wanted = [];
    for (const ref of references) {
      const key = keyOf(store, ref);
      // Both forms of a key were asked for when one of them was found, be it for the cache.
      if (key === null || forms(lookup, key).some((form) => found[form])) continue;
      const unknown = forms(lookup, key).filter((form) => !asked[form] && sendable(lookup, form));
      for (const form of unknown) {
        asked[form] = true;
        wanted.push(form);
      }
    }
    if (wanted.length === 0) return;
    let rows = 0;
    const size = Math.floor(sql.CHUNK / markers(lookup));
    for (const chunk of sql.chunks(wanted, size)) rows += ask(lookup, chunk, found);
    store.empty[lookup.name] = rows === 0;
    if (lookup.keep && rows > 0) remember(lookup, found, contract);
  };

  /** Bind parameters of one key. @param {Lookup} lookup */
  const markers = (lookup) => (lookup.suiteql ? lookup.suiteql.split(':keys').length - 1 : lookup.columns.length);

  /** A text that can be no internal id is not sent to a numeric column. @param {Lookup} lookup @param {string} key */
  const sendable = (lookup, key) =>
    key.split(BETWEEN).every((part, i) => !lookup.numeric[i] || /^-?\d{1,15}$/.test(part));

  /** @param {Lookup} lookup @param {string[]} wanted */
  const rowsOf = (lookup, wanted) => {
    const params = [];
    for (const key of wanted) {
      const parts = lookup.columns.length > 1 ? key.split(BETWEEN) : [key];
      parts.forEach((part, i) => params.push(lookup.numeric[i] ? Number(part) : part));
    }
    const repeated = lookup.suiteql ? new Array(markers(lookup)).fill(params) : [params];
    return sql.rows(statement(lookup, wanted.length), [].concat(...repeated));
  };

  /** @param {Lookup} lookup @param {string[]} wanted @param {{[key: string]: string[]}} found */
  const ask = (lookup, wanted, found) => {
    const rows = sql.whole(wanted, (keys) => rowsOf(lookup, keys));
    const names = lookup.suiteql ? ['key'] : lookup.columns.map((_column, i) => 'k' + i);
    const idsOf = Object.create(null);
    const byCase = Object.create(null);
    for (const row of rows) {
      const key = names.map((name) => String(row[name])).join(BETWEEN);
      (idsOf[key] || (idsOf[key] = new Set(found[key] || []))).add(String(row.id));
      (byCase[key.toLowerCase()] || (byCase[key.toLowerCase()] = new Set())).add(key);
    }
    // Two keys that differ only in case cannot be told apart by everybody who reads them.
    for (const alike of Object.keys(byCase).map((lower) => [...byCase[lower]])) {
      const all = new Set();
      for (const key of alike) idsOf[key].forEach((id) => all.add(id));
      for (const key of alike) found[key] = [...all];
    }
    return rows.length;
  };

  /** @param {Lookup} lookup @param {number} count */
  const statement = (lookup, count) => {
    if (lookup.suiteql) return lookup.suiteql.split(':keys').join(sql.marks(count));
    const columns = lookup.columns.map((column, i) => `${column} AS k${i}`).join(', ');
    const keyed =
      lookup.columns.length === 1
        ? `${lookup.columns[0]} IN (${sql.marks(count)})`
        : '(' +
          new Array(count)
            .fill('(' + lookup.columns.map((column) => `${column} = ?`).join(' AND ') + ')')
            .join(' OR ') +
          ')';
    return `SELECT id, ${columns} FROM ${lookup.table} WHERE ${[keyed, ...lookup.where].join(' AND ')}`;
  };

  /** Nothing found at all: is it missing, or the whole table hidden? @param {any} store @param {Lookup} lookup */
  const hidden = (store, lookup) =>
    store.empty[lookup.name] &&
    !lookup.suiteql &&
    !sql.visible(
      lookup.table,
      lookup.where.filter((one) => !one.startsWith('isinactive'))
    );

  const shelf = () => cache.getCache({ name: 'suiteloom_lookups', scope: cache.Scope.PRIVATE });
  /** @param {any} store @param {Lookup} lookup @param {string} contract */
  const recall = (store, lookup, contract) => {
    store.cached[lookup.name] = true;
    const text = shelf().get({ key: `${lookup.name}:${contract}` });
    if (text) Object.assign(store.found[lookup.name], JSON.parse(text));
  };
  /** @param {Lookup} lookup @param {{[key: string]: string[]}} found @param {string} contract */
  const remember = (lookup, found, contract) => {
    const text = JSON.stringify(found);
    if (text.length < CACHE_CHARACTERS)
      shelf().put({ key: `${lookup.name}:${contract}`, value: text, ttl: CACHE_SECONDS });
  };

  /** `customer|externalid|NW-ALFKI`: what this reference waits for. @param {any} store @param {Reference} ref */
  const token = (store, ref) => {
    const key = (keyOf(store, ref) || '').split(BETWEEN).join('|');
    return [ref.lookup.family, ref.lookup.columns.join('+') || 'suiteql', forms(ref.lookup, key).pop()].join('|');
  };

  /**
   * The id of a reference, by its rule: an id, undefined to leave the field alone, or SKIP_LINE.
   * @param {any} store
   * @param {Reference} ref
   */
  const settle = (store, ref) => {
    if (ref.made && ref.made.error) throw ref.made.error;
    if (ref.made && ref.made.id) return ref.made.id;
    const found = ids(store, ref);
    if (found.length === 1 || (found.length > 1 && ref.rule.lowest)) return found[0];
    const shown = ref.parts.map((part) => (isReference(part) ? one(store, part) || '?' : part)).join(', ');
    const by = ref.lookup.columns.join(' and ') || 'key';
    if (found.length > 1) {
      throw reply.fault(
        'AMBIGUOUS_REFERENCE',
        `${found.length} records of ${ref.lookup.table} have ${by} ${shown}: ids ${reply.some(found)}`
      );
    }
    if (ref.rule.missing !== 'create' && hidden(store, ref.lookup)) {
      throw reply.fault(
        'TABLE_NOT_VISIBLE',
        `no row of ${ref.lookup.table} is visible: there is none yet, or the role lacks the permission`
      );
    }
    if (ref.rule.missing === 'skip_line') return SKIP_LINE;
    if (ref.rule.missing === 'skip_field') return undefined;
    if (ref.rule.missing === 'default')
      return isReference(ref.rule.fallback) ? settle(store, ref.rule.fallback) : ref.rule.fallback;
    throw reply.fault('MISSING_REFERENCE', `no ${ref.lookup.family} has ${by} ${shown}`, {
      missing: token(store, ref)
    });
  };

  /** Whether a reference is written at all: one that is set on create is not looked up later. */
  const applies = (ref, creating) =>
    !(ref.rule.on === 'create' && !creating) && !(ref.rule.on === 'update' && creating);

  /** @param {Reference} ref */
  const empty = (ref) => reply.fault('REQUIRED_EMPTY', `${ref.field} is empty`);

  /**
   * Puts ids in the place of all references of a document's values.
   * @param {any} store
   * @param {any} value
   * @param {{field: string | null, spec: string | null}} position where a fault is
   * @param {boolean} creating
   * @returns {{value: any, skipped: boolean}} skipped: a reference was missing and its rule left it out
   */
  const settleAll = (store, value, position, creating) => {
    let skipped = false;
    const walk = (node, oneOfMany) => {
      if (isReference(node)) {
        if (!applies(node, creating)) return undefined;
        Object.assign(position, { field: node.field, spec: node.spec });
        const id = settle(store, node);
        if (id === undefined || id === SKIP_LINE) skipped = true;
        if (id === undefined && node.rule.required && !oneOfMany) throw empty(node);
        return id;
      }
      if (Array.isArray(node)) {
        const all = node.map((one) => walk(one, true));
        const left = all.filter((one) => one !== SKIP_LINE && one !== undefined);
        const first = node.length > 0 && left.length === 0 && isReference(node[0]) ? node[0] : null;
        if (first && first.rule.required) {
          Object.assign(position, { field: first.field, spec: first.spec });
          throw empty(first);
        }
        // A list none of whose records is known says nothing: the field keeps what it holds.
        if (first) return undefined;
        // Lines that are left out are in the document all the same: merge does not miss them.
        const skipped = node.filter((_one, i) => all[i] === SKIP_LINE);
        return skipped.length ? Object.assign(left, { skipped }) : left;
      }
      if (node === null || typeof node !== 'object') return node;
      const out = {};
      for (const name of Object.keys(node)) {
        out[name] = walk(node[name], false);
        if (out[name] === SKIP_LINE) return SKIP_LINE;
      }
      return out;
    };
    const settled = walk(value, false);
    Object.assign(position, { field: null, spec: null });
    return { value: settled, skipped: skipped };
  };

  return { reference, isReference, book, resolve, ids, one, keyOf, applies, settleAll };
});
