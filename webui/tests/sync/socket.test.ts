import { expect, test } from 'vitest';
import { waitBefore } from '../../src/sync/socket';

test('the first try comes after about 1.2 seconds and later ones grow to half a minute', () => {
  expect(waitBefore(0, 0)).toBe(1200);
  expect(waitBefore(1, 0)).toBe(2400);
  expect(waitBefore(50, 0)).toBe(30_000);
});

test('chance spreads the tries so that not all come at once', () => {
  expect(waitBefore(0, 1)).toBeLessThan(waitBefore(0, 0));
});
