/** What was tried to tell a subscriber, as deliveries: one or more attempts each. */
import type { DeliveryAttempt } from '../../api/integrations';

export interface Delivery {
  id: string;
  /** Newest first; at least one. */
  attempts: DeliveryAttempt[];
  newest: DeliveryAttempt;
}

export const worked = (one: DeliveryAttempt): boolean => one.response_status >= 200 && one.response_status < 300;

/** The attempts, newest first, put together by delivery: where the newest of each stands. */
export function deliveriesOf(attempts: readonly DeliveryAttempt[]): Delivery[] {
  const found = new Map<string, Delivery>();
  for (const attempt of attempts) {
    const delivery = found.get(attempt.delivery_id);
    if (delivery) delivery.attempts.push(attempt);
    else found.set(attempt.delivery_id, { id: attempt.delivery_id, attempts: [attempt], newest: attempt });
  }
  return [...found.values()];
}

/** What came of an attempt: `Answered 204`, `Answered 503: …`, or why there was no answer. */
export function outcomeOf(one: DeliveryAttempt): string {
  if (!one.response_status) return `No answer: ${one.error ?? 'unknown'}`;
  return `Answered ${one.response_status}${one.error ? `: ${one.error}` : ''}`;
}

/** JSON as people read it; anything else as it is. */
export function legible(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
