import { expect, test } from 'vitest';
import { isInFence } from '../../src/content/fences';

test.each([
  ['', false],
  ['plain text', false],
  ['```', true],
  ['```py\nprint(1)', true],
  ['```py\nprint(1)\n```', false],
  ['```\na\n```\nand ```', false],
  ['```npm test``` is what you run', false],
  ['~~~\n```\n', true],
])('whether %j ends within a block of code', (written, is) => {
  expect(isInFence(written)).toBe(is);
});
