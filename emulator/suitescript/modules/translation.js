'use strict';

/*
 * N/translation: texts of translation collections. The project brings them in the collection's default language;
 * other languages fall back to it, as NetSuite does where a text is not translated.
 */

const { call } = use('inside/bridge');
const { moduleOf, enumOf } = use('inside/api');
const { fail } = use('inside/errors');

const Locale = enumOf([
  'CURRENT', 'COMPANY_DEFAULT', 'af_ZA', 'ar', 'bg_BG', 'bn_BD', 'bs_BA', 'cs_CZ', 'da_DK', 'de_DE', 'el_GR', 'en', 'en_AU', 'en_CA',
  'en_GB', 'en_US', 'es_AR', 'es_ES', 'et_EE', 'fa_IR', 'fi_FI', 'fr_CA', 'fr_FR', 'gu_IN', 'he_IL', 'hi_IN', 'hr_HR', 'hu_HU', 'hy_AM',
  'id_ID', 'is_IS', 'it_IT', 'ja_JP', 'kn_IN', 'ko_KR', 'lb_LU', 'lt_LT', 'lv_LV', 'mr_IN', 'ms_MY', 'nl_NL', 'no_NO', 'pa_IN', 'pl_PL',
  'pt_BR', 'pt_PT', 'ro_RO', 'ru_RU', 'sh_RS', 'sk_SK', 'sl_SI', 'sq_AL', 'sr_RS', 'sv_SE', 'ta_IN', 'te_IN', 'th_TH', 'tl_PH', 'tr_TR',
  'uk_UA', 'vi_VN', 'zh_CN', 'zh_TW',
]);

function missing(name) {
  fail('MISSING_REQD_ARGUMENT', `Missing a required argument: ${name}`);
}

function localeOf(locale) {
  if (locale !== undefined && !Object.hasOwn(Locale, locale)) fail('INVALID_LOCALE', `There is no locale ${String(locale)}.`);
}

const loaded = new Map();

function collectionOf(id) {
  if (!loaded.has(id)) loaded.set(id, call('translation.load', { collection: id }).strings);
  return loaded.get(id);
}

/** A text with {1}, {2}, ... filled in from `params`. */
function translator(text) {
  return (options) => text.replace(/\{(\d+)\}/g, (mark, number) => options?.params?.[number - 1] ?? mark);
}

function textOf(collection, key) {
  const strings = collectionOf(collection);
  if (!Object.hasOwn(strings, key)) fail('INVALID_TRANSLATION_KEY', `${collection} has no key ${String(key)}.`);
  return strings[key];
}

/** Texts by key, and below an alias: handle.alias.KEY(). */
class Handle {
  constructor(parts) {
    for (const [alias, { collection, keys }] of Object.entries(parts)) {
      const strings = collectionOf(collection);
      this[alias] = Object.fromEntries((keys ?? Object.keys(strings)).map((key) => [key, translator(textOf(collection, key))]));
    }
    Object.defineProperty(this, 'parts', { value: parts });
  }

  toString() {
    return 'translation.Handle';
  }
}

exports.module = moduleOf('N/translation', {
  Locale,
  get(options) {
    const { collection, key, locale } = options ?? {};
    if (!collection) missing('collection');
    if (!key) missing('key');
    localeOf(locale);
    return translator(textOf(collection, key));
  },
  load(options) {
    const { collections, locales = [] } = options ?? {};
    if (!collections) missing('collections');
    if (!Array.isArray(collections)) fail('WRONG_PARAMETER_TYPE', 'translation.load: collections is no list.');
    locales.forEach(localeOf);
    const parts = {};
    for (const { alias, collection, keys } of collections) {
      if (!collection) missing('collection');
      const name = alias ?? collection;
      if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) fail('INVALID_ALIAS', `No alias: ${name}`);
      parts[name] = { collection, keys };
    }
    return new Handle(parts);
  },
  selectLocale(options) {
    const { handle, locale } = options ?? {};
    if (!handle) missing('handle');
    if (!locale) missing('locale');
    if (!(handle instanceof Handle)) fail('WRONG_PARAMETER_TYPE', 'translation.selectLocale: handle is no Handle.');
    localeOf(locale);
    return new Handle(handle.parts);
  },
});
