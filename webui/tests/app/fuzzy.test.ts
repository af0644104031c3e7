// @vitest-environment node
import { expect, test } from 'vitest';
import { fuzzy, pieces } from '../../src/app/fuzzy';

test('letters must come in the order of the query', () => {
  expect(fuzzy('rls', 'releases')).not.toBeNull();
  expect(fuzzy('slr', 'releases')).toBeNull();
});

test('a whole word beats scattered letters', () => {
  const whole = fuzzy('rel', 'releases')?.score ?? 0;
  const scattered = fuzzy('rel', 'Create a channel')?.score ?? 0;
  expect(whole).toBeGreaterThan(scattered);
});

test('a match at the start of a word beats one inside', () => {
  expect(fuzzy('til', 'the till')?.score ?? 0).toBeGreaterThan(fuzzy('til', 'untilled')?.score ?? 0);
});

test('an empty query matches everything and marks nothing', () => {
  expect(fuzzy('', 'anything')).toEqual({ score: 0, at: [] });
});

test('pieces put the text together again', () => {
  const cut = pieces('releases', [0, 1, 2]);
  expect(cut).toEqual([{ text: 'rel', hit: true }, { text: 'eases', hit: false }]);
});
