"""Searching as a client does (contract chat 3.11, 4.16, 6.8; operators are an addition)."""

import asyncio
import datetime
from typing import Any
from urllib.parse import quote

import pytest

from clickclack.chat import search_index
from clickclack.chat.search_index import catch_up
from clickclack.kernel.clock import DAY, SECOND
from clickclack.kernel.transaction import Tx
from tests.client import Client
from tests.conftest import Server


async def found(server: Server, q: str, who: str = "member", **more: Any) -> Any:
    client: Client = getattr(server, who)
    extra = "".join(f"&{name}={quote(str(value))}" for name, value in more.items())
    return await client.get(f"/api/search?workspace_id={server.cast.workspace}&q={quote(q, safe='')}{extra}")


async def bodies(server: Server, q: str, who: str = "member", **more: Any) -> list[str]:
    return [hit["snippet"] for hit in (await found(server, q, who, **more))["results"]]


async def test_a_message_is_found_as_soon_as_it_is_acknowledged(server: Server) -> None:
    for i in range(20):
        await server.member.say(server.cast.general, f"needle {i}")
        assert len(await bodies(server, f'"needle {i}"')) == 1


async def test_nothing_is_missed_while_many_write_and_many_search(server: Server) -> None:
    async def write_and_look(i: int) -> None:
        message = await server.member.say(server.cast.general, f"unique{i} word")
        hits = (await found(server, f"unique{i}"))["results"]
        assert [hit["id"] for hit in hits] == [message["id"]]

    await asyncio.gather(*(write_and_look(i) for i in range(30)))


async def test_a_hit_says_where_it_is_and_what_matches(server: Server) -> None:
    root = await server.member.say(server.cast.general, "Deploying the 👍 new server")
    reply = await server.owner.reply(root["id"], "a server is a server")
    page = await found(server, "server", sort="newest")
    assert page["next_cursor"] is None
    second, first = page["results"]
    assert first["id"] == first["thread_root_id"] == root["id"]
    assert (first["channel_id"], first["channel_name"], first["channel_seq"]) == (server.cast.general, "general", 1)
    assert (first["reply_count"], first["author"]["handle"]) == (1, "member")
    assert first["last_reply_at"]
    assert "parent_message_id" not in first
    assert [first["snippet"][h["start"] : h["end"]] for h in first["highlights"]] == ["server"]
    assert (second["id"], second["parent_message_id"], second["thread_seq"]) == (reply["id"], root["id"], 1)
    assert (second["reply_count"], len(second["highlights"])) == (0, 2)
    assert "channel_seq" not in second


@pytest.mark.parametrize(
    ("body", "q"),
    [
        ("Deploying today", "deploy"),
        ("She runs", "running"),
        ("Ärger in Köln", "arger koln"),
        ("resume", "Résumé"),
        ("東京タワーに行きました", "京タワー"),
        ("안녕하세요 여러분", "안녕"),
        ("สวัสดีครับ", "สวัสดี"),
        ("see https://example.org/path", "example.org"),
        ("snake_case_name", "case"),
        ('say "hi" OR not', "OR"),
        ("a red fox", '"red fox"'),
        ("the deployment", "deploy*"),
        ("the deployment", "deploym*"),
        ("Привет мир", "привет"),
    ],
)
async def test_what_a_person_would_expect_is_found(server: Server, body: str, q: str) -> None:
    await server.member.say(server.cast.general, body)
    await server.member.say(server.cast.general, "something else entirely")
    hits = (await found(server, q))["results"]
    assert [hit["snippet"] for hit in hits] == [body]
    assert hits[0]["highlights"]


@pytest.mark.parametrize("q", ["fox red absent", '"fox red"', "京都", "!!!", '"', "* ( ) : -", "NOT", "from:nobody"])
async def test_what_is_not_there_is_not_found_and_nothing_breaks(server: Server, q: str) -> None:
    await server.member.say(server.cast.general, "a red fox in 東京")
    assert await found(server, q) == {"results": [], "next_cursor": None}


async def test_edits_and_deletions_are_followed(server: Server) -> None:
    message = await server.member.say(server.cast.general, "first words")
    assert len(await bodies(server, "first")) == 1
    await server.member.patch(f"/api/messages/{message['id']}", {"body": "second words"})
    assert (await bodies(server, "first"), await bodies(server, "second")) == ([], ["second words"])
    await server.member.delete(f"/api/messages/{message['id']}")
    assert await bodies(server, "words") == []


async def test_only_ordinary_messages_are_found(server: Server) -> None:
    body = {"body": "thinking aloud", "kind": "agent_commentary"}
    await server.bot_active.post(f"/api/channels/{server.cast.general}/messages", body)
    assert await bodies(server, "thinking") == []


async def test_everybody_finds_only_what_they_may_see(server: Server) -> None:
    await server.member.say(server.cast.general, "plain needle")
    await server.member.say(server.cast.guest, "waiting needle")
    kind = {"name": "secret", "kind": "private"}
    made = await server.member.post(f"/api/workspaces/{server.cast.workspace}/channels", kind)
    await server.member.say(made["channel"]["id"], "secret needle")
    body = {"workspace_id": server.cast.workspace, "member_ids": [server.cast.people["owner"].id]}
    dm = (await server.member.post("/api/dms", body))["conversation"]["id"]
    await server.member.post(f"/api/dms/{dm}/messages", {"body": "direct needle"})
    assert set(await bodies(server, "needle")) == {"plain needle", "waiting needle", "secret needle"}
    assert set(await bodies(server, "needle", "owner")) == {"plain needle", "waiting needle"}
    assert set(await bodies(server, "needle in:secret", "owner")) == set()
    assert await bodies(server, "needle", "guest") == ["waiting needle"]
    for who in ("member", "owner"):
        assert await bodies(server, "needle", who, direct_conversation_id=dm) == ["direct needle"]
    path = f"/api/search?workspace_id={server.cast.workspace}&q=needle"
    await server.moderator.get(f"{path}&direct_conversation_id={dm}", 404)
    await server.guest.get(f"{path}&channel_id={server.cast.general}", 404)
    await server.owner.get(f"{path}&channel_id={made['channel']['id']}", 404)
    await server.bot_read.get(f"{path}&direct_conversation_id={dm}", 404)


async def test_a_channel_that_is_closed_or_opened_is_so_in_search(server: Server) -> None:
    await server.owner.say(server.cast.random, "movable needle")
    await server.owner.patch(f"/api/channels/{server.cast.random}", {"kind": "private"})
    assert await bodies(server, "movable") == []
    await server.owner.patch(f"/api/channels/{server.cast.random}", {"kind": "public"})
    assert await bodies(server, "movable") == ["movable needle"]


async def test_operators_narrow(server: Server) -> None:
    await server.member.say(server.cast.general, "one thing")
    await server.owner.say(server.cast.random, "one other thing https://example.org")
    server.clock.advance(3 * DAY / SECOND)
    await server.owner.say(server.cast.general, "one late `thing`")
    assert await bodies(server, "one from:member") == ["one thing"]
    assert await bodies(server, "one from:me") == ["one thing"]
    assert await bodies(server, "thing in:#random") == ["one other thing https://example.org"]
    assert await bodies(server, "has:link") == ["one other thing https://example.org"]
    assert await bodies(server, "one has:code") == ["one late `thing`"]
    today = server.clock.now() // DAY
    date = datetime.date.fromordinal(719_163 + today - 1).isoformat()
    assert await bodies(server, f"one after:{date}") == ["one late `thing`"]
    assert set(await bodies(server, f"one before:{date}")) == {
        "one thing",
        "one other thing https://example.org",
    }


async def test_messages_are_found_by_the_files_they_carry(server: Server) -> None:
    upload = await server.member.upload(server.cast.workspace, filename="a.png", content_type="image/png")
    path = f"/api/channels/{server.cast.general}/messages"
    await server.member.post(path, {"body": "holiday", "upload_ids": [upload["id"]]})
    message = await server.member.say(server.cast.general, "later holiday")
    assert await bodies(server, "holiday has:image") == ["holiday"]
    await server.member.post(f"/api/messages/{message['id']}/attachments", {"upload_id": upload["id"]}, 200)
    assert set(await bodies(server, "has:file")) == {"holiday", "later holiday"}
    await server.member.delete(f"/api/uploads/{upload['id']}", 204)
    await server.settled()
    assert await bodies(server, "has:file") == []


@pytest.mark.parametrize("sort", ["relevance", "newest"])
async def test_pages_join_without_gap_or_repeat_whatever_is_written_meanwhile(server: Server, sort: str) -> None:
    for i in range(25):
        await server.member.say(server.cast.general, f"needle {i} " + "hay " * (i % 7))
    seen: list[str] = []
    cursor, pages = "", 0
    while True:
        page = await found(server, "needle", sort=sort, limit=4, **({"cursor": cursor} if cursor else {}))
        seen += [hit["id"] for hit in page["results"]]
        pages += 1
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
        await server.owner.say(server.cast.random, "not what is looked for")
    assert (len(seen), len(set(seen)), pages) == (25, 25, 7)


async def test_newest_comes_first_and_relevance_prefers_what_says_more_of_it(server: Server) -> None:
    await server.member.say(server.cast.general, "fox fox fox")
    await server.member.say(server.cast.general, "a fox among very many other words that say nothing of it at all")
    assert (await bodies(server, "fox", sort="newest"))[0].startswith("a fox")
    assert (await bodies(server, "fox"))[0] == "fox fox fox"


async def test_a_cursor_is_good_for_its_own_search_alone(server: Server) -> None:
    for i in range(3):
        await server.member.say(server.cast.general, f"needle {i}")
    cursor = (await found(server, "needle", limit=1))["next_cursor"]
    path = f"/api/search?workspace_id={server.cast.workspace}&cursor={cursor}"
    for client, rest in (
        (server.member, "&q=other"),
        (server.member, "&q=needle&sort=newest"),
        (server.member, f"&q=needle&channel_id={server.cast.general}"),
        (server.owner, "&q=needle"),
    ):
        answer = await client.get(path + rest, 400)
        assert answer["error"].startswith("invalid search request")
    await server.member.get(f"/api/search?workspace_id={server.cast.workspace}&q=needle&cursor=%21", 400)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("q=x", 400),
        ("workspace_id={w}&q=" + "x" * 501, 400),
        ("workspace_id={w}&q=x&limit=0", 400),
        ("workspace_id={w}&q=x&limit=-1", 400),
        ("workspace_id={w}&q=x&limit=x", 400),
        ("workspace_id={w}&q=x&sort=oldest", 400),
        ("workspace_id={w}&q=x&channel_id={c}&direct_conversation_id=dm_0", 400),
        ("workspace_id={w}&q=x&channel_id=chn_0", 404),
        ("workspace_id={w}&q=x&direct_conversation_id=dm_0", 404),
        ("workspace_id=wsp_0&q=x", 404),
        ("workspace_id={w}&q=" + "x" * 500, 200),
        ("workspace_id={w}&q=x&limit=1000", 200),
        ("workspace_id={w}&q=%20", 200),
        ("workspace_id={w}", 200),
    ],
)
async def test_wrong_requests_are_told_so(server: Server, query: str, status: int) -> None:
    path = "/api/search?" + query.replace("{w}", server.cast.workspace).replace("{c}", server.cast.general)
    answer = await server.member.get(path, status)
    if status == 400:
        assert answer["error"].startswith("invalid search request")


async def test_a_search_waits_for_the_index_for_some_seconds_and_answers_without_the_newest(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await server.owner.say(server.cast.general, "a needle that should not have been said")
    path = f"/api/search?workspace_id={server.cast.workspace}&q=needle&sort=newest"
    assert [hit["id"] for hit in (await server.owner.get(path))["results"]] == [secret["id"]]

    def not_yet(tx: Tx, batch: search_index.Batch) -> None:
        pass

    with monkeypatch.context() as patch:
        patch.setattr(search_index, "fill", not_yet)
        patch.setattr("clickclack.api.chat.search.PATIENCE", 0.1)
        await server.owner.patch(f"/api/messages/{secret['id']}", {"body": "harmless words"})
        other = await server.owner.say(server.cast.general, "another needle")
        assert await server.owner.get(path) == {"results": [], "next_cursor": None, "incomplete": True}
    page = await server.owner.get(path)
    assert ([hit["id"] for hit in page["results"]], "incomplete" in page) == ([other["id"]], False)


async def test_a_message_that_is_edited_during_a_search_is_found(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await server.owner.say(server.cast.general, "a needle here")
    caught_up, edits = search_index.catch_up, ["a needle here!"]

    async def then_edited(*given: Any) -> bool:
        done = await caught_up(*given)
        if edits:
            await server.owner.patch(f"/api/messages/{message['id']}", {"body": edits.pop()})
        return done

    monkeypatch.setattr(search_index, "catch_up", then_edited)
    page = await server.owner.get(f"/api/search?workspace_id={server.cast.workspace}&q=needle")
    assert ([hit["snippet"] for hit in page["results"]], "incomplete" in page) == (["a needle here!"], False)


async def test_the_index_is_filled_by_itself_and_a_purge_leaves_nothing_in_it(server: Server) -> None:
    for i in range(3):
        await server.member.say(server.cast.general, f"needle {i}")
    await catch_up(server.db)
    counted = "SELECT COUNT(*) FROM messages_fts"
    assert await server.db.read(lambda tx: tx.value(counted)) == 3
    await server.owner.delete(f"/api/workspaces/{server.cast.workspace}", 204)
    await server.settled()
    assert await server.db.read(lambda tx: tx.value(counted)) == 0
    await server.outsider.say(server.cast.other_channel, "needle again")
    path = f"/api/search?workspace_id={server.cast.other_workspace}&q=needle"
    assert len((await server.outsider.get(path))["results"]) == 1


async def test_a_whole_paragraph_can_be_searched_for(server: Server) -> None:
    words = [chr(n) + chr(n + 1) for n in range(0x0430, 0x0430 + 24)] + [f"{n}" for n in range(90)]
    text = " ".join(words)
    assert len(text) < 500
    await server.member.say(server.cast.general, text)
    await server.member.say(server.cast.general, " ".join(words[1:]))
    assert len((await found(server, text))["results"]) == 1
    letters = " ".join(chr(n) for n in range(0x3042, 0x3042 + 250))
    assert (await found(server, letters))["results"] == []
    assert len((await found(server, " ".join(["a"] * 240 + words[:3])))["results"]) == 0
    assert len((await found(server, " ".join(words[:1] * 100)))["results"]) == 1
    beginnings = " ".join(f"{n}*" for n in range(33))
    wanted = "invalid search request: the query has more than 32 beginnings of words"
    target = f"/api/search?workspace_id={server.cast.workspace}&q={quote(beginnings)}"
    assert (await server.member.get(target, 400))["error"] == wanted


async def test_what_was_made_ready_before_messages_went_for_good_is_not_put_into_the_index(server: Server) -> None:
    await server.outsider.say(server.cast.other_channel, "theirs")
    batch = await server.db.read(search_index.prepare)
    mark = await server.db.read(search_index.newest)
    await server.outsider.call("DELETE", f"/api/workspaces/{server.cast.other_workspace}")
    await server.settled()
    assert not await server.db.read(search_index.is_behind, mark)
    await server.db.write(search_index.fill, batch)
    for number in range(2):
        await server.member.say(server.cast.general, f"pineapple {number}")
    assert len((await found(server, "pineapple"))["results"]) == 2
    rows = await server.db.read(Tx.all, "SELECT rowid FROM messages_fts EXCEPT SELECT n FROM messages")
    assert rows == []
