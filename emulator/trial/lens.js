'use strict';

/*
 * What a mapping does, seen from between its modules: generated flows call the library for everything,
 * so it is enough to look at what goes into the library's functions and comes out of them.
 *
 *   doc                   a document is being read           hook {name}            a function of the user's module ran
 *   accept {r}            why it is refused, or null         default {used}         a default was asked for
 *   key {out}             its key                            map {map, given}       a value went through a map
 *   in {id} ... out       a place: the record, a line,       at {f, s}              a field is being computed, its spec line
 *                         a subrecord, one that is made      get {path, out}        ... it reads this
 *   keep {id, r}          whether a line is wanted           step {name, out}       ... a transform gave this
 *   query {lookup}        a look-up asked NetSuite           as {t, given, out}     ... its value, by type
 *   found {f, s, ids}     what a reference came to           set {f, s}             it was set
 *   decided {...}         which flows want a save            when {r}               whether the record is wanted at delivery
 */

let notes = [];
let field = false; // whether a field is being computed
let quiet = 0; // inside a function of the library: what it calls itself is not told

const { stringify, parse } = JSON;

/** A copy that the script cannot change later; undefined stays, and is left out of the note. @param {any} value */
function plain(value) {
  if (value === undefined || typeof value === 'function') return undefined;
  try {
    return parse(stringify(value));
  } catch {
    return String(value);
  }
}

function note(k, facts) {
  notes.push({ k, ...facts });
}

function quietly(run) {
  quiet += 1;
  try {
    return run();
  } finally {
    quiet -= 1;
  }
}

/** @param {any} module @param {(name: string, fn: Function) => Function} wrap for each function that it has */
function each(module, wrap) {
  const out = {};
  for (const name of Object.keys(module)) out[name] = typeof module[name] === 'function' ? wrap(name, module[name]) : module[name];
  return out;
}

const step = (prefix) => (name, fn) => (...args) => {
  if (!field || quiet) return fn(...args);
  const out = quietly(() => fn(...args));
  note('step', { name: `${prefix}.${name}`, out: plain(out) });
  return out;
};

const place = (id, fn) => (...args) => {
  const outer = field;
  field = false;
  note('in', { id });
  try {
    return fn(...args);
  } finally {
    note('out');
    field = outer;
  }
};

const kept = (id, fn) => (...args) => {
  const r = Boolean(quietly(() => fn(...args)));
  note('keep', { id, r });
  return r;
};

const asText = (fn) => Function.prototype.toString.call(fn);

function values(module) {
  return {
    ...each(module, step('values')),
    get: (from, ...path) => {
      const out = module.get(from, ...path);
      if (field && !quiet) note('get', { path: path.join('.'), out: plain(out) });
      return out;
    },
    mapped: (map, given) => {
      note('map', { map: map.name, given: plain(given) });
      return quietly(() => module.mapped(map, given));
    },
    or: (given, otherwise) => {
      const used = module.isEmpty(given);
      note('default', { used, out: plain(used ? otherwise : given) });
      return quietly(() => module.or(given, otherwise));
    },
    elements: (given, keep, read) =>
      module.elements(given, keep && kept(asText(read), keep), place(asText(read), read)),
    within: (given, read) => module.within(given, place(asText(read), read)),
  };
}

/** The functions behind `at(field, spec)`. @param {any} as */
function typed(as) {
  return each(as, (t, fn) => (...args) => {
    const at = t.startsWith('ref') ? 1 : 0;
    try {
      const out = quietly(() => fn(...args));
      note('as', { t, given: plain(args[at]), out: plain(out) });
      const rule = args[at + 1];
      if (at && rule && !['', null, undefined].includes(rule.fallback)) note('default', { used: out === rule.fallback });
      return out;
    } finally {
      field = false;
    }
  });
}

/** @param {any} module read or payload */
function reading(module) {
  return {
    ...module,
    reader: (...args) => {
      const made = module.reader(...args);
      const at = (f, s) => {
        field = true;
        note('at', { f, s });
        return typed(made.at(f, s));
      };
      return { ...made, at };
    },
  };
}

function lookup(module) {
  return {
    ...module,
    resolve: (store, references, contract) => {
      const outer = asking;
      asking = { store, sizes: {}, name: null };
      asking.name = grown();
      try {
        module.resolve(store, references, contract);
      } finally {
        asking = outer;
      }
      for (const one of references) {
        note('found', {
          f: one.field, s: one.spec, lookup: one.lookup.name, parts: plain(one.parts),
          key: plain(module.keyOf(store, one)), ids: module.ids(store, one),
        });
      }
    },
  };
}

let asking = null; // the look-ups that are being made

/** The look-up whose keys became more since the last time. */
function grown() {
  let found = asking.name;
  for (const [name, keys] of Object.entries(asking.store.asked)) {
    const size = Object.keys(keys).length;
    if (size !== (asking.sizes[name] ?? 0)) found = name;
    asking.sizes[name] = size;
  }
  return found;
}

function sql(module) {
  return {
    ...module,
    rows: (...args) => {
      if (asking && !quiet) {
        asking.name = grown();
        note('query', { lookup: asking.name });
      }
      return module.rows(...args);
    },
  };
}

function write(module) {
  return {
    ...module,
    open: (rec, options) => {
      const made = module.open(rec, options);
      const { changes } = made.notes;
      const push = (...names) => {
        for (const f of names) note('set', { f, s: options.position.specs[f] ?? null });
        return Array.prototype.push.apply(changes, names);
      };
      Object.defineProperty(changes, 'push', { value: push });
      return made;
    },
  };
}

/** A record as payloads read it. @param {any} module */
function source(module) {
  const seen = (from) => ({
    ...each(from, (name, fn) => (...args) => {
      const out = fn(...args);
      if (field && !quiet) note('get', { path: args.join('.'), out: plain(out) });
      return out;
    }),
    ...(from.rows && { rows: (sublist) => listed(sublist, from.rows(sublist).map(seen)) }),
  });
  return { ...module, at: (...args) => seen(module.at(...args)) };
}

/** Rows whose filter and map are seen. @param {string} id @param {any[]} rows */
function listed(id, rows) {
  const hidden = (name, value) => Object.defineProperty(rows, name, { value });
  hidden('filter', (fn) => listed(id, Array.prototype.filter.call(rows, kept(id, fn))));
  hidden('map', (fn) => Array.prototype.map.call(rows, place(id, fn)));
  return rows;
}

function events(module) {
  return {
    ...module,
    afterSubmit: (context, type, decide) =>
      module.afterSubmit(context, type, (save) => {
        const asked = [];
        const tell = (name) => (...args) => {
          const r = save[name](...args);
          asked.push([name, plain(args[0]), Boolean(r)]);
          return r;
        };
        const wanted = decide({ ...save, wanted: tell('wanted'), changed: tell('changed') });
        note('decided', { type: save.type, asked, flows: wanted.map((one) => one.flow) });
        return wanted;
      }),
  };
}

function flow(name, module) {
  const creates = {};
  for (const [create, made] of Object.entries(module.creates ?? {})) {
    creates[create] = { ...made, read: place(`${name} ${create}`, made.read) };
  }
  const out = { ...module, ...(module.creates && { creates }) };
  const told = (key, run) => {
    if (typeof module[key] === 'function') out[key] = (...args) => run(module[key](...args));
  };
  if (module.accept) {
    out.accept = (...args) => {
      note('doc');
      const r = quietly(() => module.accept(...args));
      note('accept', { r });
      return r;
    };
  }
  told('key', (r) => (note('key', { out: plain(r) }), r));
  told('when', (r) => (note('when', { flow: module.name, r: Boolean(r) }), r));
  for (const part of ['read', 'payload']) if (module[part]) out[part] = place(name, module[part]);
  return out;
}

function hook(name, fn) {
  return (...args) => {
    const out = quietly(() => fn(...args));
    note('hook', { name, out: field ? plain(out) : undefined });
    return out;
  };
}

/** Modules that say what is done; those that are not named here compute values. */
const SEEN = { values, read: reading, payload: reading, lookup, sql, write, source, events };
const UNSEEN = new Set(
  'act address batch claim config deliver drain features imports keys lines make net nothing outbox poll pull reply restlet service serving sign upsert zones'.split(' ')
);

exports.through = (path, module) => {
  const [folder, file] = path.replace(/\.js$/, '').split('/').slice(-2);
  if (path.includes('/hooks/')) return each(module, hook);
  if (folder === 'flows') return flow(file, module);
  if (folder !== 'lib' || UNSEEN.has(file) || file.endsWith('_config')) return module;
  return SEEN[file] ? SEEN[file](module) : each(module, step(file));
};

exports.takeNotes = () => {
  const taken = notes;
  notes = [];
  return taken;
};
