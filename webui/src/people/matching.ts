/** Whom a few typed letters may mean. */
import type { Member, User } from '../api/types';

const MOST = 50;

/** People by name or handle, those that begin with the letters first; without those that are chosen already. */
export function matching(members: readonly Member[], query: string, chosen: readonly User[] = []): Member[] {
  const wanted = query.trim().replace(/^@/, '').toLowerCase();
  const taken = new Set(chosen.map((u) => u.id));
  const rank = ({ user }: Member): number => {
    const words = [user.handle, user.display_name, ...user.display_name.split(/\s+/)].map((w) => w.toLowerCase());
    if (words.some((w) => w.startsWith(wanted))) return 0;
    return words.some((w) => w.includes(wanted)) ? 1 : 2;
  };
  return members
    .filter((m) => !taken.has(m.user.id) && rank(m) < 2)
    .sort((a, b) => rank(a) - rank(b) || a.user.display_name.localeCompare(b.user.display_name))
    .slice(0, MOST);
}
