/** What a token lets a program do, in words (contract chat 2.10). */

export const BUNDLES = [['bot:read', 'Read'], ['bot:write', 'Read and write'], ['bot:admin', 'Also make channels']] as const;
export type Bundle = (typeof BUNDLES)[number][0];

/** The extra right to write steps of its work, which no bundle has. */
const ACTIVITY = 'agent_activity:write';

export const scopesOf = (bundle: Bundle, activity: boolean): string[] => (activity ? [bundle, ACTIVITY] : [bundle]);

/** The widest bundle that is whole among the scopes, and what goes beyond it. */
export function scopeWords(scopes: readonly string[]): string {
  const has = (scope: string): boolean => scopes.includes(scope);
  const words = has('channels:write') ? 'reads, writes and makes channels' : has('messages:write') ? 'reads and writes' : 'reads';
  return has(ACTIVITY) ? `${words}, shows its work` : words;
}
