"""Uploads: keep what was received, find it again, list and remove one's own (contract chat 3.11, 6.9)."""

from dataclasses import dataclass

from clickclack.chat import attachments
from clickclack.chat.drafts import checked_nonce
from clickclack.chat.upload_quota import require_room, used_bytes
from clickclack.chat.upload_records import SELECT, Upload, upload_by_id, upload_by_n, upload_of
from clickclack.identity.access import workspace_of
from clickclack.identity.actors import Actor
from clickclack.identity.permissions import Permission
from clickclack.kernel import jobs
from clickclack.kernel.blobs import Stored
from clickclack.kernel.errors import Conflict, Invalid, NotFound
from clickclack.kernel.ids import new_id
from clickclack.kernel.images import KINDS
from clickclack.kernel.jobs import NewJob
from clickclack.kernel.media_types import bare_type
from clickclack.kernel.transaction import Tx

INSPECT = "image.inspect"
"""The kind of job that measures an image and makes its thumbnail."""
REMOVE = "upload.remove"
"""The kind of job that takes a deleted upload away."""


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What was received, and what its sender said of it; `filename` and `content_type` are clean already."""

    workspace_id: str
    stored: Stored
    filename: str
    content_type: str
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    nonce: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """Where an upload goes: the account that it counts for, and the bytes that are free there."""

    owner_n: int
    workspace_n: int
    free: int


@dataclass(frozen=True, slots=True)
class OwnUploads:
    """A page of the actor's uploads, newest first, and the bytes of all of them in the workspace."""

    uploads: tuple[Upload, ...]
    has_more: bool
    used: int


def room_for(tx: Tx, actor: Actor, workspace_id: str, allowed: int) -> Room:
    """The room that the actor has, of `allowed` bytes; NotFound or Forbidden for who may not upload there."""
    if not workspace_id:
        raise Invalid("workspace_id is required")
    membership = workspace_of(tx, actor, workspace_id)
    membership.require(Permission.UPLOADS_CREATE)
    workspace_n = membership.workspace.n
    return Room(actor.user_n, workspace_n, max(0, allowed - used_bytes(tx, (actor.user_n, workspace_n))))


def sent_before(tx: Tx, actor: Actor, workspace_id: str, nonce: str) -> Upload | None:
    """What the actor sent with this nonce; Conflict when that was into another workspace."""
    workspace_of(tx, actor, workspace_id)
    row = tx.one(f"{SELECT} WHERE f.owner_n = ? AND f.nonce = ? {_NAMED}", actor.user_n, nonce)
    if row is None:
        return None
    upload = upload_of(row)
    if upload.workspace_id != workspace_id:
        raise Conflict("upload nonce was already used in another workspace")
    return upload


_NAMED = "AND f.nonce <> '' AND f.deleted_at IS NULL"  # the partial index asks for it


def by_nonce(tx: Tx, actor: Actor, workspace_id: str, nonce: str) -> Upload:
    """The same, NotFound when there is none."""
    if not workspace_id:
        raise Invalid("workspace_id is required")
    wanted = checked_nonce(nonce)
    if not wanted:
        raise Invalid("nonce is required")
    upload = sent_before(tx, actor, workspace_id, wanted)
    if upload is None:
        raise NotFound("upload not found")
    return upload


def create(tx: Tx, actor: Actor, new: NewUpload, allowed: int) -> Upload:
    """Keeps what was stored, and has an image inspected; TooLarge when it is more than the `allowed` bytes in all."""
    room = room_for(tx, actor, new.workspace_id, allowed)
    require_room(tx, (room.owner_n, room.workspace_n), new.stored.size, allowed)
    n = tx.insert(
        "INSERT INTO uploads (id, workspace_n, owner_n, nonce, filename, content_type, byte_size, width, height,"
        " duration_ms, blob_key, sha256, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(new_id("upl"), room.workspace_n, actor.user_n, new.nonce, new.filename, new.content_type, new.stored.size),
        *(new.width, new.height, new.duration_ms, new.stored.key, new.stored.sha256, tx.now),
    )
    if bare_type(new.content_type) in KINDS:
        jobs.add(tx, NewJob(INSPECT, {"upload_n": n}, lane=INSPECT))
    made = upload_by_n(tx, n)
    if made is None:
        raise LookupError(f"no upload in row {n}")
    return made


def list_own(tx: Tx, actor: Actor, workspace_id: str, before: str, limit: int) -> OwnUploads:
    """The actor's uploads of a workspace that are older than the one with the id `before`, or the newest."""
    if not workspace_id:
        raise Invalid("workspace_id is required")
    workspace_n = workspace_of(tx, actor, workspace_id).workspace.n
    rows = tx.all(
        f"{SELECT} WHERE f.owner_n = ? AND f.workspace_n = ? AND f.deleted_at IS NULL AND f.n < ?"
        " ORDER BY f.n DESC LIMIT ?",
        *(actor.user_n, workspace_n, _pivot(tx, actor, before), limit + 1),
    )
    used = used_bytes(tx, (actor.user_n, workspace_n))
    return OwnUploads(tuple(upload_of(row) for row in rows[:limit]), len(rows) > limit, used)


def _pivot(tx: Tx, actor: Actor, before: str) -> int:
    if not before:
        return 2**63 - 1
    n = tx.value("SELECT n FROM uploads WHERE id = ? AND owner_n = ?", before, actor.user_n)
    if n is None:
        raise Invalid("before must be the id of an upload")
    return n


def remove(tx: Tx, actor: Actor, upload_id: str) -> None:
    """Deletes the actor's own upload: it leaves every message, with `message.updated`, and counts no more.

    NotFound for others', Conflict while it is an icon or the owner's avatar. A job takes the content away.
    """
    upload = upload_by_id(tx, upload_id)
    if upload is None or upload.owner_n != actor.user_n or actor.workspace_n not in (None, upload.workspace_n):
        raise NotFound("upload not found")
    membership = workspace_of(tx, actor, upload.workspace_id)
    membership.require(Permission.UPLOADS_CREATE)
    if membership.workspace.icon_url == upload.url:
        raise Conflict("the file is the icon of the workspace; choose another icon first")
    if tx.value("SELECT avatar_url FROM users WHERE n = ?", actor.user_n) == upload.url:
        raise Conflict("the file is your avatar; choose another avatar first")
    tx.run("UPDATE uploads SET deleted_at = ? WHERE n = ?", tx.now, upload.n)
    attachments.detach_some(tx, upload.n)
    jobs.add(tx, NewJob(REMOVE, {"upload_n": upload.n}, lane=REMOVE))
