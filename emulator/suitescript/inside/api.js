'use strict';

/*
 * N/ modules as scripts see them: what is built here, and a refusal by name for everything else.
 * data/members.js lists the members that SuiteScript has.
 */

const { guard } = use('inside/bridge');
const { note, refuse } = use('inside/errors');
const { traced, built, called, recorded, recordedClass } = use('inside/trace');

const words = (text) => (text ? text.split(' ') : []);

/** Names that the language itself asks for. */
const QUIET = new Set(['then', 'toJSON', 'toString', 'valueOf', 'constructor', 'default', '__esModule', 'prototype']);

/** A value of a module that most executions do not ask for: it is made when it is first read. */
class Lazy {
  #make;
  #value = null;

  constructor(make) {
    this.#make = make;
  }

  get value() {
    return (this.#value ??= this.#make());
  }
}

const lazily = (make) => new Lazy(make);

/** A function of a module: refused at define() scope, with its `promise` form where there is one. */
function member(name, act, promise = false) {
  const fn = traced ? recorded(name, act) : act;
  const wrapped = function (...args) {
    guard(name);
    return fn(...args);
  };
  if (promise) {
    wrapped.promise = async function (...args) {
      guard(`${name}.promise`);
      if (traced) called(`${name}.promise`, args);
      return fn(...args);
    };
  }
  return wrapped;
}

/**
 * A module object.
 *
 * @param {string} id such as N/record
 * @param {object} parts enums and values as they are or `lazily`, functions guarded, getters read on use
 * @param {string[]} promises functions that also have a `promise` form
 */
function moduleOf(id, parts, promises = []) {
  const target = {};
  for (const key of Object.keys(parts)) {
    const part = Object.getOwnPropertyDescriptor(parts, key);
    if (part.get) {
      Object.defineProperty(target, key, {
        enumerable: true,
        get() {
          guard(`${id}.${key}`);
          return part.get();
        },
      });
    } else if (part.value instanceof Lazy) {
      Object.defineProperty(target, key, { enumerable: true, get: () => part.value.value });
    } else if (typeof part.value === 'function') {
      target[key] = member(`${id}.${key}`, part.value, promises.includes(key));
    } else {
      target[key] = part.value;
    }
    if (traced && typeof part.value !== 'function') built.add(`${id}.${key}`);
    if (built.has(`${id}.${key}`) && promises.includes(key)) built.add(`${id}.${key}.promise`);
  }
  return new Proxy(Object.freeze(target), {
    get(object, key) {
      if (traced && Object.hasOwn(object, key) && typeof object[key] !== 'function') called(`${id}.${key}`);
      if (key in object || typeof key === 'symbol') return object[key];
      if (known(id, key)) return refuse(`${id}.${key}`);
      // NetSuite lists no such member either (log.warn): a script reads undefined, and the log says so.
      if (!QUIET.has(key)) note(`N/ does not list ${id}.${key}: undefined.`);
      return undefined;
    },
  });
}

function known(id, key) {
  return words(host.members(id)).includes(key);
}

/** Members of a class that are listed but not built: refused when they are touched. */
function complete(id, name, type) {
  if (traced) recordedClass(`${id}.${name}`, type);
  // The same in every context of a worker: worked out in the first.
  let unbuilt = host.unbuilt(id, name);
  if (unbuilt === undefined) {
    unbuilt = words(host.members(id, name)).filter((key) => !(key in type.prototype)).join(' ');
    host.keepUnbuilt(id, name, unbuilt);
  }
  for (const key of words(unbuilt)) {
    Object.defineProperty(type.prototype, key, {
      configurable: true,
      get() {
        return refuse(`${id} ${name}.${key}`);
      },
    });
  }
  return type;
}

/** An enum whose values are the keys, changed by `value`. */
function enumOf(keys, value = (key) => key) {
  const made = {};
  for (const key of keys) made[key] = value(key);
  return Object.freeze(made);
}

/** A module that exists but of which nothing is built. */
function emptyModule(id) {
  return host.members(id) === undefined ? null : moduleOf(id, {});
}

Object.assign(exports, { moduleOf, member, complete, enumOf, lazily, emptyModule });
