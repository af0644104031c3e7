/** The slash commands of a workspace, and what they answered to me alone. */
import { getBotCommands, runCommand } from '../api/commands';
import { getSlashCommands } from '../api/integrations';
import { reason } from '../api/call';
import type { User } from '../api/types';

export interface SlashCommand {
  /** With its slash. */
  command: string;
  description: string;
  /** What follows it, as its bot tells. */
  hint: string;
  /** Whose it is. */
  bot: Pick<User, 'id' | 'display_name' | 'avatar_url'> | null;
  /** Whether the server calls a program; otherwise it is a message that the bot reads. */
  registered: boolean;
}

/** An answer that nobody else sees. */
export interface Notice {
  id: number;
  channel: string;
  command: string;
  text: string;
  failed: boolean;
}

export class Commands {
  all = $state.raw<SlashCommand[]>([]);
  notices = $state.raw<Notice[]>([]);
  #reading: Promise<void> | null = null;
  #next = 1;
  /** Channels in which a program is being asked. */
  readonly #busy = new Set<string>();

  constructor(private readonly workspace: string) {}

  /** Reads them the first time, and after `changed`. */
  read(): Promise<void> {
    this.#reading ??= this.#read().catch((error: unknown) => {
      this.#reading = null;
      throw error;
    });
    return this.#reading;
  }

  /** A bot has another menu: those who look at menus read again. */
  changed(): void {
    if (!this.#reading) return;
    this.#reading = null;
    void this.read().catch(() => undefined);
  }

  /** Runs the registered command that a text begins with, after `taken`; one at a time in a channel. */
  async take(channel: string, text: string, taken: () => void): Promise<'unknown' | 'busy' | 'done' | 'failed'> {
    if (this.#busy.has(channel)) return 'busy';
    this.#busy.add(channel);
    try {
      const found = await this.#registered(text);
      if (!found) return 'unknown';
      taken();
      return (await this.#run(channel, found.command, found.rest)) ? 'done' : 'failed';
    } finally {
      this.#busy.delete(channel);
    }
  }

  noticesIn(channel: string): Notice[] {
    return this.notices.filter((n) => n.channel === channel);
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((n) => n.id !== id);
  }

  async #registered(text: string): Promise<{ command: string; rest: string } | null> {
    const [, word = '', rest = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(text) ?? [];
    await this.read().catch(() => undefined);
    const known = this.all.find((c) => c.registered && c.command === word.toLowerCase());
    return known ? { command: known.command, rest } : null;
  }

  /** What it says to me alone, or why it failed, becomes a notice. Whether it worked. */
  async #run(channel: string, command: string, text: string): Promise<boolean> {
    try {
      const said = await runCommand(channel, command, text);
      if (said.response_type === 'ephemeral' && said.text) this.#note(channel, command, said.text, false);
      return true;
    } catch (error) {
      this.#note(channel, command, reason(error), true);
      return false;
    }
  }

  #note(channel: string, command: string, text: string, failed: boolean): void {
    this.notices = [...this.notices.filter((n) => n.channel !== channel || n.command !== command), { id: this.#next++, channel, command, text, failed }];
  }

  async #read(): Promise<void> {
    // An answer that one may not have leaves the others.
    const [ours, theirs] = await Promise.all([getSlashCommands(this.workspace).catch(() => []), getBotCommands(this.workspace)]);
    const registered = ours.map((c): SlashCommand => ({ command: c.command, description: c.description, hint: '', bot: null, registered: true }));
    const names = new Set(registered.map((c) => c.command));
    const menu = theirs.filter((c) => !names.has(c.command)).map((c): SlashCommand => ({ command: c.command, description: c.description, hint: c.args_hint, bot: c.bot, registered: false }));
    this.all = [...registered, ...menu];
  }
}
