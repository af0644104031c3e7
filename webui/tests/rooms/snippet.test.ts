// @vitest-environment node
import { expect, test } from 'vitest';
import { piecesOf } from '../../src/rooms/search/snippet';

test('highlights count code points, so that an emoji before them moves nothing', () => {
  expect(piecesOf({ snippet: '🧾🎉 VAT is off', highlights: [{ start: 3, end: 6 }] })).toEqual([
    { text: '🧾🎉 ', hit: false },
    { text: 'VAT', hit: true },
    { text: ' is off', hit: false },
  ]);
});

test('highlights at the ends leave no empty pieces', () => {
  expect(piecesOf({ snippet: 'vat', highlights: [{ start: 0, end: 3 }] })).toEqual([{ text: 'vat', hit: true }]);
  expect(piecesOf({ snippet: 'vat', highlights: [] })).toEqual([{ text: 'vat', hit: false }]);
});
