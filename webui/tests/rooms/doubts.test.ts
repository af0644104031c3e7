import { expect, test } from 'vitest';
import type { Member } from '../../src/api/types';
import { doubts } from '../../src/rooms/search/doubts';
import { channel, MARA, user } from '../sync/server';

const members: Member[] = [{ workspace_id: 'w', user: user(MARA, 'Mara Lind', { handle: 'mara-lind' }), role: 'member', joined_at: '' }];
const channels = [channel('chn_1', { name: 'general' })];

test.each([
  ['rounding from:@Mara-Lind in:#general has:file after:2026-03-31', []],
  ['from:me wheel', []],
  ['from:mara wheel', ['Nobody here has the handle @mara. Mara Lind is from:mara-lind.']],
  ['from:bob', ['Nobody here has the handle @bob.']],
  ['in:payroll', ['There is no channel #payroll that you can see.']],
  ['has:cats BEFORE:yesterday', ['has: knows code, file, image, link.', 'BEFORE: needs a day like 2026-03-31.']],
  ['after:2026-02-31 "ask from:bob later" in:general', ['after: needs a day like 2026-03-31.']],
  ['from:bob before:2026-13-01 from:bob has:x has:y', ['Nobody here has the handle @bob.', 'before: needs a day like 2026-03-31.', 'has: knows code, file, image, link.']],
])('%s', (query, said) => {
  expect(doubts(query, members, channels)).toEqual(said);
});
