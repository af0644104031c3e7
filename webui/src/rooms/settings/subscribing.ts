/** What an event subscription is called: where it posts, and of what. */
import type { EventSubscription } from '../../api/integrations';

type Told = Pick<EventSubscription, 'callback_url' | 'event_types'>;

const FEW = 2;
const ofAll = ({ event_types }: Told): boolean => event_types.includes('*');

export const eventsOf = (one: Told): string => (ofAll(one) ? 'All events' : one.event_types.join(', '));

/** Several may post to one host, or to one address. */
export function calledOf(one: Told): string {
  const place = one.callback_url.replace(/^https?:\/\//i, '').replace(/\/$/, '');
  if (ofAll(one)) return `${place} (all events)`;
  return `${place} (${one.event_types.length > FEW ? `${one.event_types.length} kinds of events` : eventsOf(one)})`;
}
