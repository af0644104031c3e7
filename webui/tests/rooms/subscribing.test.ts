// @vitest-environment node
import { expect, test } from 'vitest';
import { calledOf } from '../../src/rooms/settings/subscribing';

const called = (callback_url: string, ...event_types: string[]) => calledOf({ callback_url, event_types });

test('subscriptions of one host are told apart by their path, and of one address by their events', () => {
  expect(called('https://tools.example.org/events', '*')).toBe('tools.example.org/events (all events)');
  expect(called('https://tools.example.org/audit', '*')).toBe('tools.example.org/audit (all events)');
  expect(called('https://tools.example.org/', 'message.created', 'message.deleted')).toBe('tools.example.org (message.created, message.deleted)');
  expect(called('https://tools.example.org/', 'a', 'b', 'c')).toBe('tools.example.org (3 kinds of events)');
});
