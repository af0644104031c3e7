"""`export`: all that others may know of a database, in the contract's words, and no secret (contract chat 7.2, 8)."""

import asyncio
import json
import sqlite3
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clickclack.chat import exported as conversations
from clickclack.cli import export
from clickclack.identity import exported as identities
from clickclack.kernel.snapshots import Table, snapshot
from tests.cli.conftest import Run
from tests.conftest import Server

Out = Callable[..., str]

MEMBERS = [
    "users",
    "user_notification_settings",
    "channel_notification_settings",
    "identities",
    "workspaces",
    "workspace_members",
    "channels",
    "messages",
    "pinned_messages",
    "thread_state",
    "reactions",
    "events",
    "event_recipients",
    "uploads",
    "channel_reads",
    "direct_reads",
    "message_attachments",
    "direct_conversations",
    "direct_conversation_members",
    "invites",
    "auth_magic_links",
    "sessions",
    "bot_tokens",
]
COLUMNS = {
    "messages": "id route_id workspace_id channel_id direct_conversation_id author_id parent_message_id thread_root_id"
    " topic_id channel_seq thread_seq body body_format created_at edited_at deleted_at quoted_message_id"
    " quoted_body_snapshot quoted_author_id client_nonce kind turn_id",
    "events": "id cursor workspace_id channel_id type seq payload_json created_at is_private mentioned_user_ids",
    "bot_tokens": "id token_hash bot_user_id workspace_id owner_user_id name scopes_json created_by setup_nonce"
    " created_at last_used_at revoked_at",
    "workspace_members": "workspace_id user_id role created_at role_sort sort_name sort_handle",
    "uploads": "id workspace_id owner_id client_nonce filename content_type byte_size storage_path created_at width"
    " height duration_ms",
}
REDACTED = {
    "user_notification_settings": ["pushover_user_key"],
    "invites": ["token"],
    "auth_magic_links": ["token", "token_hash"],
    "sessions": ["token", "token_hash"],
    "bot_tokens": ["token_hash", "setup_nonce"],
    "uploads": ["storage_path"],
}


async def lively(server: Server) -> list[str]:
    """Lets everything happen that an export tells of; returns the secrets."""
    member, general, workspace = server.member, server.cast.general, server.cast.workspace
    upload = await member.upload(workspace, b"content")
    root = await member.say(general, "hi @owner", nonce="n-1", upload_ids=[upload["id"]])  # pyright: ignore[reportArgumentType]
    reply = await server.owner.reply(root["id"], "yes", quoted_message_id=root["id"])
    await server.owner.react(reply["id"], "👍")
    await member.post(f"/api/channels/{general}/pins", {"message_id": root["id"]})
    await member.post(f"/api/channels/{general}/read", {"seq": 1}, want=200)
    await member.patch(f"/api/channels/{general}/notification-settings", {"preference": "muted"})
    people = [server.cast.people["owner"].id]
    opened = await member.post("/api/dms", {"workspace_id": workspace, "member_ids": people})
    conversation = opened["conversation"]["id"]
    await member.post(f"/api/dms/{conversation}/messages", {"body": "psst"})
    await server.owner.post(f"/api/dms/{conversation}/read", {"seq": 1}, want=200)
    key = "u" * 30
    await member.patch("/api/me", {"notification_settings": {"pushover_enabled": True, "pushover_user_key": key}})
    invited = await server.owner.post(f"/api/workspaces/{workspace}/invitations", {})
    ruling = {"moderation_note": "a note"}
    await server.owner.patch(f"/api/workspaces/{workspace}/moderation/members/{server.cast.people['guest'].id}", ruling)
    return [key, invited["token"], *(person.token for person in server.cast.people.values())]


@pytest.fixture
async def whole(server: Server, out: Out, tmp_path: Path) -> tuple[dict[str, list[dict[str, Any]]], str]:
    """The export of a lively server that runs, and its text."""
    secrets = await lively(server)
    text = await asyncio.to_thread(out, "export")
    assert [secret for secret in secrets if secret in text] == []
    return json.loads(text), text


Whole = tuple[dict[str, list[dict[str, Any]]], str]


async def test_the_members_and_columns_are_the_contracts(whole: Whole):
    told, text = whole
    assert sorted(told) == sorted(MEMBERS)
    assert [name for name in MEMBERS if not told[name] and name != "auth_magic_links"] == []
    assert {name: " ".join(told[name][0]) for name in COLUMNS} == COLUMNS
    assert text == json.dumps(told, indent=2, ensure_ascii=False)


async def test_rows_tell_what_happened(server: Server, whole: Whole):
    told, _ = whole
    root, reply, direct = told["messages"]
    assert (root["body"], root["channel_id"], root["channel_seq"], root["client_nonce"]) == (
        "hi @owner",
        server.cast.general,
        1,
        "n-1",
    )
    assert (reply["thread_root_id"], reply["thread_seq"], reply["quoted_body_snapshot"]) == (root["id"], 1, "hi @owner")
    assert (direct["channel_id"], direct["direct_conversation_id"][:3]) == (None, "dm_")
    created = next(event for event in told["events"] if event["type"] == "message.created")
    assert json.loads(created["payload_json"])["message_id"] == root["id"]
    assert json.loads(created["mentioned_user_ids"]) == [server.cast.people["owner"].id]
    assert (created["cursor"], created["channel_id"]) == ("cur_" + created["id"][4:], server.cast.general)
    private = {event["id"] for event in told["events"] if event["is_private"]}
    assert {row["event_id"] for row in told["event_recipients"]} == private
    roles = {row["user_id"]: row["role"] for row in told["workspace_members"]}
    assert [roles[server.cast.people[name].id] for name in ("owner", "admin", "guest", "bot_read")] == [
        "owner",
        "moderator",
        "guest",
        "bot",
    ]
    assert told["thread_state"][0]["reply_count"] == 1
    assert told["channels"][0]["created_at"].endswith("Z")


async def test_secrets_are_blacked_out(server: Server, whole: Whole):
    told, text = whole
    for name, columns in REDACTED.items():
        assert {row[column] for row in told[name] for column in columns} <= {"[redacted]"}
    key = await server.db.read(lambda tx: tx.value("SELECT blob_key FROM uploads"))
    hashes = await server.db.read(lambda tx: tx.all("SELECT hex(token_hash) FROM credentials"))
    assert key not in text
    assert [found for (found,) in hashes if found.lower() in text.lower()] == []


async def test_a_deleted_workspace_is_not_told_of(server: Server, out: Out):
    await server.outsider.say(server.cast.other_channel, "gone")
    await server.outsider.delete(f"/api/workspaces/{server.cast.other_workspace}", want=204)
    assert "gone" not in await asyncio.to_thread(out, "export")


def test_a_file_is_for_its_owner_alone_and_replaced_at_once(out: Out, tmp_path: Path):
    out("admin", "bootstrap")
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "a.json"
    target.write_text("old")
    assert out("export", "--out", str(target)) == ""
    assert sorted(json.loads(target.read_text())) == sorted(MEMBERS)
    assert [path.name for path in target.parent.iterdir()] == ["a.json"]
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_failure_leaves_the_old_file(out: Out, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    out("admin", "bootstrap")
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "a.json"
    target.write_text("old")
    monkeypatch.setattr(export, "rows", full)
    ended = run("export", "--out", str(target))
    assert (ended.status, target.read_text()) == (1, "old")
    assert [path.name for path in target.parent.iterdir()] == ["a.json"]


@pytest.mark.parametrize("name", ["clickclack.db", "clickclack.db-wal", "link"])
def test_the_database_is_not_written_over(name: str, out: Out, run: Run, tmp_path: Path):
    out("admin", "bootstrap")
    (tmp_path / "data" / "link").symlink_to(tmp_path / "data" / "clickclack.db")
    before = (tmp_path / "data" / "clickclack.db").read_bytes()
    ended = run("export", "--out", str(tmp_path / "data" / name))
    assert ended.status == 1
    assert ended.err.endswith(f"{name} belongs to the database itself; choose another --out")
    assert (tmp_path / "data" / "clickclack.db").read_bytes() == before


def test_an_older_or_missing_database_is_left_as_it_is(out: Out, run: Run, tmp_path: Path):
    database = tmp_path / "data" / "clickclack.db"
    assert run("export").err[20:] == f"there is no database at {database}"
    assert not database.exists()
    out("migrate")
    with closing(sqlite3.connect(database)) as writer, writer:
        writer.execute("DELETE FROM schema_migrations WHERE version = (SELECT MAX(version) FROM schema_migrations)")
    ended = run("export")
    assert (ended.status, ended.err[20:]) == (1, f"{database} has an older schema; run clickclack migrate first")


def test_memory_does_not_grow_with_the_database(out: Out, run: Run, tmp_path: Path):
    out("admin", "bootstrap")
    with closing(sqlite3.connect(tmp_path / "data" / "clickclack.db")) as writer, writer:
        channel, user = writer.execute("SELECT c.n, u.n FROM channels c, users u").fetchone()
        writer.executemany(
            "INSERT INTO messages (id, channel_n, author_n, channel_seq, body, created_at) VALUES (?, ?, ?, ?, ?, 0)",
            ((f"msg_{seq}", channel, user, seq, "x" * 20_000) for seq in range(1, 2001)),
        )
    target = tmp_path / "a.json"
    tracemalloc.start()
    try:
        assert run("export", "--out", str(target)).status == 0
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert target.stat().st_size > 40_000_000
    assert most < 15_000_000


@pytest.mark.parametrize("table", [*identities.TABLES, *conversations.TABLES], ids=lambda table: table.name)
async def test_a_page_is_read_by_its_key(table: Table, server: Server):
    def plan(first: bool) -> list[str]:
        with snapshot(server.db.path) as tx:
            key = () if first else (1,) * len(table.key)
            return [row[3] for row in tx.all(f"EXPLAIN QUERY PLAN {table.query(first)}", *key, 100)]

    for first in (True, False):
        steps = await asyncio.to_thread(plan, first)
        assert [step for step in steps if "TEMP B-TREE" in step] == []
        assert len([step for step in steps if step.startswith("SCAN")]) <= first
