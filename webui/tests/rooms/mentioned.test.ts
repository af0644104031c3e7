// @vitest-environment node
import { expect, test } from 'vitest';
import { mentionedIn } from '../../src/rooms/chat/mentioned';

test('handles are those that the server would tell, not parts of addresses and links', () => {
  expect(mentionedIn('@Mara and (@bob) and @mara')).toEqual(['mara', 'bob']);
  expect(mentionedIn('a@example.org, https://example.org/@ann, www.x.org/@b, [@cat](/c) me@@d')).toEqual([]);
  expect(mentionedIn('[@cat] and [open](@dog')).toEqual(['cat', 'dog']);
});

test('as many characters are read as the server reads', () => {
  expect(mentionedIn(`${'🧾'.repeat(16_378)} @mara @bob`)).toEqual(['mara']);
});

test.each(['a', '[', '[a](', '@'])('1 MiB of %s holds nobody up', (piece) => {
  const text = `@mara ${piece.repeat(1_048_576 / piece.length)} @bob`;
  const begun = performance.now();
  expect(mentionedIn(text)).toEqual(['mara']);
  expect(performance.now() - begun).toBeLessThan(2000);
});
