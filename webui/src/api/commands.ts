/** The calls about slash commands: the menus of bots, the registered ones, and running one (contract chat 3.8, 6.11, 6.16). */
import { call } from './call';
import type { User } from './types';

export interface BotCommand {
  id: string;
  command: string;
  description: string;
  args_hint: string;
  bot: Pick<User, 'id' | 'handle' | 'display_name' | 'avatar_url'>;
}

export interface CommandAnswer {
  response_type: 'in_channel' | 'ephemeral';
  text: string;
}

export const getBotCommands = (workspace: string) => call<{ bot_commands: BotCommand[] }>('GET', `/api/workspaces/${encodeURIComponent(workspace)}/bot-commands`).then((r) => r.bot_commands);
export const runCommand = (channel: string, command: string, text: string) => call<CommandAnswer>('POST', `/api/hooks/slash/${encodeURIComponent(channel)}`, new URLSearchParams({ command, text }));
