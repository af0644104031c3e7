/** Which setup codes were traded for which tokens: the audit log alone tells. */
import type { SetupCode } from '../../api/bots';
import { getAudit } from '../../api/integrations';

const NEWEST = 200;

export interface Claims {
  /** When they were asked for, in milliseconds: what came later they do not tell. */
  asOf: number;
  /** The ids of the codes. */
  codes: ReadonlySet<string>;
  /** When each token was fetched, by its id. */
  tokens: ReadonlyMap<string, string>;
}

/** What became of a setup code; `unknown` while nobody has looked since it ended. */
export type Fate = 'open' | 'used' | 'unused' | 'unknown';

export const NO_CLAIMS: Claims = { asOf: 0, codes: new Set(), tokens: new Map() };

/** Those of the workspace that were made of late. */
export async function readClaims(workspace: string): Promise<Claims> {
  const asOf = Date.now();
  const entries = (await getAudit(workspace, NEWEST)).filter((entry) => entry.action === 'bot_setup_code.claimed');
  return { asOf, codes: new Set(entries.map((entry) => entry.target_id)), tokens: new Map(entries.map((entry) => [String(entry.metadata.bot_token_id), entry.created_at])) };
}

export function fateOf(code: SetupCode, claims: Claims, time: number): Fate {
  const end = Date.parse(code.expires_at);
  if (claims.codes.has(code.id)) return 'used';
  if (time < end) return 'open';
  return claims.asOf < end ? 'unknown' : 'unused';
}
