'use strict';

/* Prints every member that SuiteScript lists as JSON: name to whether it is built. Runs with --trace. */

const fs = require('node:fs');
const path = require('node:path');
const members = require('./data/members');
const { prepare } = require('./realm');

const { use } = prepare();
for (const file of fs.readdirSync(path.join(__dirname, 'modules')).sort()) use(`modules/${path.basename(file, '.js')}`);
const { built } = use('inside/trace');

const names = new Set(built);
for (const [id, { members: own, classes }] of Object.entries(members)) {
  for (const key of own ? own.split(' ') : []) names.add(`${id}.${key}`);
  for (const [name, keys] of Object.entries(classes)) {
    for (const key of keys ? keys.split(' ') : []) names.add(`${id}.${name}.${key}`);
  }
}
process.stdout.write(JSON.stringify(Object.fromEntries([...names].sort().map((name) => [name, built.has(name)]))));
