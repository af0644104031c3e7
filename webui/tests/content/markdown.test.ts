import { expect, test } from 'vitest';
import { plain, render } from '../../src/content/markdown';

const nobody = () => null;
const html = (body: string, lookup: Parameters<typeof render>[1] = nobody) => {
  const box = document.createElement('div');
  box.append(render(body, lookup));
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
  const lookup = (handle: string) => (handle === 'mara' ? { id: 'usr_mara', name: 'Mara', me: true } : handle === 'fig' ? { id: 'usr_fig', name: 'Fig', me: false } : null);
  const box = html('@Mara and @fig and @nobody and a@fig.example', lookup);
  const chips = [...box.querySelectorAll('.at')].map((c) => [c.textContent, c.classList.contains('me')]);
  expect(chips).toEqual([['@Mara', true], ['@fig', false]]);
});

test('mentions in code are code', () => {
  expect(html('`@mara`', () => ({ id: 'usr_mara', name: 'Mara', me: false })).querySelector('.at')).toBeNull();
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
