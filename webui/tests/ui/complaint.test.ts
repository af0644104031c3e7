import { expect, test } from 'vitest';
import { complaintOf, type Checked } from '../../src/ui/complaint';

const field = (wrong: Partial<Checked['validity']>, more: Partial<Checked> = {}): Checked => ({
  validity: { valueMissing: false, tooShort: false, typeMismatch: false, patternMismatch: false, badInput: false, rangeUnderflow: false, rangeOverflow: false, stepMismatch: false, ...wrong }, type: 'text', minLength: -1, min: '', max: '', value: '', ...more,
});

test('a field says what it lacks', () => {
  expect(complaintOf(field({ valueMissing: true }), 'Name')).toBe('Name is needed.');
  expect(complaintOf(field({ tooShort: true }, { minLength: 10, value: 'short' }), 'Password')).toBe('At least 10 characters; 5 more to go.');
  expect(complaintOf(field({ typeMismatch: true }, { type: 'email' }), 'Email')).toContain('name@example.org');
  expect(complaintOf(field({ patternMismatch: true }), 'Handle', 'Letters only.')).toBe('Letters only.');
});

test.each(['badInput', 'rangeUnderflow', 'rangeOverflow', 'stepMismatch'])('a number of %s is told its bounds', (wrong) => {
  expect(complaintOf(field({ [wrong]: true }, { type: 'number', min: '1', max: '1000' }), 'How many people')).toBe('A whole number from 1 to 1000.');
});
