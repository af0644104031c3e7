/** The invitation that one was looking at when one went to sign in: kept for this tab alone. */

const KEY = 'clickclack:invitation';

export function keepInvitation(token: string): void {
  try {
    if (token) sessionStorage.setItem(KEY, token);
    else sessionStorage.removeItem(KEY);
  } catch {
    // Then the link has to be opened again.
  }
}

/** Hands it out once. */
export function takeInvitation(): string {
  try {
    const token = sessionStorage.getItem(KEY) ?? '';
    sessionStorage.removeItem(KEY);
    return token;
  } catch {
    return '';
  }
}
