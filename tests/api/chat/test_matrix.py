"""Every route and every kind of caller: what each of them is answered (design section 6, contract chat 10)."""

from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from tests.answers import ENDPOINTS, endpoint_of
from tests.client import Client
from tests.conftest import Serve, Server

CALLERS = (
    *("anonymous", "stray", "outsider", "bot_foreign", "guest", "bot_read", "bot_write", "bot_admin"),
    *("member", "browser", "moderator", "admin", "owner"),
)

# The callers in this order, then the dev fallback, which is the owner: `browser` is a member with a cookie.
# fmt: off
TABLE = """
#no str out for gue b-r b-w b-a mem bro mod adm own dev
200 200 200 200 200 200 200 200 200 200 200 200 200 200  GET /api/config
409 409 409 409 409 409 409 409 409 409 409 409 409 409  POST /api/setup {setup}
501 501 501 501 501 501 501 501 501 501 501 501 501 201  POST /api/auth/magic/request {"email":"a@b.org"}
400 400 400 400 400 400 400 400 400 400 400 400 400 400  POST /api/auth/magic/consume {"token":"mgt_0"}
501 501 501 501 501 501 501 501 501 501 501 501 501 501  GET /api/auth/github/start
501 501 501 501 501 501 501 501 501 501 501 501 501 501  GET /api/auth/github/desktop/start
501 501 501 501 501 501 501 501 501 501 501 501 501 501  GET /api/auth/github/callback
400 400 400 400 400 400 400 400 400 400 400 400 400 400  POST /api/auth/github/desktop/consume {}
501 501 501 501 501 501 501 501 501 501 501 501 501 501  GET /api/auth/openclaw/start
501 501 501 501 501 501 501 501 501 501 501 501 501 501  GET /api/auth/openclaw/callback
401 401 401 401 401 401 401 401 401 401 401 401 401 401  POST /api/auth/password/login {login}
200 200 200 403 200 403 403 403 200 200 200 200 200 200  POST /api/auth/logout
401 200 200 200 200 200 200 200 200 200 200 200 200 200  GET /api/me
401 200 200 403 200 403 403 403 200 200 200 200 200 200  PATCH /api/me {}
401 200 200 403 200 403 403 403 200 200 200 200 200 200  PUT /api/me/password {"new_password":"long enough"}
401 200 200 403 200 403 403 403 200 200 200 200 200 200  GET /api/me/bots
401 200 200 403 200 403 403 403 200 200 200 200 200 200  GET /api/me/sessions
401 200 200 403 200 403 403 403 200 200 200 200 200 200  DELETE /api/me/sessions
401 404 404 403 404 403 403 403 404 404 404 404 404 404  DELETE /api/me/sessions/ses_0
401 200 200 200 200 200 200 200 200 200 200 200 200 200  GET /api/workspaces
401 201 201 403 403 403 403 403 201 201 201 201 201 201  POST /api/workspaces {"name":"By {caller}"}
401 404 404 403 200 200 200 200 200 200 200 200 200 200  GET /api/workspaces/{workspace}
401 404 404 403 403 403 403 403 403 403 200 200 200 200  PATCH /api/workspaces/{workspace} {"name":"New"}
401 404 404 403 200 200 200 200 200 200 200 200 200 200  GET /api/workspaces/{workspace}/members
401 404 404 403 200 403 403 403 200 200 200 200 200 200  GET /api/workspaces/{workspace}/bots
401 404 404 403 403 403 403 403 403 403 201 201 201 201  POST /api/workspaces/{workspace}/bots {named}
401 404 404 403 403 403 403 403 201 403 403 403 403 403  POST /api/workspaces/{workspace}/bots {of_member}
401 404 404 403 403 403 403 403 403 403 204 204 204 204  DELETE /api/workspaces/{workspace}/bots/{spare}/membership
401 404 404 403 403 403 403 403 403 403 204 204 204 204  DELETE /api/workspaces/{workspace}/bots/{pet}/membership
401 404 404 403 200 403 403 403 200 200 200 200 200 200  GET /api/workspaces/{workspace}/bots/{pet}/tokens
401 404 404 403 403 403 403 403 403 403 201 201 201 201  POST /api/workspaces/{workspace}/bots/{spare}/tokens {}
401 404 404 403 403 403 403 403 201 403 403 403 403 403  POST /api/workspaces/{workspace}/bots/{pet}/tokens {}
401 404 404 403 403 403 403 403 403 403 201 201 201 201  POST /api/workspaces/{workspace}/bots/{spare}/setup-codes {}
401 404 404 403 403 403 403 403 201 403 403 403 403 403  POST /api/workspaces/{workspace}/bots/{pet}/setup-codes {}
404 404 404 404 404 404 404 404 404 404 404 404 404 404  POST /api/bot-setup-codes/claim {"code":"ABCD-EFGH-JKMN"}
401 404 404 403 403 403 403 403 403 403 200 200 200 200  DELETE /api/bots/{spare}
401 404 404 403 403 403 403 403 200 403 403 403 403 403  DELETE /api/bots/{pet}
401 404 404 403 200 403 403 403 200 200 200 200 200 200  GET /api/bots/{spare}/tokens
401 404 404 403 403 403 403 403 403 403 201 201 201 201  POST /api/bots/{spare}/tokens {}
401 404 404 403 403 403 403 403 201 403 403 403 403 403  POST /api/bots/{pet}/tokens {}
401 404 404 403 403 403 403 403 403 403 200 200 200 200  POST /api/bot-tokens/{spare_token}/revoke
401 404 404 403 403 403 403 403 200 403 403 403 403 403  POST /api/bot-tokens/{pet_token}/revoke
401 403 403 200 403 403 200 200 403 403 403 403 403 403  PUT /api/bots/self/commands {"commands":[]}
401 404 404 403 200 200 200 200 200 200 200 200 200 200  GET /api/workspaces/{workspace}/bot-commands
401 404 404 403 403 403 403 403 403 403 200 200 200 200  GET /api/workspaces/{workspace}/invitations
401 404 404 403 403 403 403 403 403 403 201 201 201 201  POST /api/workspaces/{workspace}/invitations {}
401 404 404 403 403 403 403 403 403 403 403 403 201 201  POST /api/workspaces/{workspace}/invitations {promoting}
401 404 404 403 403 403 403 403 403 403 204 204 204 204  DELETE /api/invitations/{invitation}
404 404 404 404 404 404 404 404 404 404 404 404 404 404  POST /api/invitations/preview {"token":"tok_0"}
404 404 404 403 404 403 403 403 404 404 404 404 404 404  POST /api/invitations/accept {"token":"tok_0"}
401 404 404 403 403 403 403 403 403 403 200 200 200 200  GET /api/workspaces/{workspace}/moderation/members
401 404 404 403 403 403 403 403 403 403 200 200 200 200  PATCH /api/workspaces/{workspace}/moderation/members/{new} {}
401 404 404 403 200 200 200 200 200 200 200 200 200 200  GET /api/workspaces/{workspace}/channels
401 404 404 403 403 403 403 201 201 201 201 201 201 201  POST /api/workspaces/{workspace}/channels {"name":"{caller}"}
401 404 404 404 404 403 403 200 403 403 200 200 200 200  PATCH /api/channels/{general} {}
401 404 404 404 403 403 403 200 403 403 200 200 200 200  PATCH /api/channels/{guests} {}
401 404 404 404 404 404 404 404 200 404 404 404 404 404  GET /api/channels/{private}/members
401 404 404 404 404 403 403 404 201 200 404 404 404 404  POST /api/channels/{private}/members {heirs}
401 404 404 404 404 403 403 404 403 404 404 404 404 404  DELETE /api/channels/{private}/members/{new}
401 404 404 404 404 200 200 200 200 200 200 200 200 200  GET /api/channels/{general}/notification-settings
401 404 404 404 404 403 200 200 200 200 200 200 200 200  PATCH /api/channels/{general}/notification-settings {muted}
401 404 404 403 200 200 200 200 200 200 200 200 200 200  GET /api/workspaces/{workspace}/topics
401 404 404 403 403 403 403 201 201 201 201 201 201 201  POST /api/workspaces/{workspace}/topics {"name":"Ideas"}
401 404 404 404 404 200 200 200 200 200 200 200 200 200  GET /api/channels/{general}/pins
401 404 404 404 404 403 201 201 201 201 201 201 201 201  POST /api/channels/{general}/pins {"message_id":"{message}"}
401 404 404 404 404 403 404 404 404 404 404 404 404 404  DELETE /api/channels/{general}/pins/{message}
401 404 404 404 404 404 404 404 200 404 404 404 404 404  GET /api/channels/{private}/messages
401 404 404 404 404 403 404 404 201 404 404 404 404 404  POST /api/channels/{private}/messages {"body":"hi"}
401 404 404 404 404 403 201 201 201 201 201 201 201 201  POST /api/hooks/slash/{general}?command=/me&text=hi
401 404 404 403 403 403 403 403 200 200 200 200 200 200  GET /api/workspaces/{workspace}/app-installations
401 404 404 403 403 403 403 403 403 403 201 201 201 201  POST /api/workspaces/{workspace}/app-installations {install}
401 404 404 403 403 403 403 403 200 200 200 200 200 200  GET /api/workspaces/{workspace}/slash-commands
401 404 404 403 403 403 403 403 403 403 201 201 201 201  POST /api/workspaces/{workspace}/slash-commands {register}
401 404 404 403 403 403 403 403 403 403 200 200 200 200  POST /api/slash-commands/{command}/rotate-secret
401 404 404 403 403 403 403 403 403 403 200 200 200 200  POST /api/slash-commands/{command}/revoke
401 404 404 403 403 403 403 403 200 200 200 200 200 200  GET /api/workspaces/{workspace}/event-subscriptions
401 404 404 403 403 403 403 403 403 403 201 201 201 201  POST /api/workspaces/{workspace}/event-subscriptions {events}
401 404 404 403 403 403 403 403 403 403 200 200 200 200  POST /api/event-subscriptions/{subscription}/rotate-secret
401 404 404 403 403 403 403 403 200 200 200 200 200 200  GET /api/event-subscriptions/{subscription}/deliveries
401 404 404 403 403 403 403 403 200 200 200 200 200 200  GET /api/event-subscriptions/{subscription}/dead-letters
401 404 404 403 403 403 403 403 403 403 202 202 202 202  POST /api/event-subscriptions/{subscription}/redeliver {failed}
401 404 404 403 403 403 403 403 403 403 200 200 200 200  POST /api/event-subscriptions/{subscription}/revoke
401 404 404 403 403 403 403 403 200 200 200 200 200 200  GET /api/workspaces/{workspace}/callback-allow-list
401 404 404 403 403 403 403 403 403 403 200 200 200 200  PUT /api/workspaces/{workspace}/callback-allow-list {hosts}
401 404 404 403 403 403 403 403 200 200 200 200 200 200  GET /api/workspaces/{workspace}/connected-accounts
401 404 404 403 403 403 403 403 403 403 201 201 201 201  POST /api/workspaces/{workspace}/connected-accounts {connect}
401 404 404 403 403 403 403 403 200 403 200 200 200 200  POST /api/connected-accounts/{account}/revoke
401 404 404 403 403 403 403 403 403 403 200 200 200 200  POST /api/app-installations/{installation}/revoke {}
401 404 404 403 403 403 403 403 200 200 200 200 200 200  GET /api/workspaces/{workspace}/audit-log
401 404 404 403 200 200 200 200 200 200 200 200 200 200  GET /api/search?workspace_id={workspace}&q=hi
401 404 404 404 404 403 201 201 201 201 201 201 201 201  POST /api/hooks/mattermost/{general} {"text":"hi"}
401 404 404 404 404 200 200 200 200 200 200 200 200 200  GET /api/channels/{general}/messages
401 404 404 404 200 200 200 200 200 200 200 200 200 200  GET /api/channels/{guests}/messages
401 404 404 404 404 403 201 201 201 201 201 201 201 201  POST /api/channels/{general}/messages {"body":"hi"}
401 404 404 404 201 403 201 201 201 201 201 201 201 201  POST /api/channels/{guests}/messages {"body":"hi"}
401 404 404 404 404 200 200 200 200 200 200 200 200 200  POST /api/channels/{general}/read {"seq":1}
401 404 404 404 200 200 200 200 200 200 200 200 200 200  POST /api/channels/{guests}/read {"seq":1}
401 404 404 403 404 403 404 404 200 404 404 404 404 404  GET /api/messages/by-nonce?workspace_id={workspace}&nonce=own
401 404 404 404 404 200 200 200 200 200 200 200 200 200  GET /api/messages/{message}
401 404 404 404 200 200 200 200 200 200 200 200 200 200  GET /api/messages/{in_guests}
401 404 404 404 404 403 400 400 200 400 400 400 400 400  PATCH /api/messages/{message} {"body":"new"}
401 404 404 404 400 403 400 400 200 400 400 400 400 400  PATCH /api/messages/{in_guests} {"body":"new"}
401 404 404 404 404 403 403 403 200 403 403 403 200 200  DELETE /api/messages/{message}
401 404 404 404 403 403 403 403 200 403 403 403 200 200  DELETE /api/messages/{in_guests}
401 404 404 404 404 200 200 200 200 200 200 200 200 200  GET /api/messages/{message}/edits
401 404 404 404 404 200 200 200 200 200 200 200 200 200  POST /api/messages/{message}/route
401 404 404 404 200 200 200 200 200 200 200 200 200 200  POST /api/messages/{in_guests}/route
401 404 404 404 404 200 200 200 200 200 200 200 200 200  GET /api/messages/{message}/thread
401 404 404 404 200 200 200 200 200 200 200 200 200 200  GET /api/messages/{in_guests}/thread
401 404 404 403 200 200 200 200 200 200 200 200 200 200  GET /api/workspaces/{workspace}/threads
401 404 404 404 404 200 200 200 200 200 200 200 200 200  POST /api/messages/{message}/thread/follow
401 404 404 404 404 200 200 200 200 200 200 200 200 200  DELETE /api/messages/{message}/thread/follow
401 404 404 404 404 200 200 200 200 200 200 200 200 200  POST /api/messages/{message}/thread/read {"seq":1}
401 404 404 404 404 403 201 201 201 201 201 201 201 201  POST /api/messages/{message}/thread/replies {"body":"y"}
401 404 404 404 201 403 201 201 201 201 201 201 201 201  POST /api/messages/{in_guests}/thread/replies {"body":"y"}
401 404 404 404 404 403 201 201 201 201 201 201 201 201  POST /api/messages/{message}/reactions {"emoji":"+"}
401 404 404 404 201 403 201 201 201 201 201 201 201 201  POST /api/messages/{in_guests}/reactions {"emoji":"+"}
401 404 404 404 404 403 200 200 200 200 200 200 200 200  DELETE /api/messages/{message}/reactions/x
401 404 404 403 200 200 200 200 200 200 200 200 200 200  GET /api/dms?workspace_id={workspace}
401 404 404 403 403 403 201 201 201 400 201 201 201 201  POST /api/dms {to_heir}
401 404 404 404 404 404 404 404 200 404 404 404 200 200  GET /api/dms/{dm}
401 404 404 403 404 403 403 403 200 404 404 404 200 200  DELETE /api/dms/{dm}
401 404 404 403 404 403 403 403 200 404 404 404 200 200  POST /api/dms/{dm}/open
401 404 404 404 404 404 404 404 200 404 404 404 200 200  GET /api/dms/{dm}/messages
401 404 404 404 404 403 404 404 201 404 404 404 201 201  POST /api/dms/{dm}/messages {"body":"hi"}
401 404 404 404 404 404 404 404 200 404 404 404 200 200  POST /api/dms/{dm}/read {"seq":1}
401 404 404 404 404 404 404 404 200 404 404 404 200 200  GET /api/messages/{in_dm}
401 404 404 404 404 403 404 404 200 404 404 404 403 403  DELETE /api/messages/{in_dm}
401 404 404 404 404 403 404 404 201 404 404 404 201 201  POST /api/messages/{in_dm}/thread/replies {"body":"y"}
401 404 404 403 404 404 404 404 200 404 404 404 200 200  GET /api/routes/{workspace}/{dm}
401 404 404 403 400 403 400 400 400 400 400 400 400 400  POST /api/uploads?workspace_id={workspace}
401 404 404 403 404 403 404 404 404 404 404 404 404 404  GET /api/uploads/by-nonce?workspace_id={workspace}&nonce=none
401 404 404 403 200 403 200 200 200 200 200 200 200 200  GET /api/uploads?workspace_id={workspace}
401 404 404 404 404 404 404 404 200 404 404 404 404 404  GET /api/uploads/{unused}
401 404 404 404 404 200 200 200 200 200 200 200 200 200  GET /api/uploads/{shared}
401 404 404 404 404 404 404 404 200 404 404 404 200 200  GET /api/uploads/{whispered}
401 404 404 404 404 403 404 404 204 404 404 404 404 404  DELETE /api/uploads/{unused}
401 404 404 404 404 403 403 403 200 403 403 403 403 403  POST /api/messages/{message}/attachments {own_file}
401 404 404 404 403 403 403 403 200 403 403 403 403 403  POST /api/messages/{in_guests}/attachments {own_file}
401 200 200 200 200 200 200 200 200 200 200 200 200 200  GET /api/event-types
401 404 404 403 200 200 200 200 200 200 200 200 200 200  GET /api/realtime/events?workspace_id={workspace}
401 404 404 403 202 403 202 202 202 202 202 202 202 202  POST /api/realtime/ephemeral {presence}
401 404 404 403 404 403 202 202 202 202 202 202 202 202  POST /api/realtime/ephemeral {typing}
401 403 403 403 403 403 202 202 403 403 403 403 403 403  POST /api/realtime/ephemeral {progress}
401 404 404 403 101 101 101 101 101 101 101 101 101 101  GET /api/realtime/ws?workspace_id={workspace}
401 404 404 403 404 200 200 200 200 200 200 200 200 200  GET /api/routes/{workspace_route}/{general_route}
401 404 404 403 200 200 200 200 200 200 200 200 200 200  GET /api/routes/{workspace}/{in_guests}
401 404 404 403 403 403 403 403 403 403 403 403 200 200  POST /api/workspaces/{workspace}/transfer-ownership {heirs}
401 404 404 403 403 403 403 403 403 403 403 403 204 403  DELETE /api/workspaces/{workspace}
"""
# fmt: on


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what is asked, and the statuses in the order of the callers, the dev fallback last."""

    method: str
    target: str
    body: str
    statuses: tuple[int, ...] = field(repr=False)

    @property
    def name(self) -> str:
        return f"{self.method} {self.target} {self.body}".strip()


def row_of(line: str) -> Row:
    numbers, _, request = line.partition("  ")
    method, target, body = f"{request} ".split(" ", 2)
    return Row(method, target, body.strip(), tuple(int(number) for number in numbers.split()))


ROWS = [row_of(line) for line in TABLE.strip().splitlines() if not line.startswith("#")]

BODIES = {
    "{promoting}": '{"role":"moderator"}',
    "{heirs}": '{"user_id":"{heir}"}',
    "{install}": '{"app_slug":"ci","bot_user_id":"{bot}"}',
    "{register}": '{"command":"/{caller}","callback_url":"https://a.example/","bot_user_id":"{bot}"}',
    "{events}": '{"event_types":["pin.added"],"callback_url":"https://a.example/"}',
    "{hosts}": '{"entries":[]}',
    "{failed}": '{"failed_since":"2026-01-01T00:00:00Z"}',
    "{connect}": '{"user_id":"{heir}","provider":"a","provider_account_id":"{caller}"}',
    "{setup}": '{"display_name":"A","email":"a@b.org","password":"long enough"}',
    "{login}": '{"email":"{caller}@example.org","password":"wrong password"}',
    "{to_heir}": '{"workspace_id":"{workspace}","member_ids":["{heir}"]}',
    "{muted}": '{"preference":"muted"}',
    "{named}": '{"display_name":"By {caller}"}',
    "{of_member}": '{"display_name":"Pet","owner_user_id":"{member}"}',
    "{own_file}": '{"upload_id":"{unused}"}',
    "{presence}": '{"workspace_id":"{workspace}","type":"presence.changed"}',
    "{typing}": '{"workspace_id":"{workspace}","type":"typing.started","channel_id":"{general}"}',
    "{progress}": '{"workspace_id":"{workspace}","type":"agent.progress","channel_id":"{general}"}',
}


def client_of(server: Server, caller: str) -> Client:
    if caller == "anonymous":
        return server.anonymous
    token = server.cast.people[caller].token
    return server.browsing(token) if caller == "browser" else server.bearing(token)


async def names_of(server: Server) -> dict[str, str]:
    """What the words in braces stand for, but `caller` and the messages."""
    cast = server.cast
    channels = (await server.admin.get(f"/api/workspaces/{cast.workspace}/channels"))["channels"]
    return {
        "workspace": cast.workspace,
        "workspace_route": cast.workspace_route,
        "general": cast.general,
        "general_route": next(c["route_id"] for c in channels if c["id"] == cast.general),
        "guests": cast.guest,
        "heir": cast.people["browser"].id,
        "member": cast.people["member"].id,
        "new": cast.people["guest"].id,
        "private": await private_channel(server),
        "dm": await conversation(server),
        "invitation": await invitation(server),
        "bot": cast.people["bot_write"].id,
        **await integrations(server),
    }


async def integrations(server: Server) -> dict[str, str]:
    """One of each kind, made by `admin`; the account is that of `member`."""
    cast, path = server.cast, f"/api/workspaces/{server.cast.workspace}"
    bot, member = cast.people["bot_write"].id, cast.people["member"].id
    wanted: dict[str, dict[str, Any]] = {
        "app-installations": {"app_slug": "a", "bot_user_id": bot},
        "slash-commands": {"command": "/a", "callback_url": "https://a.example/", "bot_user_id": bot},
        "event-subscriptions": {"event_types": ["pin.added"], "callback_url": "https://a.example/"},
        "connected-accounts": {"user_id": member, "provider": "a", "provider_account_id": "1"},
    }
    found: dict[str, str] = {}
    for name, body in wanted.items():
        ((kind, made),) = (await server.admin.post(f"{path}/{name}", body)).items()
        found[kind.rpartition("_")[2]] = made["id"]
    return found


async def invitation(server: Server) -> str:
    """An invitation into the workspace."""
    made = await server.admin.post(f"/api/workspaces/{server.cast.workspace}/invitations", {})
    identifier: str = made["invitation"]["id"]
    return identifier


async def private_channel(server: Server) -> str:
    """A channel with `member` alone in it."""
    body = {"name": "secret", "kind": "private"}
    made = await server.member.post(f"/api/workspaces/{server.cast.workspace}/channels", body)
    identifier: str = made["channel"]["id"]
    return identifier


async def conversation(server: Server) -> str:
    """The direct conversation of `member` and `owner`."""
    body = {"workspace_id": server.cast.workspace, "member_ids": [server.cast.people["owner"].id]}
    identifier: str = (await server.member.post("/api/dms", body))["conversation"]["id"]
    return identifier


async def messages_of(server: Server) -> dict[str, str]:
    """New messages by `member`."""
    member = server.member
    message, in_guests = await member.say(server.cast.general), await member.say(server.cast.guest)
    answer = await member.post(f"/api/dms/{await conversation(server)}/messages", {"body": "psst"})
    return {"message": message["id"], "in_guests": in_guests["id"], "in_dm": answer["message"]["id"]}


async def uploads_of(server: Server) -> dict[str, str]:
    """New uploads of `member`: one that is used for nothing, and one in a message each."""
    places = {
        "shared": f"/api/channels/{server.cast.general}/messages",
        "whispered": f"/api/dms/{await conversation(server)}/messages",
    }
    found = {"unused": (await server.member.upload(server.cast.workspace))["id"]}
    for name, path in places.items():
        found[name] = (await server.member.upload(server.cast.workspace))["id"]
        await server.member.post(path, {"upload_ids": [found[name]]})
    return found


async def bots_of(server: Server) -> dict[str, str]:
    """A new bot of the workspace and a new one of `member`, each with a token."""
    path, own = f"/api/workspaces/{server.cast.workspace}/bots", {"owner_user_id": server.cast.people["member"].id}
    spare = await server.admin.post(path, {"display_name": "Spare"})
    pet = await server.member.post(path, {"display_name": "Pet", **own})
    tokens = {"spare_token": spare["bot_token"]["id"], "pet_token": pet["bot_token"]["id"]}
    return {"spare": spare["bot"]["id"], "pet": pet["bot"]["id"], **tokens}


def filled(text: str, names: dict[str, str]) -> str:
    text = BODIES.get(text, text)
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text


async def status_of(client: Client, row: Row, names: dict[str, str]) -> int:
    target = filled(row.target, names)
    if target.startswith("/api/realtime/ws"):
        return await client.refused(target.partition("?")[2])
    body: Any = orjson.loads(filled(row.body, names)) if row.body else None
    return (await client.call(row.method, target, body)).status


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_every_kind_of_caller_is_answered_as_the_table_says(server: Server, row: Row) -> None:
    await server.member.say(server.cast.general, nonce="own")
    names, found = await names_of(server), dict[str, int]()
    for caller in CALLERS:
        names["caller"] = caller
        if any(name in f"{row.target} {row.body}" for name in ("{message}", "{in_guests}", "{in_dm}")):
            names |= await messages_of(server)
        if any(name in f"{row.target} {row.body}" for name in ("{unused}", "{shared}", "{whispered}", "{own_file}")):
            names |= await uploads_of(server)
        if any(name in row.target for name in ("{spare", "{pet")):
            names |= await bots_of(server)
        server.clock.advance(10)  # setup codes are tried 10 times a minute at most
        found[caller] = await status_of(client_of(server, caller), row, names)
    assert found == dict(zip(CALLERS, row.statuses, strict=False))


async def test_the_dev_fallback_is_answered_as_the_table_says(serve: Serve) -> None:
    server = await serve(dev_bootstrap=True)
    names, found = await names_of(server) | {"caller": "fallback"}, dict[str, int]()
    for row in ROWS:
        names |= await messages_of(server) | await uploads_of(server) | await bots_of(server)
        found[row.name] = await status_of(server.anonymous, row, names)
    assert found == {row.name: row.statuses[-1] for row in ROWS}


def test_the_table_is_complete() -> None:
    assert {row.name for row in ROWS if len(row.statuses) != len(CALLERS) + 1} == set()
    covered = [endpoint_of(row.method, row.target.partition("?")[0]) for row in ROWS]
    assert [endpoint.name for endpoint in ENDPOINTS if endpoint not in covered] == []
