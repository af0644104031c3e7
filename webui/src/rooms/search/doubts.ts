/** Why a search may not have found what is looked for. */
import type { Channel, Member } from '../../api/types';

const OPERATOR = /(?:^|\s)(from|in|before|after|has):(\S+)/gi;
const HAS = ['code', 'file', 'image', 'link'];

export const LAG = 'The newest messages are still being indexed: search again in a moment.';

/** Operators that name what is not there. */
export function doubts(query: string, members: readonly Member[], channels: readonly Channel[]): string[] {
  const plain = query.replace(/"[^"]*"(?=\s|$)/g, ' ');
  const said = [...plain.matchAll(OPERATOR)].flatMap(([, name = '', value = '']) => {
    const wanted = value.toLowerCase().replace(/^[@#]+/, '');
    switch (name.toLowerCase()) {
      case 'from':
        return nobody(wanted, members);
      case 'in':
        return channels.some((c) => c.name === wanted) ? [] : [`There is no channel #${wanted} that you can see.`];
      case 'has':
        return HAS.includes(wanted) ? [] : [`has: knows ${HAS.join(', ')}.`];
      default:
        return isDay(wanted) ? [] : [`${name}: needs a day like 2026-03-31.`];
    }
  });
  return [...new Set(said)];
}

function nobody(handle: string, members: readonly Member[]): string[] {
  if (handle === 'me' || members.some(({ user }) => user.handle.toLowerCase() === handle)) return [];
  const near = members.find(({ user }) => user.handle && (user.handle.toLowerCase().startsWith(handle) || user.display_name.toLowerCase().startsWith(handle)));
  return [`Nobody here has the handle @${handle}.${near ? ` ${near.user.display_name} is from:${near.user.handle}.` : ''}`];
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(text);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
