/** What the server says, in the words of the page. */
import { momentOf } from '../i18n/time';

const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/^moderation restriction: member is /, 'you are '],
  [/^moderation restriction$/, 'a restriction in this workspace does not allow it'],
  [/^http: request body too large$/, 'this is more than the server takes at once'],
];

/** Fields that have another name on the page. */
const LABELS: Record<string, string | undefined> = { avatar_url: 'picture', app_slug: 'app', callback_url: 'address', display_name: 'name', display_title: 'title', event_types: 'events', icon_url: 'icon', moderation_note: 'note' };

const labelOf = (field: string): string => LABELS[field] ?? field.replace(/(_user)?_id$/, '').replaceAll('_', ' ');

/** As a sentence, its times in the reader's own. */
export function sentence(said: string): string {
  const plain = PHRASES.reduce((text, [pattern, words]) => text.replace(pattern, words), said).replace(/^[a-z]+(_[a-z]+)+\b/, labelOf);
  const local = plain.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (stamp) => momentOf(stamp));
  const start = local.charAt(0).toUpperCase() + local.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
