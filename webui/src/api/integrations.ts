/** The calls about what is connected to a workspace (contract chat 3.9, 4.14). */
import { address, call } from './call';

export interface AppInstallation {
  id: string;
  app_slug: string;
  display_name: string;
  bot_user_id: string;
  created_at: string;
}

export interface SlashCommand {
  id: string;
  command: string;
  description: string;
  callback_url: string;
  bot_user_id: string;
  created_at: string;
  /** Only in the answer that made or changed it. */
  signing_secret?: string;
}

export interface EventSubscription {
  id: string;
  event_types: string[];
  callback_url: string;
  created_at: string;
  /** How many deliveries wait. */
  pending_count: number;
  /** How many tries failed in a row; before `paused_until` none is made. */
  failure_count: number;
  paused_until?: string;
  /** Only in the answer that made or changed it. */
  signing_secret?: string;
}

export interface DeliveryAttempt {
  id: string;
  /** The same for every try of one delivery. */
  delivery_id: string;
  event_id: string;
  event_type: string;
  attempt: number;
  /** What was sent, as text; a form's fields are JSON as well. */
  request_json?: string;
  /** 0 when there was no answer. */
  response_status: number;
  response_body?: string;
  error?: string;
  created_at: string;
}

export interface DeliveryPage {
  deliveries: DeliveryAttempt[];
  next_cursor?: string | null;
}

/** A delivery that was given up. */
export interface DeadLetter {
  id: string;
  event_type: string;
  attempts: number;
  error: string;
}

export interface ConnectedAccount {
  id: string;
  user_id: string;
  provider: string;
  provider_account_id: string;
  display_name: string;
  scopes: string[];
  created_at: string;
}

export interface AuditEntry {
  id: string;
  actor_user_id: string;
  action: string;
  target_type: string;
  target_id: string;
  metadata: Record<string, unknown>;
  created_at: string;
}

/** What ends together with an installation. */
export interface Cascade {
  revoke_slash_commands: boolean;
  revoke_event_subscriptions: boolean;
  revoke_bot_tokens: boolean;
  delete_bot: boolean;
}

const at = encodeURIComponent;
const of = (workspace: string, what: string) => `/api/workspaces/${at(workspace)}/${what}`;
const one = (what: string, id: string, verb: string) => `/api/${what}/${at(id)}/${verb}`;

export const getInstallations = (workspace: string) => call<{ app_installations: AppInstallation[] }>('GET', of(workspace, 'app-installations')).then((r) => r.app_installations);
export const install = (workspace: string, wanted: { app_slug: string; bot_user_id: string; display_name?: string }) => call<unknown>('POST', of(workspace, 'app-installations'), wanted);
export const uninstall = (id: string, cascade: Cascade) => call<unknown>('POST', one('app-installations', id, 'revoke'), cascade);

export const getSlashCommands = (workspace: string) => call<{ slash_commands: SlashCommand[] }>('GET', of(workspace, 'slash-commands')).then((r) => r.slash_commands);
export const createSlashCommand = (workspace: string, wanted: { command: string; callback_url: string; bot_user_id: string; description?: string }) => call<{ slash_command: SlashCommand }>('POST', of(workspace, 'slash-commands'), wanted).then((r) => r.slash_command);
export const revokeSlashCommand = (id: string) => call<unknown>('POST', one('slash-commands', id, 'revoke'));
export const rotateSlashCommand = (id: string) => call<{ slash_command: SlashCommand }>('POST', one('slash-commands', id, 'rotate-secret')).then((r) => r.slash_command);

export const getEventTypes = () => call<{ event_types: string[] }>('GET', '/api/event-types').then((r) => r.event_types);
export const getSubscriptions = (workspace: string) => call<{ event_subscriptions: EventSubscription[] }>('GET', of(workspace, 'event-subscriptions')).then((r) => r.event_subscriptions);
export const subscribe = (workspace: string, wanted: { event_types: string[]; callback_url: string }) => call<{ event_subscription: EventSubscription }>('POST', of(workspace, 'event-subscriptions'), wanted).then((r) => r.event_subscription);
export const revokeSubscription = (id: string) => call<unknown>('POST', one('event-subscriptions', id, 'revoke'));
export const rotateSubscription = (id: string) => call<{ event_subscription: EventSubscription }>('POST', one('event-subscriptions', id, 'rotate-secret')).then((r) => r.event_subscription);
/** Newest first. */
export const getDeliveries = (id: string, before?: string) => call<DeliveryPage>('GET', address(one('event-subscriptions', id, 'deliveries'), { limit: 50, before }));

/** Those that were given up, newest first. */
export const getDeadLetters = (id: string) => call<{ dead_letters: DeadLetter[] }>('GET', address(one('event-subscriptions', id, 'dead-letters'), { limit: 50 })).then((r) => r.dead_letters);
/** Sends one delivery again, or all that were given up since a time; how many those are. */
export const redeliver = (id: string, which: { delivery_id: string } | { failed_since: string }) => call<{ redelivered: number }>('POST', one('event-subscriptions', id, 'redeliver'), which).then((r) => r.redelivered);

export const getAllowList = (workspace: string) => call<{ entries: string[] }>('GET', of(workspace, 'callback-allow-list')).then((r) => r.entries);
/** Hosts, `*.` and a domain, addresses and networks; empty narrows nothing. */
export const setAllowList = (workspace: string, entries: string[]) => call<{ entries: string[] }>('PUT', of(workspace, 'callback-allow-list'), { entries }).then((r) => r.entries);

export const getAccounts = (workspace: string) => call<{ connected_accounts: ConnectedAccount[] }>('GET', of(workspace, 'connected-accounts')).then((r) => r.connected_accounts);
export const revokeAccount = (id: string) => call<unknown>('POST', one('connected-accounts', id, 'revoke'));

export const getAudit = (workspace: string, limit: number) => call<{ audit_log_entries: AuditEntry[] }>('GET', address(of(workspace, 'audit-log'), { limit })).then((r) => r.audit_log_entries);
