"""Who has proven an e-mail address, and what that means for an account that only claimed it.

Somebody who comes with an invitation that was not mailed, be it for an address or for nobody in particular, may have
made it, and gives an address that only whoever reads its mail can prove. Whoever later does is its person: what the
other knows or holds ends: the password, sessions, tokens of the person's bots, what would become one of these, and the
place where notifications go.
"""

from clickclack.identity import bot_setup_codes, credentials, desktop_grants, identities, passwords, preferences
from clickclack.identity.preferences import NotificationSettings
from clickclack.kernel.transaction import Tx


def note_proof(tx: Tx, user_n: int, email: str) -> None:
    """Notes that the person in this row has the address indeed; nothing when that was known."""
    sql = "UPDATE identities SET provider = ? WHERE user_n = ? AND provider = ? AND email = ?"
    if tx.run(sql, identities.PROVEN, user_n, identities.CLAIMED, email):
        passwords.forget(tx, user_n)
        credentials.revoke_all(tx, user_n)
        credentials.revoke_of_bots(tx, user_n)
        bot_setup_codes.forget_of(tx, user_n)
        desktop_grants.forget(tx, user_n)
        preferences.set_notification_settings(tx, user_n, NotificationSettings())
