"""The shapes of answers about workspaces and who is in them (contract chat 4.4, 4.5)."""

from typing import Literal

from pydantic import Field

from clickclack.api.chat.models import Answer, Event, User


class Workspace(Answer):
    id: str
    route_id: str
    name: str
    slug: str
    icon_url: str
    created_at: str
    role: Literal["owner", "moderator", "member", "guest", "bot"]


class WorkspaceList(Answer):
    workspaces: list[Workspace]


class WorkspaceAnswer(Answer):
    workspace: Workspace


class WorkspaceChange(Answer):
    workspace: Workspace
    event: Event


class Member(Answer):
    workspace_id: str
    user: User
    role: Literal["owner", "moderator", "member", "guest", "bot"]
    joined_at: str


class MemberPage(Answer):
    members: list[Member]
    next_cursor: str = ""
    has_more: bool
    total_count: int = 0
    total_by_role: dict[str, int] = Field(default_factory=dict[str, int])
