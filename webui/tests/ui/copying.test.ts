import { afterEach, expect, test, vi } from 'vitest';
import { copied } from '../../src/ui/copying';

afterEach(() => vi.unstubAllGlobals());

test('says what came of it, also where a page has no clipboard at all', async () => {
  const writeText = vi.fn(() => Promise.resolve());
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  expect(await copied('words')).toBe(true);
  expect(writeText).toHaveBeenCalledWith('words');
  writeText.mockRejectedValue(new Error('NotAllowedError'));
  expect(await copied('words')).toBe(false);
  vi.stubGlobal('navigator', {});
  expect(await copied('words')).toBe(false);
});
