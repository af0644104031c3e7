import { expect, test } from 'vitest';
import { matches, shown, type KeyPress } from '../../src/ui/keys';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

test('mod is Ctrl here and Command on a Mac', () => {
  expect(matches('mod+k', press('k', { ctrlKey: true }), false)).toBe(true);
  expect(matches('mod+k', press('k', { metaKey: true }), true)).toBe(true);
  expect(matches('mod+k', press('k', { ctrlKey: true }), true)).toBe(false);
});

test('a question mark may need Shift, a letter must not have it', () => {
  expect(matches('?', press('?', { shiftKey: true }), false)).toBe(true);
  expect(matches('r', press('R', { shiftKey: true }), false)).toBe(false);
});

test('Alt with a letter goes by the place of the key, for it types another sign on a Mac', () => {
  expect(matches('alt+n', press('˜', { altKey: true, code: 'KeyN' }), true)).toBe(true);
});

test('keys are shown by the words on them', () => {
  expect(shown('mod+k', false)).toEqual(['Ctrl', 'K']);
  expect(shown('mod+k', true)).toEqual(['⌘', 'K']);
  expect(shown('alt+shift+ArrowUp', false)).toEqual(['Alt', 'Shift', '↑']);
});
