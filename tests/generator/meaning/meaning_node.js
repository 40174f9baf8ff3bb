// Field rules of generated code in Node: each line of stdin is a list of JavaScript expressions, the
// answer a list of {value}, {nothing: true} or {error: code}.
'use strict';
const vm = require('node:vm');
const lines = require('node:readline').createInterface({ input: process.stdin });

const context = vm.createContext({});
let loaded = null;
const start = (modules) => {
  loaded = {};
  const load = (name) => {
    if (name in loaded) return loaded[name];
    if (!(name in modules)) return (loaded[name] = {});
    context.define = (needs, factory) => {
      loaded[name] = factory(...needs.map((need) => load(need.replace('./', ''))));
    };
    vm.runInContext(modules[name], context, { filename: `${name}.js` });
    return loaded[name];
  };
  for (const name of Object.keys(modules)) context[name] = load(name);
  vm.runInContext('const { get, has } = values;', context);
};
const answer = (text) => {
  try {
    const value = vm.runInContext(text, context);
    return value === undefined ? { nothing: true } : { value };
  } catch (error) {
    return { error: error.name, message: error.message };
  }
};
lines.on('line', (line) => {
  const given = JSON.parse(line);
  if (loaded === null) start(given);
  else process.stdout.write(JSON.stringify(given.map(answer)) + '\n');
});
