"""The shapes of answers about invitations and asked-for links (additions to contract chat)."""

from typing import Literal

from clickclack.api.chat.models import Answer

Role = Literal["guest", "member", "moderator"]


class LinkSent(Answer):
    """The same whether the address is known or not."""

    sent: Literal[True]


class Invitation(Answer):
    id: str
    workspace_id: str
    role: Role
    email: str = ""
    state: Literal["open", "used", "expired", "revoked"]
    max_uses: int
    uses: int
    created_at: str
    expires_at: str


class InvitationList(Answer):
    invitations: list[Invitation]


class InvitationCreated(Answer):
    """`path` is the page that takes the token, `mailed` whether a mail is on its way to the address."""

    invitation: Invitation
    token: str
    path: str
    mailed: bool


class PreviewedWorkspace(Answer):
    id: str
    name: str
    icon_url: str


class PreviewedInviter(Answer):
    display_name: str


class Preview(Answer):
    """`for_address` says that one e-mail address alone is let in."""

    workspace: PreviewedWorkspace
    inviter: PreviewedInviter
    role: Role
    for_address: bool
    expires_at: str


class InvitationPreview(Answer):
    invitation: Preview
