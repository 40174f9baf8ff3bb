// The emulator's JavaScript: inside/ and modules/ are bodies of function(use, host), the rest runs in Node.
const js = require('@eslint/js');

const readonly = (...names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

module.exports = [
  {
    files: ['**/*.js'],
    ...js.configs.recommended,
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
    languageOptions: {
      ecmaVersion: 2024,
      sourceType: 'commonjs',
      globals: readonly('require', 'module', 'exports', 'process', 'Buffer', '__dirname', 'performance')
    },
    rules: {
      ...js.configs.recommended.rules,
      'no-unused-vars': ['error', { args: 'none' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-eval': 'error',
      'no-control-regex': 'off' // NetSuite parts values of multiple selects by U+0005
    }
  },
  {
    files: ['**/inside/*.js', '**/modules/*.js', '**/data/search_types.js'],
    languageOptions: {
      // `module` and `exports` are what such a file gives; there is no Node in a realm.
      globals: {
        ...readonly('use', 'host', 'exports'),
        module: 'writable',
        ...Object.fromEntries(['require', 'process', 'Buffer', '__dirname', 'performance'].map((name) => [name, 'off']))
      }
    }
  }
];
