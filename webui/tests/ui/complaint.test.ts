import { expect, test } from 'vitest';
import { complaintOf, type Checked } from '../../src/ui/complaint';

const field = (wrong: Partial<Checked['validity']>, more: Partial<Checked> = {}): Checked => ({
  validity: { valueMissing: false, tooShort: false, typeMismatch: false, patternMismatch: false, ...wrong }, type: 'text', minLength: -1, value: '', ...more,
});

test('a field says what it lacks', () => {
  expect(complaintOf(field({ valueMissing: true }), 'Name')).toBe('Name is needed.');
  expect(complaintOf(field({ tooShort: true }, { minLength: 10, value: 'short' }), 'Password')).toBe('At least 10 characters; 5 more to go.');
  expect(complaintOf(field({ typeMismatch: true }, { type: 'email' }), 'Email')).toContain('name@example.org');
  expect(complaintOf(field({ patternMismatch: true }), 'Handle', 'Letters only.')).toBe('Letters only.');
});
