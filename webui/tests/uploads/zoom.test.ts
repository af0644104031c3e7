import { expect, test } from 'vitest';
import { fitted, zoomed } from '../../src/uploads/zoom';

test('a picture becomes larger and smaller by the same steps, within bounds', () => {
  expect(zoomed(zoomed(1, 1), -1)).toBe(1);
  expect(zoomed(1, -1)).toBe(1);
  expect(zoomed(7.9, 1)).toBe(8);
});

test('a picture fits the stage and is not enlarged for it', () => {
  expect(fitted({ width: 1000, height: 500 }, { width: 500, height: 500 })).toEqual({ width: 500, height: 250 });
  expect(fitted({ width: 100, height: 50 }, { width: 500, height: 500 })).toEqual({ width: 100, height: 50 });
  expect(fitted({ width: 0, height: 50 }, { width: 500, height: 500 })).toBeNull();
});
