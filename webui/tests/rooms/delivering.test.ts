import { expect, test } from 'vitest';
import type { DeliveryAttempt } from '../../src/api/integrations';
import { deliveriesOf, legible, outcomeOf, worked } from '../../src/rooms/settings/delivering';

const attempt = (id: string, delivery: string, more: Partial<DeliveryAttempt> = {}): DeliveryAttempt => ({
  id,
  delivery_id: delivery,
  event_id: 'evt_1',
  event_type: 'message.created',
  attempt: 1,
  response_status: 204,
  created_at: '2026-01-02T03:04:05Z',
  ...more,
});

test('the attempts of a delivery stand together where its newest stands', () => {
  const found = deliveriesOf([attempt('3', 'b', { attempt: 2 }), attempt('2', 'a'), attempt('1', 'b')]);
  expect(found.map((one) => [one.id, one.attempts.map((each) => each.id)])).toEqual([['b', ['3', '1']], ['a', ['2']]]);
  expect(found[0]?.newest.attempt).toBe(2);
});

test('an answer is told by its status, and no answer by the reason', () => {
  expect(outcomeOf(attempt('1', 'a'))).toBe('Answered 204');
  expect(outcomeOf(attempt('1', 'a', { response_status: 503, error: 'callback failed' }))).toBe('Answered 503: callback failed');
  expect(outcomeOf(attempt('1', 'a', { response_status: 0, error: 'connection refused' }))).toBe('No answer: connection refused');
});

test('only a status of success has worked', () => {
  expect([199, 200, 299, 300, 0].map((response_status) => worked(attempt('1', 'a', { response_status })))).toEqual([false, true, true, false, false]);
});

test('JSON is laid out, other text left as it is', () => {
  expect(legible('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(legible('a=1&b=2')).toBe('a=1&b=2');
});
