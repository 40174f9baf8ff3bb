'use strict';

/* N/plugin: implementations of custom plug-in types, as the project deployed them. */

const { call } = use('inside/bridge');
const { moduleOf } = use('inside/api');
const { need } = use('inside/errors');

exports.module = moduleOf('N/plugin', {
  findImplementations(options) {
    const { type, includeDefault = true } = need(options, 'plugin.findImplementations', 'type');
    return call('plugin.find', { type, includeDefault: includeDefault !== false });
  },
  loadImplementation(options) {
    const { type, implementation } = need(options, 'plugin.loadImplementation', 'type');
    const path = call('plugin.load', { type, implementation: implementation ?? null });
    return use('inside/loader').moduleAt(path.startsWith('/') ? path : `/${path}`);
  },
});
