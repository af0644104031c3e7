import { expect, test } from 'vitest';
import { frameOf, iconOf, kindOf, lengthOf, namesOf, sizeOf } from '../../src/uploads/kinds';

test('only what the server lets a page show is a picture, a film or a sound', () => {
  expect(['image/png', 'IMAGE/JPEG; x=y', 'video/webm', 'audio/flac'].map(kindOf)).toEqual(['image', 'image', 'video', 'audio']);
  expect(['image/svg+xml', 'image/heic', 'video/quicktime', 'text/html', ''].map(kindOf)).toEqual(['file', 'file', 'file', 'file', 'file']);
});

test('a file has an icon by its name, else by its type', () => {
  expect(iconOf('a.CSV', '')).toBe('file-table');
  expect(iconOf('a', 'application/octet-stream')).toBe('file');
  expect(iconOf('drawing.svg', 'image/svg+xml')).toBe('image');
  expect(iconOf('notes', 'text/plain')).toBe('file-text');
});

test('sizes and lengths are short', () => {
  expect([0, 812, 1024, 2458, 64 * 1024 * 1024, 1024 * 1024 - 1, 5.25 * 1024 ** 3].map(sizeOf)).toEqual(['0 B', '812 B', '1 KB', '2.4 KB', '64 MB', '1 MB', '5.3 GB']);
  expect([0, 400, 65_000, 3_723_000].map(lengthOf)).toEqual(['', '0:01', '1:05', '1:02:03']);
});

test('a picture keeps its ratio, is not enlarged, and never becomes a line', () => {
  const most = { width: 480, height: 360 };
  expect(frameOf({ width: 1600, height: 900 }, most)).toEqual({ width: 480, height: 270 });
  expect(frameOf({ width: 100, height: 80 }, most)).toEqual({ width: 100, height: 80 });
  expect(frameOf({ width: 10, height: 4000 }, most)).toEqual({ width: 48, height: 360 });
  expect(frameOf({ width: 0, height: 0 }, most)).toEqual({ width: 240, height: 180 });
});

test('a message without text is called by its files', () => {
  const files = ['a.png', 'b.png', 'c.png'].map((filename) => ({ filename }));
  expect([0, 1, 2, 3].map((n) => namesOf(files.slice(0, n)))).toEqual(['', 'a.png', 'a.png and 1 more file', 'a.png and 2 more files']);
});
