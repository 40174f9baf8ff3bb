// Runs expressions against the in-account library in Node: stdin {modules, expressions}, stdout a
// list of {value} or {error}. Only library modules that need no N/ module can be run this way.
'use strict';
const vm = require('node:vm');
const { modules, expressions } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));

const context = vm.createContext({});
const loaded = {};
const load = (name) => {
  if (name in loaded) return loaded[name];
  context.define = (needs, factory) => {
    loaded[name] = factory(...needs.map((need) => load(need.replace('./', ''))));
  };
  vm.runInContext(modules[name], context, { filename: `${name}.js` });
  return loaded[name];
};
for (const name of Object.keys(modules)) context[name] = load(name);

const answer = expressions.map((text) => {
  try {
    const value = vm.runInContext(`(${text})`, context);
    return { value: value === undefined ? null : value };
  } catch (error) {
    return { error: error.name, message: error.message };
  }
});
process.stdout.write(JSON.stringify(answer));
