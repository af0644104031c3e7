"""`login`, `logout`, `whoami`, `status` (contract chat 7.3)."""

import contextlib
import getpass
import sys
from dataclasses import replace

from clickclack.cli import stored_caller
from clickclack.cli.caller_commands import Caller, CallerCommand, Said, line
from clickclack.cli.flags import FlagError
from clickclack.cli.places import NoPlace, channel_of, workspace_of
from clickclack.cli.stored_caller import StoredCaller
from clickclack.client import Client, ClientError


async def _login(client: Client, caller: Caller) -> Said:
    token = caller.text("magic-token").strip() or _asked(caller)
    stores = caller.text("store", "true") == "true" and not caller.flag("no-store")
    if stores:
        stored_caller.require_writable()  # before the link, which is good once, is used
    async with Client(caller.server) as anonymous:
        signed = await anonymous.sign_in(token)
    if stores:
        here = StoredCaller(caller.server, signed["token"], caller.workspace, caller.channel)
        stored_caller.save(here)
    name = line(signed["user"]["display_name"])
    return Said(signed, signed["token"], f"logged in as {name}")


def _asked(caller: Caller) -> str:
    """The token from the keyboard, unseen; FlagError where nobody can be asked or nothing is given."""
    given = ""
    if sys.stdin.isatty() and not caller.flag("no-input"):
        with contextlib.suppress(EOFError):  # who ends the input gives none
            given = getpass.getpass("token of the sign-in link: ").strip()
    if not given:
        raise FlagError("-magic-token is required")
    return given


async def _logout(client: Client, caller: Caller) -> Said:
    """Ends the session that is stored, at its server as far as that answers, and forgets it."""
    stored = caller.stored
    if stored.token:
        with contextlib.suppress(ClientError):  # forgetting must not depend on a server
            async with Client(stored.server or caller.server, token=stored.token) as signed_in:
                await signed_in.sign_out()
        stored_caller.save(replace(stored, token=""))
    return Said({"logged_out": True}, "logged_out", "logged out")


async def _whoami(client: Client, caller: Caller) -> Said:
    user = await client.me()
    return Said({"user": user}, user["id"], line(user["id"], user["display_name"]))


async def _status(client: Client, caller: Caller) -> Said:
    """Says where the caller is; a workspace or channel that is not there is left open unless it was asked for."""
    user = await client.me()
    workspace = channel = None
    try:
        workspace = await workspace_of(client, caller)
        workspace, channel = await channel_of(client, caller)
    except NoPlace:
        if caller.channel:
            raise
    whole = {"server": caller.server, "user": user, "workspace": workspace, "channel": channel}
    lines = [
        line("server", caller.server),
        line("user", user["id"]),
        line("workspace", workspace["id"] if workspace else ""),
        line("channel", channel["id"] if channel else ""),
    ]
    return Said(whole, "", "\n".join(lines))


COMMANDS: dict[str, CallerCommand] = {
    "login": CallerCommand(
        "Signs in with the token of a sign-in link, and stores the session's token.",
        _login,
        {"magic-token": "the token; without this flag it is asked for on the terminal"},
        {"store": "stores the session's token (as it is without this flag)", "no-store": "stores nothing"},
    ),
    "logout": CallerCommand("Ends the stored session and forgets its token.", _logout),
    "whoami": CallerCommand("Prints the caller's id and name.", _whoami),
    "status": CallerCommand("Prints the server, and the ids of the caller, the workspace and the channel.", _status),
}
