'use strict';

/* N/plugin: custom plug-in types of the project and their implementations. */

const { call } = use('inside/bridge');
const { moduleOf } = use('inside/api');
const { fail, need } = use('inside/errors');

const found = (type) => call('plugin.implementations', { type: String(type) });

/** The module of an implementation as an object with the functions of its type. */
function loaded({ file }) {
  const implementation = use('inside/loader').load(file, '/');
  if (implementation === null || typeof implementation !== 'object') fail('SSS_NO_ENTRY_POINTS', `${file} returns no functions.`);
  return implementation;
}

exports.module = moduleOf('N/plugin', {
  /** Script ids of the implementations of a type; with its own default unless that is left out. */
  findImplementations(options) {
    const { type, includeDefault = true } = need(options, 'plugin.findImplementations', 'type');
    return found(type).filter((item) => includeDefault || !item.isDefault).map((item) => item.id);
  },

  /** The named implementation, else the first that is there, else the type's own. */
  loadImplementation(options) {
    const { type, implementation } = need(options, 'plugin.loadImplementation', 'type');
    const all = found(type);
    const given = implementation === undefined || implementation === null;
    const chosen = given ? (all.find((item) => !item.isDefault) ?? all[0]) : all.find((item) => item.id === implementation);
    if (!chosen) fail('UNABLE_TO_FIND_IMPLEMENTATION_1_FOR_PLUGIN_2', `There is no implementation ${String(implementation)} of ${String(type)}.`);
    return loaded(chosen);
  },
});
