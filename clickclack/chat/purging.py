"""Emptying a deleted workspace in short units; a server that ends meanwhile goes on at its next start.

The content of its uploads is left to the timer that removes what no row names.
"""

from clickclack.chat import search_index
from clickclack.kernel.database import Database
from clickclack.kernel.jobs import Job
from clickclack.kernel.transaction import Tx

AT_ONCE = 500

_REPLIES_FIRST = (
    "SELECT n FROM messages WHERE channel_n = ? ORDER BY channel_seq, n LIMIT ?"  # they have no channel_seq
)
_EVENTS = "DELETE FROM events WHERE n IN (SELECT n FROM events WHERE stream = ? AND n < ? ORDER BY n LIMIT ?)"
_UPLOADS = "DELETE FROM uploads WHERE n IN (SELECT n FROM uploads WHERE workspace_n = ? LIMIT ?)"


async def purge(db: Database, job: Job) -> None:
    """The work of `workspaces.PURGE`: `workspace_n`, and `until`, the event of the deletion, which stays."""
    while await db.write(purge_some, job.data["workspace_n"], job.data["until"]):
        pass


def purge_some(tx: Tx, workspace_n: int, until: int) -> bool:
    """Removes up to 500 rows of what the workspace held, at last itself; False when nothing is left."""
    channel_n = tx.value("SELECT n FROM channels WHERE workspace_n = ? LIMIT 1", workspace_n)
    if channel_n is not None:
        if not _remove_messages(tx, channel_n):
            tx.run("DELETE FROM channels WHERE n = ?", channel_n)
        return True
    if tx.run(_EVENTS, workspace_n, until, AT_ONCE):
        return True
    if tx.run(_UPLOADS, workspace_n, AT_ONCE):
        return True
    tx.run("DELETE FROM workspaces WHERE n = ?", workspace_n)
    return False


def _remove_messages(tx: Tx, channel_n: int) -> int:
    ns = [n for (n,) in tx.all(_REPLIES_FIRST, channel_n, AT_ONCE)]
    if ns:
        search_index.forget(tx, ns)
        tx.run(f"DELETE FROM messages WHERE n IN ({', '.join('?' * len(ns))})", *ns)
        search_index.rewind(tx)
    return len(ns)
