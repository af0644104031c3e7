"""Uploads as the icon of a workspace and as avatars (contract chat 6.9; avatars are an addition)."""

from clickclack.chat.upload_access import visible
from clickclack.chat.upload_records import PATH, Upload, upload_at
from clickclack.identity import profile, workspaces
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.identity.profile import Profile, ProfileChange
from clickclack.identity.workspace_records import Workspace
from clickclack.identity.workspaces import MANAGERS_ONLY, WorkspaceChange, WorkspaceFields
from clickclack.kernel.errors import Forbidden, Invalid, NotFound
from clickclack.kernel.media_types import bare_type
from clickclack.kernel.transaction import Tx


def update_workspace(tx: Tx, actor: Actor, workspace_id: str, fields: WorkspaceFields) -> WorkspaceChange:
    """Does what `workspaces.update` does, once the icon is found to be an image that the actor may use for it."""
    if fields.icon_url:
        membership = workspace_of(tx, actor, workspace_id)
        membership.require(Permission.WORKSPACE_UPDATE, MANAGERS_ONLY)
        _check_icon(tx, actor, membership.workspace, fields.icon_url)
    return workspaces.update(tx, actor, workspace_id, fields)


def _check_icon(tx: Tx, actor: Actor, workspace: Workspace, url: str) -> None:
    if not url.startswith(PATH):
        raise Invalid("workspace icon must be an uploaded file")
    if url == PATH or "/" in url.removeprefix(PATH):
        raise Invalid("workspace icon must be an uploaded image")
    upload = upload_at(tx, url)
    if upload is None:
        raise Invalid("workspace icon upload was not found")
    if upload.workspace_n != workspace.n:
        raise Invalid("workspace icon upload belongs to another workspace")
    if not _is_image(upload):
        raise Invalid("workspace icon must be an image")
    if upload.owner_n != actor.user_n and url != workspace.icon_url and not _sees(tx, actor, upload):
        raise Invalid("workspace icon upload is not visible to the actor")


def _sees(tx: Tx, actor: Actor, upload: Upload) -> bool:
    try:
        visible(tx, actor, upload.id)
    except (NotFound, Forbidden):
        return False
    return True


def change_profile(tx: Tx, actor: Actor, wanted: ProfileChange) -> Profile:
    """Does what `profile.change` does, once an avatar that is an upload is found to be the actor's own image."""
    if wanted.fields is not None:
        _avatar_upload(tx, actor, wanted.fields.avatar_url or "")
    return profile.change(tx, actor, wanted)


def new_avatar(tx: Tx, actor: Actor, url: str) -> Upload | None:
    """The actor's own upload that is to be the avatar, whose content is not checked yet; None when there is none.

    One that is the avatar already is not checked again.
    """
    upload = _avatar_upload(tx, actor, url)
    return upload if upload is not None and upload.url != profile.own(tx, actor).user.avatar_url else None


def _avatar_upload(tx: Tx, actor: Actor, url: str) -> Upload | None:
    if not url.strip().startswith(PATH):
        return None
    upload = upload_at(tx, url.strip())
    if upload is None or upload.owner_n != actor.user_n:
        raise Invalid("the picture must be an upload of your own")
    if not _is_image(upload):
        raise Invalid("the picture must be an image")
    return upload


def _is_image(upload: Upload) -> bool:
    return bare_type(upload.content_type).startswith("image/")
