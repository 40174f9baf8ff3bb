'use strict';

/*
 * define() and require(): N/ modules, and modules of the File Cabinet by relative (./x) or absolute
 * (/SuiteScripts/x, SuiteScripts/x) path, with or without .js. A module runs once per execution.
 */

const { call } = use('inside/bridge');
const { emptyModule } = use('inside/api');
const { SuiteScriptError, fail, refuse } = use('inside/errors');
const { state } = use('inside/state');

const { parse } = JSON;
const LOADING = { loading: true };
const builtIn = new Map();
const loaded = new Map();
const stack = []; // paths of the modules that are being evaluated
let defined = null; // what the file that is being evaluated gave to define()

function notThere(path) {
  throw new SuiteScriptError('MODULE_DOES_NOT_EXIST', `Module does not exist: ${path}`, {
    type: 'error.SuiteScriptModuleLoaderError',
  });
}

function platform(id) {
  let found = builtIn.get(id);
  if (found) return found;
  const file = `modules/${id.slice(2).replaceAll('/', '_')}`;
  found = host.has(file) ? use(file).module : emptyModule(id);
  if (!found) notThere(`${id}.js`);
  builtIn.set(id, found);
  return found;
}

function resolve(id, from) {
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

/** The text of a file, fetched once per worker; script files are compiled on the way. */
function sourceOf(path) {
  const kept = host.source(path);
  if (kept !== undefined) return kept;
  const defining = state.defining;
  state.defining = 0;
  let source;
  try {
    ({ source } = call('module.source', { path }));
  } finally {
    state.defining = defining;
  }
  if (source === null) notThere(path);
  const wrong = host.keepSource(path, source, !path.endsWith('.json'));
  if (wrong) {
    throw new SuiteScriptError('SSS_FILE_SYNTAX_ERROR', wrong, { type: 'error.SuiteScriptModuleLoaderError' });
  }
  return source;
}

function load(id, from) {
  if (id === 'N' || id.startsWith('N/')) return platform(id);
  const path = resolve(id, from);
  let found = loaded.get(path);
  if (found === LOADING) fail('MODULE_LOADER_ERROR', `Modules need each other in a circle: ${path}`);
  if (found) return found.value;
  loaded.set(path, LOADING);
  const source = sourceOf(path);
  if (path.endsWith('.json')) {
    found = { value: parse(source) };
  } else {
    const outer = defined;
    defined = null;
    stack.push(path);
    try {
      state.defining += 1;
      host.evaluate(path);
      found = { value: settle(defined, path) };
    } finally {
      state.defining -= 1;
      stack.pop();
      defined = outer;
    }
  }
  loaded.set(path, found);
  return found.value;
}

function settle(definition, path) {
  if (!definition) fail('SSS_NO_DEFINE', `${path} does not call define().`);
  const { dependencies, factory } = definition;
  if (typeof factory !== 'function') return factory;
  const module = { exports: {} };
  const given = dependencies.map((id) => {
    if (id === 'require') return require;
    if (id === 'exports') return module.exports;
    if (id === 'module') return module;
    return load(id, path);
  });
  return factory(...given) ?? module.exports;
}

function define(...parts) {
  if (typeof parts[0] === 'string') parts.shift();
  const dependencies = Array.isArray(parts[0]) ? parts.shift() : [];
  defined = { dependencies, factory: parts[0] };
}

function require(ids, callback) {
  const from = stack.at(-1) ?? state.request.script.path;
  if (typeof ids === 'string') return load(ids, from);
  const values = ids.map((id) => load(id, from));
  return callback ? callback(...values) : values;
}
require.config = () => refuse('require.config');

const log = () => platform('N/log');
const util = () => platform('N/util');
for (const [name, value] of Object.entries({ define, require })) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
for (const [name, get] of Object.entries({ log, util })) {
  Object.defineProperty(globalThis, name, { get, set() {}, configurable: true });
}

function tag(source, name) {
  const found = source.match(new RegExp(`@${name}\\s+(\\S+)`));
  return found ? found[1] : null;
}

/** Loads a script's own file, checks its header and returns its entry points. */
exports.entryScript = function entryScript(path, type) {
  const source = sourceOf(path);
  const version = tag(source, 'NApiVersion');
  if (!['2.0', '2.x', '2.X', '2.1'].includes(version)) {
    fail('SSS_INVALID_API_VERSION', `${path}: @NApiVersion is ${version ?? 'missing'}.`);
  }
  const declared = tag(source, 'NScriptType');
  if (declared?.toLowerCase() !== type.toLowerCase()) {
    fail('SSS_INVALID_SCRIPT_TYPE', `${path}: @NScriptType is ${declared ?? 'missing'}, the script record is a ${type}.`);
  }
  const entryPoints = load(path, '/');
  if (entryPoints === null || typeof entryPoints !== 'object') {
    fail('SSS_NO_ENTRY_POINTS', `${path} returns no entry points.`);
  }
  return entryPoints;
};
