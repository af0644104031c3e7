"""Who may see an uploaded file, asked anew at each read (contract chat 6.9).

It follows what it is used for: the icon of a workspace is every member's, an avatar everybody's who shares a workspace
with its owner, an attachment theirs who see one of its messages. What is used for nothing is its owner's alone.
"""

from clickclack.chat.access import DIRECT, PUBLIC, sees
from clickclack.chat.upload_records import Upload, upload_by_id
from clickclack.identity.access import Membership, workspace_of
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Forbidden, NotFound
from clickclack.kernel.transaction import Tx


def visible(tx: Tx, actor: Actor, upload_id: str) -> Upload:
    """The upload, or NotFound when it is not there or not to be seen by the actor.

    Forbidden for a credential without `dms:read` when it is attached in a direct conversation.
    """
    upload = upload_by_id(tx, upload_id)
    if upload is None or not _is_visible(tx, actor, upload):
        raise NotFound("upload not found")
    return upload


def attachable(tx: Tx, actor: Actor, upload_id: str) -> Upload:
    """The same for who wants to use it: Forbidden when it is not to be seen (contract chat 3.7)."""
    try:
        return visible(tx, actor, upload_id)
    except NotFound:
        raise Forbidden("upload is not visible") from None


def _is_visible(tx: Tx, actor: Actor, upload: Upload) -> bool:
    if _is_avatar_for(tx, actor, upload):
        return True
    membership = _membership(tx, actor, upload)
    if membership is None:
        return False
    if membership.workspace.icon_url == upload.url:
        return True
    places = tx.all(_PLACES, actor.user_n, upload.n)
    if not places:
        return upload.owner_n == actor.user_n
    if any(kind == DIRECT for _, kind, _ in places):
        actor.require_scope("dms:read")
    permissions = membership.permissions
    return any(sees(permissions, name, kind, joined=kind == PUBLIC or bool(joined)) for name, kind, joined in places)


_PLACES = (
    "SELECT c.name, c.kind, EXISTS (SELECT 1 FROM channel_members j WHERE j.channel_n = c.n AND j.user_n = ?)"
    " FROM channels c WHERE c.n IN (SELECT t.channel_n FROM attachments t WHERE t.upload_n = ?)"
)
_SHARED = (
    "SELECT 1 FROM users o JOIN memberships p ON p.user_n = o.n"
    " JOIN memberships m ON m.workspace_n = p.workspace_n AND m.user_n = ?"
    " WHERE o.n = ? AND o.avatar_url = ? AND (? IS NULL OR m.workspace_n = ?) LIMIT 1"
)


def _is_avatar_for(tx: Tx, actor: Actor, upload: Upload) -> bool:
    bound = actor.workspace_n
    return tx.value(_SHARED, actor.user_n, upload.owner_n, upload.url, bound, bound) is not None


def _membership(tx: Tx, actor: Actor, upload: Upload) -> Membership | None:
    try:
        return workspace_of(tx, actor, upload.workspace_id)
    except (NotFound, Forbidden):  # not a member, or the credential is bound to another workspace
        return None
