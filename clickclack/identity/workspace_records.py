"""The workspace as a row and as a record."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Workspace:
    """A tenant: its members, channels and log. `icon_url` may be empty."""

    n: int
    id: str
    route_id: str
    name: str
    slug: str
    icon_url: str
    created_at: int


WORKSPACE_COLUMNS = "w.n, w.id, w.route_id, w.name, w.slug, w.icon_url, w.created_at"
"""Columns that make a Workspace, in its order, from `workspaces w`."""
