/** What can stand in the place of the word being typed in one composer: people, channels, commands, emoji. */
import { isDirectId } from '../../api/chat';
import type { SlashCommand } from '../../sync/commands.svelte';
import type { WorkspaceState } from '../../sync/workspace.svelte';
import { candidates, hasCode, ofChannels, ofCommands, ofEmoji, ofMembers, wantedAt, type Suggestion, type Wanted } from './composing';

const LISTS = {
  '@': { label: 'People to mention', testid: 'mention-list' },
  '#': { label: 'Channels to link', testid: 'channel-list' },
  ':': { label: 'Emoji', testid: 'emoji-list' },
  '/': { label: 'Commands', testid: 'command-list' },
} as const;

type Word = Pick<Wanted, 'sign' | 'start'>;
const isSame = (word: Word | null, other: Word | null): boolean => word?.sign === other?.sign && word?.start === other?.start;

export class Suggesting {
  caret = $state(0);
  chosen = $state(0);
  /** The word that nothing is wanted for, until it is gone. */
  #dismissed = $state.raw<Word | null>(null);
  #emoji = $state.raw<((query: string) => Suggestion[]) | null>(null);
  #codes = new Map<string, string>();

  readonly wanted: Wanted | null = $derived.by(() => wantedAt(this.text(), this.caret));
  readonly found: Suggestion[] = $derived.by(() => (this.wanted && !isSame(this.wanted, this.#dismissed) ? this.#for(this.wanted) : []));
  readonly list = $derived.by(() => LISTS[this.wanted?.sign ?? '@']);

  constructor(
    private readonly space: WorkspaceState,
    private readonly conversation: string,
    private readonly text: () => string,
  ) {
    $effect(() => {
      if (!this.#emoji && (this.wanted?.sign === ':' || hasCode(this.text()))) void this.#loadEmoji();
    });
    $effect(() => {
      if (!isSame(this.wanted, this.#dismissed)) this.#dismissed = null;
    });
    $effect(() => {
      // Nothing is lost without the menu.
      if (this.wanted?.sign === '/') this.space.commands.read().catch(() => undefined);
    });
  }

  /** Takes a key while the list is open: `pick` gets what is chosen. Whether the key was for the list. */
  key(event: KeyboardEvent, pick: (text: string) => void): boolean {
    const count = this.found.length;
    if (count === 0) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const text = this.found[this.chosen]?.text ?? '';
    // Who typed the whole word means to send.
    if (event.key === 'Enter' && this.wanted && text.trim().toLowerCase() === this.wanted.sign + this.wanted.query) return false;
    if (step) this.chosen = (this.chosen + step + count) % count;
    else if (event.key === 'Enter' || event.key === 'Tab') pick(text);
    else if (event.key === 'Escape') this.#dismissed = this.wanted;
    else return false;
    return true;
  }

  /** What `:tada:` stands for, once it is known. */
  code = (code: string): string | undefined => this.#codes.get(code);

  #for({ sign, query }: Wanted): Suggestion[] {
    if (sign === '@') return ofMembers(candidates(this.space.members, query));
    if (sign === '#') return ofChannels(this.space.channels, query);
    return sign === '/' ? ofCommands(this.#commands(), query) : (this.#emoji?.(query) ?? []);
  }

  /** In a channel all; in a direct conversation those of the bots in it, for no program is asked there (contract chat 6.16). */
  #commands(): SlashCommand[] {
    const { all } = this.space.commands;
    if (!isDirectId(this.conversation)) return all;
    const present = new Set(this.space.directs.find(this.conversation)?.members?.map((u) => u.id));
    return all.filter((c) => c.bot !== null && present.has(c.bot.id));
  }

  async #loadEmoji(): Promise<void> {
    const [{ loadEmoji }, { byCode, findEmoji }] = await Promise.all([import('../../ui/emoji'), import('../../ui/findemoji')]);
    const all = await loadEmoji().catch(() => []);
    this.#codes = byCode(all);
    this.#emoji = (query) => ofEmoji(findEmoji(all, query));
  }
}
