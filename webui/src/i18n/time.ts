/** Times and days as people read them, in the language of the browser. */

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const second = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });

export const timeOf = (stamp: string | number): string => clock.format(new Date(stamp));
/** Hour and minute alone, for a narrow place beside others that tell the half of the day. */
export function bareTimeOf(stamp: string): string {
  const parts = clock.formatToParts(new Date(stamp)).filter((p) => p.type !== 'dayPeriod');
  return parts.map((p) => p.value).join('').trim();
}

export const exactTime = (stamp: string): string => exact.format(new Date(stamp));

export function sameDay(a: string, b: string): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

export function dayOf(stamp: string, now = new Date()): string {
  const day = new Date(stamp);
  const midnight = (d: Date) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  const distance = Math.round((midnight(now) - midnight(day)) / 86_400_000);
  if (distance === 0) return 'Today';
  if (distance === 1) return 'Yesterday';
  return day.getFullYear() === now.getFullYear() ? weekday.format(day) : full.format(day);
}

/** `10:31` for today, else the day and the time. */
export function momentOf(stamp: string, now = new Date()): string {
  const day = dayOf(stamp, now);
  return day === 'Today' ? timeOf(stamp) : `${day}, ${timeOf(stamp)}`;
}

/** As `momentOf`, to the second: for what happens several times a minute. */
export function secondOf(stamp: string, now = new Date()): string {
  const day = dayOf(stamp, now);
  const time = second.format(new Date(stamp));
  return day === 'Today' ? time : `${day}, ${time}`;
}

export const dateOf = (stamp: string): string => full.format(new Date(stamp));

/** How long something took, in at most two units: `38 s`, `1 min 12 s`, `2 h 5 min`. */
export function spanOf(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min${seconds % 60 ? ` ${seconds % 60} s` : ''}`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
}
