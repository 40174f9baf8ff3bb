'use strict';

/* N/cache. PRIVATE caches belong to one script, the others to the account; entries expire by the account's clock. */

const { call } = use('inside/bridge');
const { moduleOf, enumOf, complete } = use('inside/api');
const { fail, need } = use('inside/errors');
const { counted } = use('inside/values');

const Scope = enumOf(['PRIVATE', 'PROTECTED', 'PUBLIC']);
const KEY_BYTES = 4 * 1024;
const NAME_BYTES = 1024;
const VALUE_BYTES = 500 * 1024;
const SHORTEST = 300;

function lifetime(ttl) {
  if (ttl === undefined || ttl === null) return null;
  const seconds = counted(ttl);
  if (!(seconds >= SHORTEST)) fail('INVALID_TTL', `ttl is at least ${SHORTEST} seconds.`);
  return seconds;
}

function held(value) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (host.byteLength(text) > VALUE_BYTES) fail('VALUE_TOO_LONG', 'The value is longer than 500 KB.');
  return text;
}

class Cache {
  constructor(name, scope) {
    Object.assign(this, { name, scope });
    Object.freeze(this);
  }

  get(options) {
    const { key, loader, ttl } = this.#keyed(options, 'Cache.get');
    const lasting = lifetime(ttl);
    const found = call('cache.get', { name: this.name, scope: this.scope, key, loads: Boolean(loader) });
    if (found !== null || !loader) return found;
    const value = held(loader({ key }));
    call('cache.load', { name: this.name, scope: this.scope, key, value, ttl: lasting });
    return value;
  }

  put(options) {
    const { key, value, ttl } = this.#keyed(options, 'Cache.put');
    if (value === undefined || value === null) need(options, 'Cache.put', 'value');
    call('cache.put', { name: this.name, scope: this.scope, key, value: held(value), ttl: lifetime(ttl) });
  }

  remove(options) {
    const { key } = this.#keyed(options, 'Cache.remove');
    call('cache.remove', { name: this.name, scope: this.scope, key });
  }

  #keyed(options, member) {
    need(options, member, 'key');
    if (host.byteLength(String(options.key)) > KEY_BYTES) fail('KEY_TOO_LONG', 'The key is longer than 4 KB.');
    return { ...options, key: String(options.key) };
  }

  toJSON() {
    return { name: this.name, scope: this.scope };
  }

  toString() {
    return 'cache.Cache';
  }
}

complete('N/cache', 'Cache', Cache);

exports.module = moduleOf('N/cache', {
  Scope,
  getCache(options) {
    const { name, scope = Scope.PRIVATE } = need(options, 'cache.getCache', 'name');
    if (host.byteLength(name) > NAME_BYTES) fail('NAME_TOO_LONG', 'The name is longer than 1 KB.');
    if (!(scope in Scope)) fail('SSS_INVALID_TYPE_ARG', `cache.getCache: unknown scope ${String(scope)}`);
    return new Cache(name, scope);
  },
});
