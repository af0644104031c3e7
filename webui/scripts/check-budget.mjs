// Weighs what the first page load transfers, gzip, and fails when it is over the budget.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KB = 1024;
const LIMITS = { js: 200 * KB, css: 30 * KB, chunk: 90 * KB };
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

const weigh = (file) => gzipSync(readFileSync(new URL(file, dist))).length;
const first = new Set(['boot.js']);
const styles = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (first.has(chunk.file)) return;
  first.add(chunk.file);
  for (const css of chunk.css ?? []) styles.add(css);
  for (const next of chunk.imports ?? []) visit(next);
};
visit('index.html');

const sum = (files) => [...files].reduce((total, file) => total + weigh(file), 0);
const lazy = readdirSync(new URL('assets/', dist))
  .filter((name) => name.endsWith('.js') && !first.has(`assets/${name}`))
  .map((name) => [name, weigh(`assets/${name}`)]);
const js = sum(first);
const css = sum(styles);
const show = (bytes) => `${(bytes / KB).toFixed(1)} KB`;
console.log(`first load, gzip: ${show(js)} script (at most ${show(LIMITS.js)}), ${show(css)} style (at most ${show(LIMITS.css)})`);
for (const [name, size] of lazy) console.log(`  later: ${name} ${show(size)}`);

const over = [js > LIMITS.js && 'script', css > LIMITS.css && 'style', ...lazy.map(([name, size]) => size > LIMITS.chunk && name)].filter(Boolean);
if (over.length > 0) {
  console.error(`over the budget: ${over.join(', ')}`);
  process.exit(1);
}
