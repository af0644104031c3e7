"""`admin fakeco seed`: a made-up company to look around in (contract chat 7.2)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clickclack.chat import channel_members, channels, pins, posting, reactions, threads
from clickclack.chat.channels import ChannelFields
from clickclack.chat.drafts import Draft
from clickclack.cli import lookups
from clickclack.cli.commands import AdminCommand, Asked, Said
from clickclack.cli.fakeco import BOT, CHANNELS, PEOPLE, PLAY, Line
from clickclack.cli.flags import FlagError
from clickclack.identity import bots, identities, members, users, workspaces
from clickclack.identity.actors import Actor
from clickclack.identity.bot_tokens import TokenWish
from clickclack.identity.bots import NewBot
from clickclack.identity.permissions import MEMBER, MODERATOR, OWNER
from clickclack.identity.users import ProfileFields, User
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.errors import Conflict
from clickclack.kernel.transaction import Tx

ENVIRONMENT = "fakeco"
"""The only environment that takes the data: nobody gets it by a mistyped command."""
SLUG = "fakeco"
ROLES = {OWNER: "owner", MODERATOR: "moderator", MEMBER: "member"}
SCOPES = "bot:write,agent_activity:write"


def _seed(tx: Tx, asked: Asked) -> Said:
    if asked.text("environment") != ENVIRONMENT:
        raise FlagError(f"-environment must be {ENVIRONMENT}")
    if workspaces.by_slug(tx, SLUG) is not None:
        raise Conflict(f"the workspace {SLUG} exists already")
    first = users.oldest(tx)
    if first is None:
        raise Conflict("nobody has set this server up yet: serve and open it, or run admin bootstrap")
    workspace = workspaces.found(tx, "FakeCo", SLUG)
    cast = {who: _person(tx, workspace, who) for who in PEOPLE}
    members.join(tx, workspace, first.n, MEMBER)
    actors = {who: lookups.acting(user) for who, user in cast.items()}
    bot, actors[BOT] = _bot(tx, workspace, actors["mara"])
    places = {name: _channel(tx, workspace, actors["mara"], name, cast) for name in CHANNELS}
    said = sum(_say(tx, actors, places[line.channel], line) for line in PLAY)
    manifest: dict[str, Any] = {
        "environment": ENVIRONMENT,
        "workspace": {"id": workspace.id, "slug": workspace.slug, "name": workspace.name},
        "users": [
            {"id": user.id, "handle": user.handle, "display_name": user.display_name, "role": ROLES[PEOPLE[who][1]]}
            for who, user in cast.items()
        ],
        "bots": [{"id": bot.id, "handle": bot.handle, "display_name": bot.display_name}],
        "channels": [{"id": places[name], "name": name, "kind": kind} for name, (kind, _) in CHANNELS.items()],
        "messages": said,
    }
    return Said(json.dumps(manifest, indent=2), f"sign in as one of them with a link: {_hint()}")


def _hint() -> str:
    return f"clickclack admin magic-link create --email {_address('mara')}"


def _address(who: str) -> str:
    return f"{who}@fakeco.example"


def _person(tx: Tx, workspace: Workspace, who: str) -> User:
    name, role = PEOPLE[who]
    known = identities.users_by_email(tx, _address(who))  # of a FakeCo that was deleted
    user = known[0] if known else identities.create_person(tx, name, _address(who))
    members.join(tx, workspace, user.n, role)
    return user


def _bot(tx: Tx, workspace: Workspace, maker: Actor) -> tuple[User, Actor]:
    """The bot, and the bot as who calls with its token, which nobody is told."""
    profile = ProfileFields("Scout", users.free_handle_like(tx, BOT))
    bot, issued = bots.create(tx, maker, workspace, NewBot(profile, None, TokenWish("", [SCOPES])))
    token = issued.token
    actor = replace(
        lookups.acting(bot), credential_n=token.credential.n, workspace_n=workspace.n, workspace_id=workspace.id
    )
    return bot, actor


def _channel(tx: Tx, workspace: Workspace, maker: Actor, name: str, cast: Mapping[str, User]) -> str:
    kind, others = CHANNELS[name]
    channel = channels.create(tx, maker, workspace.id, ChannelFields(name=name, kind=kind)).channel
    for who in others:
        channel_members.add(tx, maker, channel.id, cast[who].id)
    return channel.id


def _say(tx: Tx, actors: Mapping[str, Actor], channel_id: str, line: Line) -> int:
    """Posts the line with all that belongs to it, and counts the messages."""
    turn = "seed" if line.kind != "message" else ""
    draft = Draft(line.text, kind=line.kind, turn_id=turn)
    message = posting.post(tx, actors[line.who], channel_id, draft).message
    for who, text in line.replies:
        threads.reply(tx, actors[who], message.id, Draft(text))
    for who, emoji in line.reactions:
        reactions.add(tx, actors[who], message.id, emoji)
    if line.pinned:
        pins.pin(tx, actors[line.who], channel_id, message.id)
    return 1 + len(line.replies)


COMMANDS: dict[str, AdminCommand] = {
    "fakeco seed": AdminCommand(
        "Makes a workspace of a made-up company, with people, channels and messages, and prints it as JSON.",
        _seed,
        {"environment": f"must be {ENVIRONMENT}, so that nobody makes it by mistake"},
    ),
}
