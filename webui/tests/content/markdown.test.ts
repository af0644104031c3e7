import { expect, test } from 'vitest';
import { plain, render, UNKNOWN } from '../../src/content/markdown';

const html = (body: string, known: Partial<Parameters<typeof render>[1]> = {}) => {
  const box = document.createElement('div');
  box.append(render(body, { ...UNKNOWN, ...known }));
  return box;
};

test('raw HTML is text', () => {
  const box = html('<img src=x onerror=alert(1)> <script>alert(1)</script> <b>no</b>');
  expect(box.querySelector('img, script, b')).toBeNull();
  expect(box.textContent).toContain('<b>no</b>');
});

test('no picture is ever loaded: it becomes a link', () => {
  const box = html('![a cat](https://example.org/cat.png)');
  expect(box.querySelector('img')).toBeNull();
  expect(box.querySelector('a')?.textContent).toBe('a cat');
});

test('links open elsewhere and tell nothing', () => {
  const link = html('[x](https://example.org)').querySelector('a');
  expect([link?.target, link?.rel]).toEqual(['_blank', 'noopener noreferrer nofollow']);
});

test('links that run code lose their address', () => {
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'vbscript:x']) expect(html(`[x](${bad})`).querySelector('a[href]')).toBeNull();
});

test('mentions of members become chips, mine is marked, others stay text', () => {
  const person = (handle: string) => (handle === 'mara' ? { id: 'usr_mara', name: 'Mara', me: true } : handle === 'fig' ? { id: 'usr_fig', name: 'Fig', me: false } : null);
  const box = html('@Mara and @fig and @nobody and a@fig.example and a@fig', { person });
  const chips = [...box.querySelectorAll('.at')].map((c) => [c.textContent, c.classList.contains('me')]);
  expect(chips).toEqual([['@Mara', true], ['@fig', false]]);
  expect(box.querySelector('a')?.getAttribute('href')).toBe('mailto:a@fig.example');
});

test('mentions in code are code', () => {
  expect(html('`@mara`', { person: () => ({ id: 'usr_mara', name: 'Mara', me: false }) }).querySelector('.at')).toBeNull();
});

const channel = (name: string) => (['café', 'dev-ops', 'foo'].includes(name) ? { name, href: `/app/T1/${name}`, follow: () => undefined } : null);
const linked = (body: string) => [...html(body, { channel }).querySelectorAll('a.at')].map((a) => [a.textContent, a.getAttribute('href')]);

test('channels that are to be seen are links, others stay text', () => {
  expect(linked('see #Dev-Ops, (#café) and #secret')).toEqual([['#dev-ops', '/app/T1/dev-ops'], ['#café', '/app/T1/café']]);
  expect(html('see #secret', { channel }).textContent?.trim()).toBe('see #secret');
  expect(linked('*#foo*, #foo-')).toEqual([['#foo', '/app/T1/foo'], ['#foo', '/app/T1/foo']]);
});

test('a sign within a word, an address, a link or code names no channel', () => {
  expect(linked('a#foo x#foo ##foo #foo_bar #foo#bar #foo@b.example #foo/bar `#foo` &#foo https://a.example/#foo [#foo](https://a.example) \\#foo')).toEqual([]);
  expect(html('[#foo](https://a.example)', { channel }).querySelectorAll('a')).toHaveLength(1);
});

test('a click on the link of a channel stays in the page', () => {
  const seen: string[] = [];
  const box = html('#foo', { channel: (name) => ({ name, href: '/app/T1/C1', follow: (event) => { event.preventDefault(); seen.push(name); } }) });
  box.querySelector<HTMLElement>('a.at')?.click();
  expect(seen).toEqual(['foo']);
});

test('a code block keeps its language and file for the header', () => {
  const figure = html('```python till/tax.py\nx = 1\n```').querySelector<HTMLElement>('figure.code');
  expect(figure?.dataset.lang).toBe('python till/tax.py');
  expect(figure?.textContent).toContain('x = 1');
});

test('what is written takes its direction from its own letters, code does not', () => {
  const box = html('שלום עולם\n\n- أهلا\n\n> hello\n\n| א | ב |\n|---|---|\n\n```py\nx = 1\n```');
  expect([...box.querySelectorAll('[dir]')].map((block) => `${block.tagName} ${block.getAttribute('dir')}`)).toEqual(['P auto', 'UL auto', 'BLOCKQUOTE auto', 'TABLE auto']);
});

test('no style attribute and no class but ours survives', () => {
  expect(html('<p style="color:red" class="x">a</p>').querySelector('[style]')).toBeNull();
});

test('plain text is one line without marks', () => {
  expect(plain('**We** round\n`per` [line](https://x)')).toBe('We round per line');
  expect(plain('see https://example.org/a_b_c and snake_case, 2 * 3 * 4')).toBe('see https://example.org/a_b_c and snake_case, 2 * 3 * 4');
  expect(plain('```py\na_b = **kw\n```\n> said')).toBe('a_b = **kw said');
});
