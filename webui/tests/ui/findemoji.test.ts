import { expect, test } from 'vitest';
import { byCode, findEmoji, type Emoji } from '../../src/ui/findemoji';

const of = (emoji: string, name: string, ...codes: string[]): Emoji => ({ emoji, name, group: 0, codes, words: [name, ...codes].join(' ') });
const ALL = [of('1', 'party face', 'partying'), of('2', 'confetti party ball', 'confetti_ball'), of('3', 'party popper', 'tada', 'party'), of('4', 'thumbs up', '+1')];

test('the emoji of exactly this short name comes first', () => {
  expect(findEmoji(ALL, 'party').map((e) => e.emoji)).toEqual(['3', '1', '2']);
  expect(findEmoji(ALL, 'confetti_ball').map((e) => e.emoji)).toEqual(['2']);
  expect(findEmoji(ALL, '+1')[0]?.emoji).toBe('4');
});

test('every short name leads to its emoji', () => {
  expect(byCode(ALL).get('tada')).toBe('3');
});
