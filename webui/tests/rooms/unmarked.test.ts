// @vitest-environment node
import { expect, test } from 'vitest';
import { piecesOf } from '../../src/rooms/search/snippet';

/** The snippet as it is shown, with `[` and `]` around what is marked; `hits` are looked for in it. */
function shown(snippet: string, ...hits: string[]): string {
  const highlights = hits.map((hit) => {
    const start = [...snippet.slice(0, snippet.indexOf(hit))].length;
    return { start, end: start + [...hit].length };
  });
  return piecesOf({ snippet, highlights }).map((p) => (p.hit ? `[${p.text}]` : p.text)).join('');
}

test.each([
  ['**bold** and __strong__ and ~~gone~~', 'bold and strong and gone'],
  ['*slanted* and _so_ and ***both***', 'slanted and so and both'],
  ['run `npm test` now', 'run npm test now'],
  ['```sh\nls -l\n```', 'ls -l\n'],
  ['# Title\n> quoted\n>> twice', 'Title\nquoted\ntwice'],
  ['see [the guide](https://example.org/a) and ![a cat](/c.png)', 'see the guide and a cat'],
  ['see [A](https://example.org/A_(b)) there', 'see A there'],
  ['**one *and two* more**', 'one and two more'],
  ['```npm test``` is what you run', 'npm test is what you run'],
  ['`[a](/b)` is a link', '[a](/b) is a link'],
])('%j is shown as %j', (snippet, words) => expect(shown(snippet)).toBe(words));

test.each(['snake_case_name and 2 * 3 * 4', '2**3 is 8', 'a_b_c', 'C# and #general', 'x > y', 'well__known__name', 'src/**/*.ts and lib/**/*.ts', 'src/*.ts, lib/*.js', 'name:____', 'half **of it', 'half** of it'])('%j stays as it is', (text) => expect(shown(text)).toBe(text));

test('what is between backticks keeps its marks', () => expect(shown('`**kwargs` and `a_b`')).toBe('**kwargs and a_b'));

test.each([
  ['```sh\n# build it\nf(**kwargs)\n> a *b* `c` [d](/e)\n```\n**so**', '# build it\nf(**kwargs)\n> a *b* `c` [d](/e)\nso'],
  ['~~~\n```\n**a**\n~~~\n# b', '```\n**a**\nb'],
  ['…f(**kwargs)\n```\n# so', '…f(**kwargs)\nso'],
  ['…# so\n```\n**a**\n```\n*b*', '…# so\n**a**\nb'],
  ['…f(**kwargs)\n```\ng(**kwargs)…', '…f(**kwargs)\ng(**kwargs)…'],
  ['**so**\n```py\n**a**…', 'so\n**a**…'],
])('in a block of code, cut or not, all counts as words: %j', (snippet, words) => expect(shown(snippet)).toBe(words));

test.each([
  ['…half** of it and **so', '…half of it and **so'],
  ['half** of it and **so on…', 'half** of it and so on…'],
  ['…half**\n\nof** it and **so\n\n__on…', '…half\n\nof** it and **so\n\non…'],
  ['…src/**/*.ts and f(**kwargs) and lib/**/*.ts…', '…src/**/*.ts and f(**kwargs) and lib/**/*.ts…'],
])('a mark alone is left out where its partner may have been cut off: %j', (snippet, words) => expect(shown(snippet)).toBe(words));

test('a match is marked where it stands without the marks around it', () => {
  expect(shown('🧾 the **VAT is** `off`', 'VAT', 'off')).toBe('🧾 the [VAT] is [off]');
  expect(shown('**VAT**', 'VAT')).toBe('[VAT]');
});

test('a link stays whole when the match is in its address', () => expect(shown('[here](https://example.org)', 'example')).toBe('[here](https://[example].org)'));
