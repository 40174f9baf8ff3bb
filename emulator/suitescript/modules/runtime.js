'use strict';

/* N/runtime. */

const { call } = use('inside/bridge');
const { lazily, moduleOf, enumOf, complete } = use('inside/api');
const { fail, need } = use('inside/errors');
const { state } = use('inside/state');

const ContextType = lazily(() => Object.freeze({
  ...enumOf(
    [
      'ACTION', 'ADVANCEDREVREC', 'BANKCONNECTIVITY', 'BANKSTATEMENTPARSER', 'CLIENT', 'CONSOLRATEADJUSTOR', 'CUSTOMGLLINES',
      'DATASETBUILDER', 'DEBUGGER', 'FICONNECTIVITY', 'FIPARSER', 'NONE', 'PAYMENTGATEWAY', 'PAYMENTPOSTBACK',
      'PLATFORMEXTENSION', 'PORTLET', 'PROMOTIONS', 'RESTLET', 'SCHEDULED', 'SUITELET', 'USEREVENT', 'WEBAPPLICATION',
      'WEBSERVICES', 'WEBSTORE', 'WORKBOOKBUILDER', 'WORKFLOW',
    ],
  ),
  // The values have no underscores, these keys have.
  ...enumOf(
    [
      'BUNDLE_INSTALLATION', 'CSV_IMPORT', 'CUSTOM_MASSUPDATE', 'EMAIL_CAPTURE', 'MAP_REDUCE', 'REST_WEBSERVICES',
      'SDF_INSTALLATION', 'SHIPPING_PARTNERS', 'TAX_CALCULATION', 'USER_INTERFACE',
    ],
    (key) => key.replaceAll('_', ''),
  ),
}));
const Permission = Object.freeze({ NONE: 0, VIEW: 1, CREATE: 2, EDIT: 3, FULL: 4 });

/** The only option may stand for all of them. */
const single = (options, name) => (typeof options === 'string' ? { [name]: options } : options);

class Script {
  get id() {
    return state.request.script.id;
  }

  get deploymentId() {
    return state.request.script.deploy;
  }

  get logLevel() {
    return state.request.script.logLevel;
  }

  get bundleIds() {
    return [];
  }

  getRemainingUsage() {
    return state.request.limit - state.used;
  }

  /** null where the script has no such parameter or it is empty. */
  getParameter(options) {
    const { name } = need(single(options, 'name'), 'Script.getParameter', 'name');
    const found = state.request.script.params[name];
    if (found === undefined) return null;
    return found.type === 'date' ? new Date(found.value) : found.value;
  }

  toString() {
    return 'runtime.Script';
  }
}

class User {
  #person = null;

  constructor() {
    const { id, role, roleId } = state.request.user;
    Object.assign(this, { id, role, roleId, contact: 0 });
  }

  get #facts() {
    return (this.#person ??= call('runtime.user', {}));
  }

  get name() {
    return this.#facts.name;
  }

  get email() {
    return this.#facts.email;
  }

  get department() {
    return this.#facts.department;
  }

  get location() {
    return this.#facts.location;
  }

  get subsidiary() {
    return this.#facts.subsidiary;
  }

  get roleCenter() {
    return this.#facts.center;
  }

  getPermission(options) {
    const { name } = need(single(options, 'name'), 'User.getPermission', 'name');
    return Permission[call('runtime.permission', { name })];
  }

  getPreference(options) {
    const { name } = need(single(options, 'name'), 'User.getPreference', 'name');
    const found = call('runtime.preference', { name });
    if (found === null) fail('EMULATOR_UNSUPPORTED', `The emulator does not have the preference ${name}.`);
    return found;
  }

  toString() {
    return 'runtime.User';
  }
}

const session = new Map();
const currentSession = Object.freeze({
  get: (options) => session.get(need(single(options, 'name'), 'Session.get', 'name').name) ?? null,
  set: (options) => {
    session.set(need(options, 'Session.set', 'name').name, String(options.value));
  },
  toString: () => 'runtime.Session',
});

complete('N/runtime', 'Script', Script);
complete('N/runtime', 'User', User);

exports.module = moduleOf('N/runtime', {
  ContextType,
  EnvType: enumOf(['SANDBOX', 'PRODUCTION', 'BETA', 'INTERNAL']),
  Permission,
  get accountId() {
    return state.request.account.id;
  },
  get envType() {
    return /_(SB|RP)\d+$/.test(state.request.account.id) ? 'SANDBOX' : 'PRODUCTION';
  },
  get executionContext() {
    return state.request.context;
  },
  get processorCount() {
    return state.request.account.processors;
  },
  get queueCount() {
    return 1;
  },
  get country() {
    return 'US';
  },
  get version() {
    return '2026.2';
  },
  getCurrentScript: () => new Script(),
  getCurrentSession: () => currentSession,
  getCurrentUser: () => new User(),
  isFeatureInEffect: (options) => call('runtime.feature', { name: need(single(options, 'feature'), 'runtime.isFeatureInEffect', 'feature').feature }),
});
