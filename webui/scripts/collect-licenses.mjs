// Writes dist/licenses.txt: the terms of everything the built files contain.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8'));
const shipped = Object.entries(lock.packages).filter(([path, entry]) => path && !entry.optional && (!entry.dev || path.endsWith('/emoji-picker-element-data')));

const texts = [];
for (const [path, entry] of shipped.sort(([a], [b]) => a.localeCompare(b))) {
  const folder = new URL(`${path}/`, root);
  if (!existsSync(folder)) continue;
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const name = path.replace(/^.*node_modules\//, '');
  texts.push(`${name} ${entry.version} (${entry.license ?? 'see its text'})\n\n${file ? readFileSync(new URL(file, folder), 'utf8').trim() : ''}`.trim());
}
writeFileSync(new URL('dist/licenses.txt', root), `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
