/** An entry of the audit log in words (contract chat 6.18). */
import type { AuditEntry } from '../../api/integrations';
import { momentOf } from '../../i18n/time';

const WORDS: Record<string, string | undefined> = {
  'app_installation.created': 'installed an app',
  'app_installation.revoked': 'uninstalled an app',
  'bot.created': 'made a bot',
  'bot.deleted': 'deleted a bot',
  'bot.membership_removed': 'removed a bot',
  'bot_setup_code.claimed': 'used a setup code',
  'bot_setup_code.created': 'made a setup code',
  'bot_token.created': 'made a token of a bot',
  'bot_token.revoked': 'revoked a token of a bot',
  'callback_allow_list.updated': 'changed where calls may go',
  'connected_account.created': 'connected an account',
  'connected_account.revoked': 'disconnected an account',
  'event_subscription.created': 'added an event subscription',
  'event_subscription.revoked': 'stopped an event subscription',
  'event_subscription.secret_rotated': 'made a new secret for an event subscription',
  'invitation.accepted': 'accepted an invitation',
  'invitation.created': 'made an invitation',
  'invitation.revoked': 'revoked an invitation',
  'member.moderated': 'ruled about',
  'slash_command.created': 'added a slash command',
  'slash_command.revoked': 'removed a slash command',
  'slash_command.secret_rotated': 'made a new secret for a slash command',
  'workspace.ownership_transferred': 'handed the workspace on',
  'workspace.updated': 'changed the workspace',
};

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** What was done, and to whom; an action that has no words yet as it stands. */
export function deedOf({ action, target_type, target_id }: Pick<AuditEntry, 'action' | 'target_type' | 'target_id'>, nameOf: (user: string) => string): string {
  const words = WORDS[action] ?? action;
  return target_type === 'user' ? `${words} ${nameOf(target_id)}` : words;
}

/** What else was kept about it: nothing empty, nothing that says again who did it, people by name. */
export function factsOf(entry: Pick<AuditEntry, 'actor_user_id' | 'metadata'>, nameOf: (user: string) => string): string {
  const told = Object.entries(entry.metadata).filter(([, value]) => value !== '' && value !== entry.actor_user_id);
  return told.map(([key, value]) => factOf(key, value, nameOf)).join(', ');
}

function factOf(key: string, value: unknown, nameOf: (user: string) => string): string {
  if (key === 'blocked') return value === 'true' ? 'blocked' : 'not blocked';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const label = key.replace(/_(user_)?id$/, '').replaceAll('_', ' ');
  return `${label} ${text.startsWith('usr_') ? nameOf(text) : TIME.test(text) ? momentOf(text) : text}`;
}
