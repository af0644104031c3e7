"""Workspaces and channels: listed, and found by what a person calls them (contract chat 7.3)."""

from clickclack.cli.caller_commands import Caller, CallerCommand, Said, line, rows
from clickclack.client import Client, ClientError
from clickclack.client.objects import Channel, Workspace


class NoPlace(ClientError):  # noqa: N818 - named after what is the case
    """The caller sees no workspace, or no channel in it."""


async def workspace_of(client: Client, caller: Caller) -> Workspace:
    """The workspace with the id, slug or name that was given, else the first; ClientError when there is none."""
    found, wanted = await client.workspaces.list(), caller.workspace
    if not wanted:
        if not found:
            raise NoPlace("no workspaces visible")
        return found[0]
    for one in found:
        if wanted in (one["id"], one["slug"]) or one["name"].casefold() == wanted.casefold():
            return one
    raise ClientError(f"workspace {wanted} not found")


async def channel_of(client: Client, caller: Caller) -> tuple[Workspace, Channel]:
    """The channel with the id, name or title that was given, else general, else the first, and its workspace.

    An id is looked for in the given workspace, or in all. Of channels with one title none is meant.
    """
    wanted = caller.channel
    if wanted.startswith("chn_"):
        everywhere = [await workspace_of(client, caller)] if caller.workspace else await client.workspaces.list()
        for workspace in everywhere:
            for channel in await client.channels.list(workspace["id"]):
                if channel["id"] == wanted:
                    return workspace, channel
        raise ClientError(f"channel {wanted} not found")
    workspace = await workspace_of(client, caller)
    found = await client.channels.list(workspace["id"])
    by_name = {channel["name"]: channel for channel in found}
    if wanted:
        bare = wanted.removeprefix("#")
        titled = [channel for channel in found if channel.get("display_title") == bare]
        if bare not in by_name and len(titled) != 1:
            raise ClientError(f"channel {wanted} not found")
        return workspace, by_name.get(bare) or titled[0]
    if not by_name:
        raise NoPlace("no channels visible")
    return workspace, by_name.get("general") or next(iter(by_name.values()))


async def _list_workspaces(client: Client, caller: Caller) -> Said:
    found = await client.workspaces.list()
    return rows({"workspaces": found}, [line(one["id"], one["slug"], one["name"]) for one in found])


async def _list_channels(client: Client, caller: Caller) -> Said:
    workspace = await workspace_of(client, caller)
    found = await client.channels.list(workspace["id"])
    whole = {"workspace": workspace, "channels": found}
    return rows(whole, [line(one["id"], one["name"], one["kind"]) for one in found])


COMMANDS: dict[str, CallerCommand] = {
    "workspaces list": CallerCommand("Prints a line for each workspace: id, slug, name.", _list_workspaces),
    "channels list": CallerCommand("Prints a line for each channel of a workspace: id, name, kind.", _list_channels),
}
