"""`admin` commands about bots (contract chat 7.2)."""

import json

from clickclack.api.chat import render, render_bots
from clickclack.cli import lookups
from clickclack.cli.admin_people import PERSON, WORKSPACE
from clickclack.cli.commands import AdminCommand, Asked, Said
from clickclack.identity import bots
from clickclack.identity.bot_tokens import TokenWish
from clickclack.identity.bots import NewBot
from clickclack.identity.users import ProfileFields
from clickclack.kernel.transaction import Tx


def _create_bot(tx: Tx, asked: Asked) -> Said:
    asked.require("workspace", "created-by", "name")
    workspace = lookups.workspace(tx, asked)
    owner = lookups.person(tx, asked.text("owner")) if asked.text("owner") else None
    profile = ProfileFields(asked.text("name"), asked.text("handle") or None, asked.text("avatar-url"))
    new = NewBot(profile, owner, TokenWish(asked.text("token-name"), [asked.text("scopes")]))
    bot, token = bots.create(tx, lookups.creator(tx, asked), workspace, new)
    if asked.flag("plain"):
        return Said(token.secret)
    made = {"bot": render.user(bot), "bot_token": render_bots.bot_token(token.token), "token": token.secret}
    return Said(json.dumps(made))


COMMANDS: dict[str, AdminCommand] = {
    "bot create": AdminCommand(
        "Makes a bot with a token, and prints both as JSON.",
        _create_bot,
        {
            "workspace": WORKSPACE,
            "created-by": f"who makes it: {PERSON}",
            "name": "the bot's name",
            "owner": f"whom it belongs to: {PERSON}; without this flag it belongs to the workspace",
            "handle": "the bot's handle; without this flag one is made of the name",
            "avatar-url": "the address of the bot's picture",
            "token-name": "what the token is called (default)",
            "scopes": "what the token allows, divided by commas (bot:write)",
        },
        {"plain": "prints the token alone"},
    ),
}
