"""The hot queries read what they need by an index: no statement of theirs scans a table (design section 4)."""

from collections.abc import Callable

import pytest

from clickclack.chat import (
    attachments,
    channel_members,
    channels,
    deletion,
    direct_conversations,
    edits,
    event_log,
    message_pages,
    messages,
    moderation,
    notification_preferences,
    pictures,
    pins,
    posting,
    purging,
    reactions,
    reads,
    route_ids,
    search,
    search_index,
    thread_reads,
    threads,
    topics,
    upload_access,
    upload_removal,
    uploads,
    waiting_room,
)
from clickclack.chat.access import channel_place, direct_place
from clickclack.chat.channels import ChannelFields
from clickclack.chat.drafts import Draft
from clickclack.chat.message_pages import Window
from clickclack.chat.moderation import Ruling
from clickclack.chat.search import SearchRequest
from clickclack.chat.upload_records import Upload
from clickclack.chat.uploads import NewUpload
from clickclack.identity import (
    credentials,
    desktop_grants,
    invitations,
    magic_links,
    members,
    oauth_transactions,
    passwords,
    users,
    workspaces,
)
from clickclack.identity.invitations import NewInvitation
from clickclack.identity.members import DirectoryQuery
from clickclack.identity.oauth_transactions import Desktop, challenge_of
from clickclack.identity.profile import ProfileChange
from clickclack.identity.provider_accounts import ProviderAccount, person_of
from clickclack.identity.users import ProfileFields
from clickclack.identity.workspaces import WorkspaceFields
from clickclack.kernel.blobs import Stored, new_key
from clickclack.kernel.secrets import secret_hash
from tests.watched import Watched


def said(w: Watched) -> str:
    """A message with a reply and a reaction, to be read."""
    general = w.cast.general
    root = posting.post(w.tx, w.actor("owner"), general, Draft("hello @member", nonce="n")).message.id
    threads.reply(w.tx, w.actor("member"), root, Draft("yes"))
    reactions.add(w.tx, w.actor("member"), root, "+")
    w.statements.clear()
    return root


def _post(w: Watched) -> None:
    posting.post(w.tx, w.actor("member"), w.cast.general, Draft("hi @owner @guest", nonce="new"))


def _post_quoting(w: Watched) -> None:
    root = said(w)
    posting.post(w.tx, w.actor("member"), w.cast.general, Draft("hi", quoted_message_id=root))


def _post_again(w: Watched) -> None:
    said(w)
    posting.post(w.tx, w.actor("owner"), w.cast.general, Draft("hello @member", nonce="n"))


def _reply(w: Watched) -> None:
    root = said(w)
    threads.reply(w.tx, w.actor("owner"), root, Draft("no", nonce="r", quoted_message_id=root))


def _thread(w: Watched) -> None:
    threads.read_thread(w.tx, w.actor("owner"), said(w), 100, latest=True)


def _page(w: Watched) -> None:
    said(w)
    for window in (Window(), Window("before", 2), Window("after", 0), Window("around", 1)):
        place = channel_place(w.tx, w.actor("member"), w.cast.general)
        message_pages.page(w.tx, w.actor("member"), place, window)


def _channel_list(w: Watched) -> None:
    said(w)
    channels.list_channels(w.tx, w.actor("member"), w.cast.workspace)


def _by_nonce(w: Watched) -> None:
    said(w)
    messages.by_nonce(w.tx, w.actor("owner"), w.cast.workspace, "n")


def _edit_and_delete(w: Watched) -> None:
    root = said(w)
    edits.edit(w.tx, w.actor("owner"), root, "new")
    deletion.delete(w.tx, w.actor("owner"), root)


def _react(w: Watched) -> None:
    root = said(w)
    reactions.add(w.tx, w.actor("owner"), root, "+")
    reactions.remove(w.tx, w.actor("owner"), root, "+")


def _read(w: Watched) -> None:
    said(w)
    place = channel_place(w.tx, w.actor("member"), w.cast.general)
    reads.mark_read(w.tx, w.actor("member"), place, 1)
    notification_preferences.set_preference(w.tx, w.actor("member"), w.cast.general, "muted")
    notification_preferences.preference_of(w.tx, w.actor("member"), w.cast.general)


def _direct(w: Watched) -> None:
    ann, peer = w.actor("member"), w.actor("owner")
    opened = direct_conversations.open_with(w.tx, ann, w.cast.workspace, [peer.user_id])
    root = posting.post_direct(w.tx, ann, opened.id, Draft("psst")).message.id
    threads.reply(w.tx, peer, root, Draft("what"))
    direct_conversations.open_with(w.tx, peer, w.cast.workspace, [ann.user_id])
    direct_conversations.list_conversations(w.tx, peer, w.cast.workspace)
    direct_conversations.hide(w.tx, peer, opened.id)
    direct_conversations.reopen(w.tx, peer, opened.id)
    message_pages.page(w.tx, peer, direct_place(w.tx, peer, opened.id), Window())
    event_log.page(w.tx, ann, w.cast.workspace, "", 200)


def _private(w: Watched) -> None:
    ann, other = w.actor("member"), w.actor("owner")
    made = channels.create(w.tx, ann, w.cast.workspace, ChannelFields("board", kind="private")).channel.id
    channel_members.add(w.tx, ann, made, other.user_id)
    channel_members.list_members(w.tx, ann, made)
    channels.list_channels(w.tx, other, w.cast.workspace)
    channel_members.remove(w.tx, other, made, other.user_id)


def _pins(w: Watched) -> None:
    root = said(w)
    pins.pin(w.tx, w.actor("member"), w.cast.general, root)
    pins.list_pins(w.tx, w.actor("member"), w.cast.general, 100)
    pins.unpin(w.tx, w.actor("member"), w.cast.general, root)


def _topics(w: Watched) -> None:
    member = w.actor("member")
    topic = topics.create(w.tx, member, w.cast.workspace, "Ideas", w.cast.general)
    topics.list_topics(w.tx, member, w.cast.workspace)
    posting.post(w.tx, member, w.cast.general, Draft("one", topic_id=topic.id))
    place = channel_place(w.tx, member, w.cast.general)
    for window in (Window(topic_id=topic.id), Window("around", 1, topic_id=topic.id)):
        message_pages.page(w.tx, member, place, window)


def _followed(w: Watched) -> None:
    root = said(w)
    thread_reads.follow(w.tx, w.actor("owner"), root)
    thread_reads.mark_read(w.tx, w.actor("owner"), root, 1)
    thread_reads.list_followed(w.tx, w.actor("owner"), w.cast.workspace)
    thread_reads.unfollow(w.tx, w.actor("owner"), root)


def _moderation(w: Watched) -> None:
    posting.post(w.tx, w.actor("guest"), w.cast.guest, Draft("hello"))
    moderation.moderate(w.tx, w.actor("owner"), w.cast.workspace, w.actor("guest").user_id, Ruling(blocked=True))
    moderation.roster(w.tx, w.actor("owner"), w.cast.workspace)
    waiting_room.prune(w.tx)


def _search(w: Watched) -> None:
    said(w)
    search_index.changed(w.tx, 1)
    search_index.fill(w.tx, search_index.prepare(w.tx))
    assert not search_index.is_behind(w.tx, search_index.newest(w.tx))
    for sort in ("relevance", "newest"):
        for q in ("hello", "hel* from:owner in:general after:2020-01-01"):
            request = SearchRequest(w.cast.workspace, q, sort=sort)
            assert search.search(w.tx, w.actor("member"), request).hits or "in:" in q


def _purge(w: Watched) -> None:
    root = said(w)
    pins.pin(w.tx, w.actor("member"), w.cast.general, root)
    attachments.attach(w.tx, w.actor("owner"), root, sent(w, "owner").id)
    workspace_n = w.tx.value("SELECT n FROM workspaces WHERE id = ?", w.cast.workspace)
    workspaces.delete(w.tx, w.actor("owner"), w.cast.workspace)
    w.statements.clear()
    while purging.purge_some(w.tx, workspace_n, 10**9):
        pass


def sent(w: Watched, name: str = "member", nonce: str = "") -> Upload:
    """An upload, to be used."""
    new = NewUpload(w.cast.workspace, Stored(new_key(), 5, "0" * 64), "a.png", "image/png", nonce=nonce)
    return uploads.create(w.tx, w.actor(name), new, 10**9)


def _uploads(w: Watched) -> None:
    member = w.actor("member")
    upload = sent(w, nonce="u")
    uploads.by_nonce(w.tx, member, w.cast.workspace, "u")
    uploads.list_own(w.tx, member, w.cast.workspace, upload.id, 50)
    posted = posting.post(w.tx, member, w.cast.general, Draft("", upload_ids=(upload.id,), nonce="p")).message
    posting.post(w.tx, member, w.cast.general, Draft("", upload_ids=(upload.id,), nonce="p"))
    threads.reply(w.tx, member, posted.id, Draft("", upload_ids=(upload.id,)))
    attachments.attach(w.tx, member, posted.id, sent(w).id)
    upload_access.visible(w.tx, w.actor("owner"), upload.id)
    threads.read_thread(w.tx, w.actor("owner"), posted.id, 100, latest=True)
    upload_removal.named_keys(w.tx, [upload.blob_key, new_key()])
    uploads.remove(w.tx, member, upload.id)
    attachments.detach_some(w.tx, upload.n)
    upload_removal._keys_of(w.tx, upload.n)
    upload_removal._drop(w.tx, upload.n)


def _pictures(w: Watched) -> None:
    owner, icon = w.actor("owner"), sent(w, "owner")
    pictures.update_workspace(w.tx, owner, w.cast.workspace, WorkspaceFields(icon_url=icon.url))
    pictures.change_profile(w.tx, owner, ProfileChange(ProfileFields(avatar_url=icon.url)))
    upload_access.visible(w.tx, w.actor("guest"), icon.id)


def _directory(w: Watched) -> None:
    first = members.directory(w.tx, w.actor("member"), w.cast.workspace, DirectoryQuery(limit=2))
    assert first.next_cursor
    members.directory(w.tx, w.actor("member"), w.cast.workspace, DirectoryQuery(limit=2, cursor=first.next_cursor))
    members.directory(w.tx, w.actor("member"), w.cast.workspace, DirectoryQuery(text="bot", rank=3))


def _replay(w: Watched) -> None:
    said(w)
    for name in ("member", "guest"):
        actor, workspace = w.actor(name), w.cast.workspace
        page = event_log.page(w.tx, actor, workspace, "", 200)
        cursor = page.events[0].cursor if page.events else ""
        event_log.page(w.tx, actor, workspace, cursor, 200)
        replay = event_log.start_replay(w.tx, actor, workspace, cursor)
        event_log.replay_page(w.tx, actor, workspace, replay.after or 0, replay.tail)


def _routes(w: Watched) -> None:
    root = said(w)
    route_ids.route_message(w.tx, w.actor("member"), root)
    found = route_ids.resolve(w.tx, w.actor("member"), w.cast.workspace, root)
    route_ids.resolve(w.tx, w.actor("member"), w.cast.workspace_route, found.route_id)


def _credentials(w: Watched) -> None:
    for name in ("member", "bot_read"):
        credentials.holder(w.tx, secret_hash(w.cast.people[name].token))
    credentials.sessions_of(w.tx, w.cast.people["member"].n)
    workspaces.list_workspaces(w.tx, w.actor("member"))


def _sign_in(w: Watched) -> None:
    passwords.find(w.tx, "member@example.org")
    users.update_profile(w.tx, w.cast.people["member"].n, ProfileFields(handle="new"))


def _providers(w: Watched) -> None:
    begun = oauth_transactions.begin(w.tx, "github", "b" * 43)
    assert oauth_transactions.take(w.tx, "github", begun.state, "b" * 43)
    person = person_of(w.tx, ProviderAccount("github", "1", "stray@example.org", "New", "https://a.b/c"))
    person_of(w.tx, ProviderAccount("github", "1", "newer@example.org", "New"))
    grant = desktop_grants.create(w.tx, person.n, Desktop(challenge_of("v"), 1))
    assert desktop_grants.consume(w.tx, grant, "v") == person.n


def _invitations(w: Watched) -> None:
    owner = w.actor("owner")
    new = NewInvitation(email="stray@example.org")
    made, token = invitations.create(w.tx, owner, w.cast.workspace, new)
    invitations.list_invitations(w.tx, owner, w.cast.workspace)
    invitations.mail_token(w.tx, made.id)
    assert invitations.any_for(w.tx, "stray@example.org")
    invitations.accept(w.tx, w.actor("stray"), token)
    invitations.revoke(w.tx, owner, made.id)


def _prune(w: Watched) -> None:
    oauth_transactions.prune(w.tx)
    desktop_grants.prune(w.tx)
    magic_links.prune(w.tx)
    credentials.prune(w.tx)


HOT: list[Callable[[Watched], None]] = [
    *(_post, _post_quoting, _post_again, _reply, _thread, _page, _channel_list, _by_nonce, _edit_and_delete),
    *(_react, _read, _directory, _replay, _routes, _credentials, _sign_in, _direct, _private, _pins, _topics),
    *(_followed, _moderation, _purge, _prune, _search, _uploads, _pictures, _providers, _invitations),
]


@pytest.mark.parametrize("act", HOT, ids=lambda act: act.__name__.strip("_"))
def test_no_statement_scans_a_table(watched: Watched, act: Callable[[Watched], None]) -> None:
    act(watched)
    assert watched.plans()
    assert watched.scans() == []


@pytest.mark.parametrize(
    "act", [_page, _channel_list, _thread, _replay, _prune], ids=lambda act: act.__name__.strip("_")
)
def test_what_is_read_in_order_is_not_sorted_first(watched: Watched, act: Callable[[Watched], None]) -> None:
    act(watched)
    sorted_first = [sql for sql, line in watched.plans() if "TEMP B-TREE" in line and "FROM reactions" not in sql]
    assert sorted_first == []


def test_mentions_are_looked_up_by_handle_not_by_membership(watched: Watched) -> None:
    _post(watched)
    lines = [line for sql, line in watched.plans() if "u.handle = h.value" in sql]
    assert any("users_by_handle" in line for line in lines), lines


def test_a_scan_would_be_seen(watched: Watched) -> None:
    watched.tx.all("SELECT m.n FROM messages m WHERE m.body = ?", "x")
    watched.tx.all("SELECT n FROM events WHERE type = ?", "x")
    assert len(watched.scans()) == 2
