import { expect, test } from 'vitest';
import { pastedFiles } from '../../src/uploads/taking';

const paste = (text: string, ...names: string[]) => pastedFiles({ files: names.map((n) => new File(['x'], n)) as unknown as FileList, getData: () => text }).map((f) => f.name);

test('a picture that comes alone is a file', () => expect(paste('', 'image.png')).toEqual(['image.png']));

test('files that come with their names or paths are files', () => {
  expect(paste('a.txt\r\nb.txt', 'a.txt', 'b.txt')).toEqual(['a.txt', 'b.txt']);
  expect(paste('/home/ann/a.txt', 'a.txt')).toEqual(['a.txt']);
});

test('text that comes with a picture of itself stays text', () => expect(paste('1\t2\n3\t4', 'image.png')).toEqual([]));
