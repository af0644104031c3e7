// @vitest-environment node
import { expect, test } from 'vitest';
import { parseInfo } from '../../src/content/codeblock';

test('the fence tells language, file, or both', () => {
  expect(parseInfo('python')).toEqual({ language: 'python', file: '' });
  expect(parseInfo('python till/tax.py')).toEqual({ language: 'python', file: 'till/tax.py' });
  expect(parseInfo('src/main.rs')).toEqual({ language: 'rs', file: 'src/main.rs' });
  expect(parseInfo('')).toEqual({ language: '', file: '' });
});
