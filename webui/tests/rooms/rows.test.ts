// @vitest-environment node
import { expect, test } from 'vitest';
import type { Message } from '../../src/api/types';
import type { Pending } from '../../src/sync/outbox.svelte';
import { rowsOf } from '../../src/rooms/chat/rows';

const message = (seq: number, author: string, at: string, more: Partial<Message> = {}): Message => ({ id: `msg_${seq}`, workspace_id: 'w', author_id: author, thread_root_id: '', channel_seq: seq, body: '', created_at: `2026-03-01T${at}:00`, ...more });

test('messages of one author close together are one group', () => {
  const rows = rowsOf([message(1, 'a', '10:00'), message(2, 'a', '10:02'), message(3, 'b', '10:03'), message(4, 'b', '10:30')], [], 'me', null, true);
  expect(rows.map((r) => r.head)).toEqual([true, false, true, true]);
});

test('an answer to a quoted message begins a group', () => {
  expect(rowsOf([message(1, 'a', '10:00'), message(2, 'a', '10:01', { quoted_message_id: 'x' })], [], 'me', null, true)[1]?.head).toBe(true);
});

test('each new day is announced once', () => {
  const rows = rowsOf([message(1, 'a', '10:00'), message(2, 'a', '10:01'), { ...message(3, 'a', '10:02'), created_at: '2026-03-02T09:00:00' }], [], 'me', null, true);
  expect(rows.map((r) => Boolean(r.day))).toEqual([true, false, true]);
});

test('the divider stands before the first unread message of somebody else', () => {
  const rows = rowsOf([message(1, 'a', '10:00'), message(2, 'me', '10:01'), message(3, 'a', '10:02'), message(4, 'a', '10:03')], [], 'me', 1, true);
  expect(rows.map((r) => r.fresh)).toEqual([false, false, true, false]);
});

test('a message that arrived replaces the one on its way and keeps its key', () => {
  const pending = { nonce: 'n1', channel: 'c', body: '', createdAt: '2026-03-01T10:00:00', state: 'sending' } as Pending;
  const before = rowsOf([], [pending], 'me', null, true);
  const after = rowsOf([message(1, 'me', '10:00', { nonce: 'n1' })], [pending], 'me', null, true);
  expect([before[0]?.key, after[0]?.key, after.length]).toEqual(['n1', 'n1', 1]);
});

const step = (seq: number, turn: string, at = '10:00'): Message => message(seq, 'fig', at, { kind: 'agent_tool', turn_id: turn });

test('the steps of one turn are one row, where the first one was, and the message after them is their answer', () => {
  const rows = rowsOf([step(1, 't1'), message(2, 'a', '10:01'), step(3, 't1', '10:02'), step(4, 't2', '10:03'), message(5, 'fig', '10:04'), message(6, 'fig', '10:05')], [], 'me', null, false);
  expect(rows.map((r) => r.steps?.map((m) => m.id) ?? r.message?.id)).toEqual([['msg_1', 'msg_3'], 'msg_2', ['msg_4'], 'msg_5', 'msg_6']);
  expect(rows.map((r) => [r.answer, r.answered])).toEqual([[false, null], [false, null], [false, '2026-03-01T10:04:00'], [true, null], [false, null]]);
});
