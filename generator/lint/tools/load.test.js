// Every script and module of the files and folders in SUITELOOM_SCRIPTS (a JSON list) loads under Oracle's stubs, calls no
// N/ member while it loads, and returns the entry points that its @NScriptType is run by.
const fs = require('fs');
const path = require('path');

const TYPES = {
  Restlet: { allowed: ['get', 'post', 'put', 'delete'], wanted: [['get', 'post', 'put', 'delete']] },
  UserEventScript: {
    allowed: ['beforeLoad', 'beforeSubmit', 'afterSubmit'],
    wanted: [['beforeLoad', 'beforeSubmit', 'afterSubmit']]
  },
  MapReduceScript: {
    allowed: ['config', 'getInputData', 'map', 'reduce', 'summarize'],
    wanted: [['getInputData'], ['map', 'reduce']]
  },
  ScheduledScript: { allowed: ['execute'], wanted: [['execute']] }
};
// Scripts of other types only have to load.
const MODULES = [
  'N/cache',
  'N/crypto',
  'N/crypto/random',
  'N/encode',
  'N/error',
  'N/file',
  'N/format',
  'N/https',
  'N/log',
  'N/query',
  'N/record',
  'N/runtime',
  'N/search',
  'N/task',
  'N/url'
];

const files = (place) => (fs.statSync(place).isDirectory() ? inside(place) : [place]);
const inside = (folder) =>
  fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const found = path.join(folder, entry.name);
      if (entry.isDirectory()) return inside(found);
      return found.endsWith('.js') ? [found] : [];
    })
    .sort();

// The stubs do nothing; here they also say that they were called.
const watch = (calls) =>
  MODULES.forEach((name) => {
    const members = Object.getPrototypeOf(require(name));
    Object.keys(members)
      .filter((member) => typeof members[member] === 'function')
      .forEach((member) => {
        members[member] = () => {
          calls.push(`${name}.${member}`);
        };
      });
  });

for (const folder of JSON.parse(process.env.SUITELOOM_SCRIPTS ?? '[]')) {
  for (const file of files(folder)) {
    test(file, () => {
      jest.resetModules();
      const calls = [];
      watch(calls);
      const loaded = require(file);
      expect(calls).toEqual([]); // while loading
      const type = /@NScriptType\s+(\w+)/.exec(fs.readFileSync(file, 'utf8'))?.[1];
      if (TYPES[type] === undefined) return;
      const returned = Object.keys(loaded).filter((name) => name !== 'default' && name !== '__esModule');
      expect(returned.filter((name) => !TYPES[type].allowed.includes(name))).toEqual([]);
      expect(returned.filter((name) => typeof loaded[name] !== 'function' && name !== 'config')).toEqual([]);
      for (const oneOf of TYPES[type].wanted) expect(returned.some((name) => oneOf.includes(name))).toBe(true);
    });
  }
}
