'use strict';

/*
 * Executions in fresh vm contexts.
 *
 * What scripts see is evaluated inside their own context, so that instanceof holds; only functions over
 * text and the frozen facts of record types cross into it, and they are not handed to scripts. Compiled code is kept: the project's
 * own files for ever, scripts by the hash of their text until the account's generation changes.
 */

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const { codecs } = require('./codecs');
const members = require('./data/members');

const ENTER = new vm.Script('{ const enter = globalThis.enter; delete globalThis.enter; enter(); }', {
  filename: 'suitescript:enter',
});

/** Types of files by their ending, where a script needs one without asking the account. */
const FILE_TYPES = {
  csv: 'CSV', gif: 'GIFIMAGE', html: 'HTMLDOC', jpg: 'JPGIMAGE', js: 'JAVASCRIPT', json: 'JSON', pdf: 'PDF', png: 'PNGIMAGE', tar: 'TAR',
  xls: 'EXCEL', xlsx: 'EXCEL', xml: 'XMLDOC', zip: 'ZIP',
};

/** What every execution needs; the rest is loaded where it is asked for. */
const COMMON = ['inside/main', 'inside/loader', 'inside/entries'];

/** What the inside may ask of this process; per context, `call` and `evaluate` are added. */
const services = {
  hash: (algorithm, chunks, output) => {
    const hash = crypto.createHash(algorithm);
    for (const [text, encoding] of JSON.parse(chunks)) hash.update(codecs.decode(text, encoding));
    return codecs.encode(hash.digest(), output);
  },
  convert: (text, from, to) => codecs.encode(codecs.decode(text, from), to),
  byteLength: (text) => Buffer.byteLength(text),
  randomBytes: (size) => crypto.randomBytes(size).toString('latin1'),
  uuid: () => crypto.randomUUID(),
  meta: (type) => account.metas.get(type),
  keepMeta: (type, text) => {
    const meta = frozen(JSON.parse(text));
    account.metas.set(type, meta);
    return meta;
  },
  fileType: (name) => FILE_TYPES[path.extname(String(name)).slice(1).toLowerCase()] ?? 'PLAINTEXT',
  unbuilt: (id, name) => unbuilt.get(`${id}.${name}`),
  keepUnbuilt: (id, name, keys) => {
    unbuilt.set(`${id}.${name}`, keys);
  },
  members: (id, name) => (name ? members[id]?.classes[name] : members[id]?.members),
  traced: process.argv.includes('--trace'),
  lens: process.argv.find((part) => part.startsWith('--lens='))?.slice('--lens='.length),
  has: (name) => ownScript(name) !== null,
  source: (key) => account.sources.get(key)?.source,
  dropSource: (key) => {
    account.sources.delete(key);
  },
  /** Keeps a file of the account, compiled if it is code; returns what is wrong with it, or nothing. */
  keepSource: (key, file, source, code) => {
    try {
      const script = code ? new vm.Script(source, { filename: file }) : null;
      account.sources.set(key, { source, script });
      return '';
    } catch (error) {
      return String(error.stack).split('\n').slice(0, 5).join('\n');
    }
  },
};

const own = new Map();
const unbuilt = new Map(); // members of a class that are listed and not built
const account = { facts: null, generation: null, sources: new Map(), metas: new Map() };

function frozen(value) {
  if (value === null || typeof value !== 'object') return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** One of the files under inside/ or modules/, or the lens by its whole path; compiled once per process. */
function ownScript(name) {
  let script = own.get(name);
  if (!script) {
    const file = path.resolve(__dirname, `${name}.js`);
    if (!fs.existsSync(file)) return null;
    const text = fs.readFileSync(file, 'utf8');
    script = new vm.Script(`(function (use, host) {const exports = {};${text}\nreturn exports;\n})`, {
      filename: `suitescript:${name}`,
    });
    own.set(name, script);
  }
  return script;
}

function remember(generation) {
  if (account.generation === generation) return;
  account.generation = generation;
  account.sources.clear();
  account.metas.clear();
}

/** A fresh context with the project's own part of it loaded, ready for any request. */
function prepare() {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, { microtaskMode: 'afterEvaluate' });
  const loaded = new Map();
  const host = Object.create(services);
  host.evaluate = (key) => {
    account.sources.get(key).script.runInContext(context);
  };
  function use(name) {
    let exports = loaded.get(name);
    if (exports) return exports;
    const script = ownScript(name);
    if (!script) throw new Error(`no file ${name}`);
    exports = script.runInContext(context)(use, host);
    loaded.set(name, exports);
    return exports;
  }
  COMMON.forEach(use);
  return { context, host, use };
}

let spare = null;
let ends = Infinity; // when the time of the execution around this one is over

/** Makes the next context ahead of its use: called while the host is at work. */
function warm() {
  spare ??= prepare();
}

function take() {
  const ready = spare ?? prepare();
  spare = null;
  return ready;
}

/** A time limit costs a thread; inside an execution that ends sooner none is needed. */
function within(milliseconds, run) {
  const outer = ends;
  const end = performance.now() + milliseconds;
  if (end >= outer) return run({});
  ends = end;
  try {
    return run({ timeout: Math.ceil(milliseconds) });
  } finally {
    ends = outer;
  }
}

/**
 * Runs one request to its end and returns the outcome as JSON text; never throws.
 *
 * @param {string} text what this process needs to know and what the execution does, a line feed between them
 */
function execute(text, callHost) {
  const end = text.indexOf('\n');
  const facts = JSON.parse(text.slice(0, end));
  remember(facts.generation);
  account.facts = facts.account ? frozen(facts.account) : account.facts;
  const { context, host, use } = take();
  host.call = callHost;
  try {
    const execution = use('inside/main').prepare(facts.run, text.slice(end + 1), account.facts);
    context.enter = execution.start;
    within(facts.seconds * 1000, (options) => ENTER.runInContext(context, options));
    return execution.finish();
  } catch (error) {
    const timedOut = error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    return JSON.stringify({
      run: facts.run,
      ok: false,
      timedOut,
      charges: use('inside/bridge').takeCharges(),
      error: timedOut
        ? { type: 'error.SuiteScriptError', name: 'SSS_TIME_LIMIT_EXCEEDED', message: 'Script Execution Time Exceeded.' }
        : { type: 'error.WorkerError', name: 'UNEXPECTED_ERROR', message: String(error && error.stack) },
    });
  }
}

module.exports = { execute, warm, prepare };
