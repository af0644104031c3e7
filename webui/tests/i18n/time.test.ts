// @vitest-environment node
import { expect, test } from 'vitest';
import { spanOf } from '../../src/i18n/time';

test.each([[400, '0 s'], [38_200, '38 s'], [72_000, '1 min 12 s'], [120_000, '2 min'], [7_500_000, '2 h 5 min']])('%d milliseconds are %s', (milliseconds, words) => {
  expect(spanOf(milliseconds)).toBe(words);
});
