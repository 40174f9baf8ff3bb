'use strict';

/*
 * What this execution used of N/, in workers that were started with --trace; elsewhere nothing of
 * this is called.
 */

const traced = host.traced === true;
const built = new Set(); // members that are more than a refusal
let members = new Map();
let errors = new Set();

function called(name, args = []) {
  const [options] = args;
  const keys = members.get(name) ?? members.set(name, new Set()).get(name);
  if (options !== null && typeof options === 'object' && !Array.isArray(options)) {
    for (const key of Object.keys(options)) keys.add(key);
  }
}

function raised(name) {
  errors.add(String(name));
}

/** The notes since the last time, or undefined. */
function takeTrace() {
  if (members.size + errors.size === 0) return undefined;
  const notes = {
    members: Object.fromEntries([...members].map(([name, keys]) => [name, [...keys]])),
    errors: [...errors],
  };
  members = new Map();
  errors = new Set();
  return notes;
}

/** Whether a function's body is nothing but a refusal. */
function isRefusal(fn) {
  return /^(async )?[^{=]*(=>|\{)\s*(return )?refuse\(/.test(Function.prototype.toString.call(fn));
}

/** A function that is noted when it is called. */
function recorded(name, fn) {
  if (!isRefusal(fn)) built.add(name);
  return (...args) => {
    called(name, args);
    return fn(...args);
  };
}

/** A class whose methods and getters, its own and inherited, are noted. */
function recordedClass(name, type) {
  const own = type.prototype;
  for (let level = own; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const [key, part] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (key === 'constructor' || (level !== own && Object.hasOwn(own, key))) continue;
      const member = `${name}.${key}`;
      const { get, set, value } = part;
      if (!isRefusal(value ?? get)) built.add(member);
      if (set) part.set = noteSet(member, set);
      if (get) part.get = note(member, get);
      else if (typeof value === 'function') part.value = note(member, value);
      Object.defineProperty(own, key, part);
    }
  }
}

function note(member, fn) {
  return function (...args) {
    called(member, args);
    return fn.apply(this, args);
  };
}

/** What is assigned is a value, not options. */
function noteSet(member, fn) {
  return function (value) {
    called(member);
    fn.call(this, value);
  };
}

Object.assign(exports, { traced, built, called, raised, takeTrace, recorded, recordedClass });
