'use strict';

/*
 * define() and require(): N/ modules, and modules of the File Cabinet by relative (./x) or absolute
 * (/SuiteScripts/x, SuiteScripts/x) path, with or without .js, or by a name that require.config or the file
 * named by @NAmdConfig gives a path. A module runs once per execution. In workers that were started with
 * --lens=FILE, `through(path, module)` of that file gives what others get of a module, and `takeNotes()` what it saw.
 */

const { call } = use('inside/bridge');
const { emptyModule } = use('inside/api');
const { SuiteScriptError, fail, refuse, showMessages, worded } = use('inside/errors');
const { state } = use('inside/state');

const { parse } = JSON;
const builtIn = new Map();
const loaded = new Map(); // by path or name: {value}, and while it is loading {exports}
const stack = []; // paths of the modules that are being evaluated
const names = new Map(); // what a file defined under a name of its own
const aliases = new Map(); // require.config({paths})
let defined = null; // what the file that is being evaluated gave to define()
let version = ''; // of the entry script: modules without a version of their own have its language

function notThere(path) {
  throw new SuiteScriptError('MODULE_DOES_NOT_EXIST', worded(`Module does not exist: ${path}`), {
    type: 'error.SuiteScriptModuleLoaderError',
  });
}

/** All of N/, or of N/ui, as one object: `define(['N'], (N) => N.record)`. */
function wholePlatform(prefix) {
  return new Proxy(Object.freeze({}), {
    get(_, key) {
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON') return undefined;
      const id = `${prefix}/${key}`;
      return host.has(`modules/${id.slice(2).replaceAll('/', '_')}`) || emptyModule(id) ? platform(id) : wholePlatform(id);
    },
  });
}

function platform(id) {
  let found = builtIn.get(id);
  if (found) return found;
  if (id === 'N' || id === 'N/ui') return wholePlatform(id);
  const file = `modules/${id.slice(2).replaceAll('/', '_')}`;
  found = host.has(file) ? use(file).module : emptyModule(id);
  if (!found) notThere(`${id}.js`);
  builtIn.set(id, found);
  return found;
}

/** A name with the path that was configured for it or for its beginning. */
function configured(id) {
  for (const [name, path] of aliases) {
    if (id === name) return path;
    if (id.startsWith(`${name}/`)) return path + id.slice(name.length);
  }
  return id;
}

/** Takes over the paths of a configuration that stands at `at`: relative ones begin at its baseUrl or folder. */
function configure(config, at = state.request.script.path) {
  for (const key of Object.keys(config ?? {})) {
    // A shim is for files without define(), and those are refused when they are loaded.
    if (!['paths', 'baseUrl', 'waitSeconds', 'shim'].includes(key)) refuse(`${key} of require.config or @NAmdConfig`);
  }
  const base = config?.baseUrl ?? at.slice(0, at.lastIndexOf('/'));
  for (const [name, given] of Object.entries(config?.paths ?? {})) {
    const path = Array.isArray(given) ? given[0] : given;
    const whole = path.startsWith('/') || /^Suite(Scripts|Apps)\//.test(path);
    aliases.set(name, whole ? path : `${base.replace(/^\.?\/?/, '/').replace(/\/$/, '')}/${path}`);
  }
}

function resolve(name, from) {
  const id = configured(name);
  let path = id;
  if (id.startsWith('.')) path = `${from.slice(0, from.lastIndexOf('/'))}/${id}`;
  else if (id.startsWith('SuiteScripts/') || id.startsWith('SuiteApps/')) path = `/${id}`;
  else if (!id.startsWith('/')) notThere(`${id}.js`);
  const parts = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part && part !== '.') parts.push(part);
  }
  const last = parts.at(-1) ?? '';
  if (!last.endsWith('.js') && !last.endsWith('.json')) parts.push(`${parts.pop()}.js`);
  return `/${parts.join('/')}`;
}

/** The text of a file, fetched once per worker and version; script files are compiled and checked on the way. */
function sourceOf(path) {
  const key = `${version}:${path}`;
  const kept = host.source(key);
  if (kept !== undefined) return kept;
  const defining = state.defining;
  state.defining = 0;
  let found;
  try {
    found = call('module.source', { path, version });
  } finally {
    state.defining = defining;
  }
  if (found.source === null) notThere(path);
  // What V8 says comes first: its message is the engine's own.
  const wrong = host.keepSource(key, path, found.source, !path.endsWith('.json')) || found.wrong;
  if (wrong) {
    host.dropSource(key);
    throw new SuiteScriptError('SSS_FILE_SYNTAX_ERROR', worded(wrong), { type: 'error.SuiteScriptModuleLoaderError' });
  }
  return found.source;
}

function load(id, from) {
  if (id === 'N' || id.startsWith('N/')) return platform(id);
  if (names.has(id)) return named(id);
  const path = resolve(id, from);
  const found = loaded.get(path);
  if (found) return 'value' in found ? found.value : unfinished(found, path);
  const loading = {};
  loaded.set(path, loading);
  const source = sourceOf(path);
  if (path.endsWith('.json')) {
    loading.value = parse(source);
    return loading.value;
  }
  const outer = defined;
  defined = null;
  stack.push(path);
  try {
    state.defining += 1;
    host.evaluate(`${version}:${path}`);
    loading.value = settle(defined, path, loading);
  } finally {
    state.defining -= 1;
    stack.pop();
    defined = outer;
  }
  return loading.value;
}

/** A module of a circle: what it has exported so far, if it uses `exports`. */
function unfinished(loading, path) {
  return loading.exports ?? fail('MODULE_LOADER_ERROR', `Modules need each other in a circle, and this one does not use exports: ${path}`);
}

/** A module that a file defined under a name. */
function named(id) {
  const entry = names.get(id);
  if (!('value' in entry)) entry.value = settle(entry.definition, entry.path, entry);
  return entry.value;
}

function settle(definition, path, loading) {
  if (!definition) fail('SSS_NO_DEFINE', `${path} does not call define().`);
  const { dependencies, factory } = definition;
  if (typeof factory !== 'function') return factory;
  const module = { id: path, exports: {} };
  const given = dependencies.map((id) => {
    if (id === 'require') return require;
    if (id === 'exports') return (loading.exports = module.exports);
    if (id === 'module') return module;
    return load(id, path);
  });
  const made = factory(...given) ?? module.exports;
  return host.lens ? use(host.lens).through(path, made) : made;
}

/** define(name?, dependencies?, factory or object); a factory alone is given require, exports and module. */
function define(...parts) {
  const name = typeof parts[0] === 'string' ? parts.shift() : null;
  const plain = typeof parts[0] === 'function' && parts[0].length > 0;
  const dependencies = Array.isArray(parts[0]) ? parts.shift() : plain ? ['require', 'exports', 'module'] : [];
  const definition = { dependencies, factory: parts[0] };
  if (name !== null) names.set(name, { definition, path: stack.at(-1) });
  if (name === null || !defined) defined = definition;
}

function require(ids, callback) {
  const from = stack.at(-1) ?? state.request.script.path;
  if (typeof ids === 'string') return load(ids, from);
  const values = ids.map((id) => load(id, from));
  return callback ? callback(...values) : values;
}
require.config = (config) => configure(config);

const log = () => platform('N/log');
const util = () => platform('N/util');
for (const [name, value] of Object.entries({ define, require })) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
for (const [name, get] of Object.entries({ log, util })) {
  Object.defineProperty(globalThis, name, { get, set() {}, configurable: true });
}

/** A tag of the first comment block that has a version. */
function header(source) {
  const blocks = source.match(/\/\*\*[\s\S]*?\*\//g) ?? [];
  const block = blocks.find((text) => text.includes('@NApiVersion')) ?? '';
  return (name) => block.match(new RegExp(`@${name}[ \\t]+(\\S+)`))?.[1] ?? null;
}

/** Entry points by script type: at least one of `any`, all of `all`. */
const POINTS = {
  Restlet: { any: ['get', 'post', 'put', 'delete'] },
  UserEventScript: { any: ['beforeLoad', 'beforeSubmit', 'afterSubmit'] },
  MapReduceScript: { all: ['getInputData'], any: ['map', 'reduce'] },
  ScheduledScript: { all: ['execute'] },
  Suitelet: { all: ['onRequest'] },
  Portlet: { all: ['render'] },
  MassUpdateScript: { all: ['each'] },
  WorkflowActionScript: { all: ['onAction'] },
  SDFInstallationScript: { all: ['run'] },
  BundleInstallationScript: { any: ['beforeInstall', 'afterInstall', 'beforeUpdate', 'afterUpdate', 'beforeUninstall'] },
};

function checkEntryPoints(script, type, path) {
  if (script === null || typeof script !== 'object') fail('SSS_NO_ENTRY_POINTS', `${path} returns no entry points.`);
  const { any = [], all = [] } = POINTS[type] ?? {};
  const missing = all.find((point) => typeof script[point] !== 'function');
  if (missing) fail('SSS_ENTRY_POINT_MISSING', `${path}: a ${type} needs the entry point ${missing}.`);
  if (any.length && !any.some((point) => typeof script[point] === 'function')) {
    fail('SSS_NO_ENTRY_POINTS', `${path}: a ${type} needs one of the entry points ${any.join(', ')}.`);
  }
}

/** A module of the File Cabinet by its path. */
exports.moduleAt = (path) => load(path, '/');

/** Loads a script's own file, checks its header and returns its entry points. */
exports.entryScript = function entryScript(path, type) {
  const tag = header(sourceOf(path));
  const given = tag('NApiVersion');
  if (!['2.0', '2.x', '2.X', '2.1'].includes(given)) {
    fail('SSS_INVALID_API_VERSION', `${path}: @NApiVersion is ${given ?? 'missing'}.`);
  }
  const declared = tag('NScriptType');
  if (declared?.toLowerCase() !== type.toLowerCase()) {
    fail('SSS_INVALID_SCRIPT_TYPE', `${path}: @NScriptType is ${declared ?? 'missing'}, the script record is a ${type}.`);
  }
  version = given;
  const { api_version_2x: newer } = state.request.account.switches;
  if (given === '2.0' || (given !== '2.1' && newer === '2.0')) showMessages();
  const config = tag('NAmdConfig');
  if (config) {
    const at = resolve(config, path);
    configure(parse(sourceOf(at)), at);
  }
  const script = load(path, '/');
  checkEntryPoints(script, type, path);
  return script;
};
