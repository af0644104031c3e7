import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const room = (name) => ({
  files: [`src/rooms/${name}/**`],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ group: ['**/rooms/*', '../../rooms/**', ...['chat', 'search', 'settings', 'entry'].filter((n) => n !== name).map((n) => `../${n}/**`)], message: 'Rooms never import rooms.' }] },
    ],
  },
});

export default ts.config(
  { ignores: ['dist/', 'node_modules/'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    rules: {
      'no-undef': 'off',
      'svelte/no-at-html-tags': 'error',
      // Plain maps and sets hold what no page shows: timers, pages in memory, marks of work under way.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/no-navigation-without-resolve': 'off',
      'max-lines': ['error', { max: 250 }],
    },
  },
  { files: ['src/**/*.svelte'], rules: { 'max-lines': ['error', { max: 200 }] } },
  room('chat'),
  room('search'),
  room('settings'),
  room('entry'),
);
