// For SuiteScript that people write: what is a fault in any style. What has a rule of its own in suiteloom lint is off.
// SUITELOOM_CLIENT holds a JSON list of client scripts, which have the globals of browsers.
const { fixupPluginRules } = require('@eslint/compat');
const js = require('@eslint/js');
const suitescript = require('eslint-plugin-suitescript');

const client = JSON.parse(process.env.SUITELOOM_CLIENT ?? '[]');

module.exports = [
  {
    files: ['**/*.js'],
    plugins: { suitescript: fixupPluginRules(suitescript) },
    linterOptions: { noInlineConfig: true },
    languageOptions: {
      ecmaVersion: 2023,
      sourceType: 'script',
      globals: Object.fromEntries(['define', 'require', 'log', 'util', 'exports', 'module'].map((name) => [name, 'readonly']))
    },
    rules: {
      ...js.configs.recommended.rules,
      'suitescript/no-amd-name': 'error',
      'no-empty': 'off', // L283
      'no-unused-vars': 'off', // the editor's concern
      'no-useless-assignment': 'off',
      'no-useless-escape': 'off',
      'no-prototype-builtins': 'off',
      'no-control-regex': 'off',
      'preserve-caught-error': 'off',
      'no-redeclare': 'off' // var twice is how 2.0 scripts are written
    }
  },
  ...(client.length ? [{ files: client, rules: { 'no-undef': 'off' } }] : [])
];
