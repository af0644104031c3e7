"""Emptying a deleted workspace in short units; a server that ends meanwhile goes on at its next start.

The content of its uploads is left to the timer that removes what no row names.
"""

from clickclack.chat import search_index
from clickclack.chat.upload_records import PATH
from clickclack.identity import users
from clickclack.identity.users import ProfileFields
from clickclack.kernel import events
from clickclack.kernel.database import Database
from clickclack.kernel.deliveries import endpoints
from clickclack.kernel.jobs import Job
from clickclack.kernel.transaction import Tx, marks

AT_ONCE = 500

_REPLIES_FIRST = (
    "SELECT n FROM messages WHERE channel_n = ? ORDER BY channel_seq, n LIMIT ?"  # they have no channel_seq
)
_INVOCATIONS = (
    "DELETE FROM slash_invocations WHERE n IN (SELECT n FROM slash_invocations WHERE channel_n = ? ORDER BY n LIMIT ?)"
)
_READS = (
    "DELETE FROM channel_reads WHERE channel_n = ?1 AND user_n IN"
    " (SELECT user_n FROM channel_reads WHERE channel_n = ?1 ORDER BY user_n LIMIT ?2)"
)
_JOINED = (
    "DELETE FROM channel_members WHERE channel_n = ?1 AND user_n IN"
    " (SELECT user_n FROM channel_members WHERE channel_n = ?1 ORDER BY user_n LIMIT ?2)"
)
_OF_A_CHANNEL = _INVOCATIONS, _READS, _JOINED
_AUDIT = "DELETE FROM audit_entries WHERE n IN (SELECT n FROM audit_entries WHERE workspace_n = ? ORDER BY n LIMIT ?)"
_INVITATIONS = "DELETE FROM invitations WHERE n IN (SELECT n FROM invitations WHERE workspace_n = ? ORDER BY n LIMIT ?)"
_UPLOADS = "SELECT n FROM uploads WHERE workspace_n = ? ORDER BY n LIMIT ?"
_SHOWN = "SELECT u.n FROM uploads f JOIN users u ON u.n = f.owner_n WHERE u.avatar_url = ? || f.id AND f.n IN "


async def purge(db: Database, job: Job) -> None:
    """The work of `workspaces.PURGE`: `workspace_n`, and `until`, the event of the deletion, which stays."""
    while await db.write(purge_some, job.data["workspace_n"], job.data["until"]):
        pass


def purge_some(tx: Tx, workspace_n: int, until: int) -> bool:
    """Removes up to 500 rows of what the workspace held, at last itself; False when nothing is left."""
    endpoint_n = tx.value("SELECT endpoint_n FROM event_subscriptions WHERE workspace_n = ? LIMIT 1", workspace_n)
    if endpoint_n is not None:
        endpoints.remove_some(tx, endpoint_n, AT_ONCE)
        return True
    channel_n = tx.value("SELECT n FROM channels WHERE workspace_n = ? LIMIT 1", workspace_n)
    if channel_n is not None:
        if not any(tx.run(sql, channel_n, AT_ONCE) for sql in _OF_A_CHANNEL) and not _remove_messages(tx, channel_n):
            tx.run("DELETE FROM channels WHERE n = ?", channel_n)
        return True
    if events.remove_some(tx, workspace_n, until, AT_ONCE) or _remove_uploads(tx, workspace_n):
        return True
    if any(tx.run(sql, workspace_n, AT_ONCE) for sql in (_AUDIT, _INVITATIONS)):
        return True
    workspace_id = tx.value("SELECT id FROM workspaces WHERE n = ?", workspace_n)
    endpoints.allow(tx, workspace_id or "", [])
    tx.run("DELETE FROM workspaces WHERE n = ?", workspace_n)
    return False


def _remove_messages(tx: Tx, channel_n: int) -> int:
    ns = [n for (n,) in tx.all(_REPLIES_FIRST, channel_n, AT_ONCE)]
    if ns:
        search_index.forget(tx, ns)
        tx.run(f"DELETE FROM messages WHERE n IN ({marks(ns)})", *ns)
        search_index.rewind(tx)
    return len(ns)


def _remove_uploads(tx: Tx, workspace_n: int) -> int:
    """An avatar is seen wherever its owner is, so one that goes here leaves the owner's profile in the same unit."""
    ns = [n for (n,) in tx.all(_UPLOADS, workspace_n, AT_ONCE)]
    if ns:
        these = f"({marks(ns)})"
        for (user_n,) in tx.all(_SHOWN + these, PATH, *ns):
            users.update_profile(tx, user_n, ProfileFields(avatar_url=""))
        tx.run(f"DELETE FROM uploads WHERE n IN {these}", *ns)
    return len(ns)
