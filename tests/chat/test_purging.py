"""Emptying a deleted workspace: piece by piece, until nothing of it is left."""

import pytest

from clickclack.chat import direct_conversations, posting, purging, reads
from clickclack.chat.access import place_of
from clickclack.chat.drafts import Draft
from clickclack.identity import invitations, workspaces
from clickclack.identity.invitations import NewInvitation
from tests.watched import Watched

GROWING = ("messages", "channel_reads", "channel_members", "audit_entries", "invitations", "events")


def test_what_grows_goes_in_pieces(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "AT_ONCE", 1)
    tx, cast, owner = watched.tx, watched.cast, watched.actor("owner")
    for actor in map(watched.actor, ("owner", "member", "browser")):
        posting.post(tx, actor, cast.general, Draft("hello"))
        reads.mark_read(tx, actor, place_of(tx, actor, cast.general), 1)
        direct_conversations.open_with(tx, actor, cast.workspace, [cast.people["moderator"].id])
        invitations.create(tx, owner, cast.workspace, NewInvitation())
    workspace_n = tx.value("SELECT n FROM workspaces WHERE id = ?", cast.workspace)
    workspaces.delete(tx, owner, cast.workspace)
    until: int = tx.value("SELECT MAX(n) FROM events")

    def counted() -> list[int]:
        return [tx.value(f"SELECT COUNT(*) FROM {table}") for table in GROWING]

    first = before = counted()
    assert min(before) >= 3
    while purging.purge_some(tx, workspace_n, until):
        after = counted()
        assert max(then - now for then, now in zip(before, after, strict=True)) <= 1
        before = after
    assert tx.value("SELECT 1 FROM workspaces WHERE id = ?", cast.workspace) is None
    gone = [then - now for then, now in zip(first, counted(), strict=True)]
    assert min(gone) >= 3
