/** Rulings as they are said and taken back, the same on the card about a person and among the settings. */
import { reason } from '../api/call';
import type { MemberRecord, Ruling } from '../api/moderation';
import { view } from '../commands/view.svelte';
import { t } from '../i18n/en';
import { session } from '../sync/session.svelte';
import { APPROVAL, MINUTES, type Assignable } from './ruling';

async function apply(record: MemberRecord, ruling: Ruling, said: string, back?: Ruling): Promise<void> {
  const roster = session.space?.roster;
  if (!roster) return;
  try {
    await roster.rule(record.user.id, ruling);
    view.toast(said, back && { label: 'Undo', run: () => void apply(record, back, 'Taken back.') }, record.user.id);
  } catch (error) {
    view.toast(reason(error));
  }
}

export const approve = (record: MemberRecord) => apply(record, APPROVAL, `${record.user.display_name} is now a member.`, { role: 'guest' });

export const setRole = (record: MemberRecord, role: Assignable) =>
  apply(record, { role }, `${record.user.display_name} is now ${t.roles[role].toLowerCase()}.`, record.role === 'owner' || record.role === 'bot' ? undefined : { role: record.role });

export const timeOut = (record: MemberRecord) => apply(record, { timeout_minutes: MINUTES }, `${record.user.display_name} cannot write for ${MINUTES} minutes.`, { clear_timeout: true });

export const clearTimeOut = (record: MemberRecord) => apply(record, { clear_timeout: true }, `${record.user.display_name} can write again.`);

export const setBlocked = (record: MemberRecord, blocked: boolean) =>
  apply(record, { blocked }, blocked ? `${record.user.display_name} is blocked.` : `${record.user.display_name} can write again.`, { blocked: !blocked });

export function editNote(record: MemberRecord): void {
  // A card below the dialog would take its Escape.
  view.card = null;
  view.dialog = { kind: 'note', record };
}
