/** An invitation in words. */
import type { Invitation } from '../../api/invitations';

export function whom({ email, max_uses }: Pick<Invitation, 'email' | 'max_uses'>): string {
  if (email) return `For ${email}`;
  return max_uses === 1 ? 'For one person' : `For up to ${max_uses} people`;
}

/** `until` is when it ends, as people read it. */
export function standing({ state, uses, max_uses }: Pick<Invitation, 'state' | 'uses' | 'max_uses'>, until: string): string {
  const used = uses === 0 ? 'not used yet' : `used ${uses} of ${max_uses} times`;
  if (state === 'used') return 'used up';
  if (state === 'revoked') return uses ? `revoked, ${used}` : 'revoked';
  return state === 'expired' ? `ended ${until}, ${used}` : `until ${until}, ${used}`;
}
