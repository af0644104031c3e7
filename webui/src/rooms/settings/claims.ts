/** Which setup codes were traded for which tokens: the audit log alone tells. */
import { getAudit } from '../../api/integrations';

const NEWEST = 200;

export interface Claims {
  /** The ids of the codes. */
  codes: ReadonlySet<string>;
  /** When each token was fetched, by its id. */
  tokens: ReadonlyMap<string, string>;
}

export const NO_CLAIMS: Claims = { codes: new Set(), tokens: new Map() };

/** Those of the workspace that were made of late. */
export async function readClaims(workspace: string): Promise<Claims> {
  const entries = (await getAudit(workspace, NEWEST)).filter((entry) => entry.action === 'bot_setup_code.claimed');
  return { codes: new Set(entries.map((entry) => entry.target_id)), tokens: new Map(entries.map((entry) => [String(entry.metadata.bot_token_id), entry.created_at])) };
}
