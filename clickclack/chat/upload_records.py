"""The upload as a row and as a record (contract chat 4.15)."""

from dataclasses import dataclass
from typing import Any

from clickclack.identity.users import UPLOADS
from clickclack.kernel.transaction import Tx

PATH = UPLOADS


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent; `content_type` is in the sender's words.

    Sizes are in bytes and pixels, the duration in milliseconds, 0 for unknown. `blob_key` is where the content lies,
    `thumbnail_key` its small picture, when there is one. `inspection` says how looking into an image ended, and is
    empty before.
    """

    n: int
    id: str
    workspace_n: int
    workspace_id: str
    owner_n: int
    owner_id: str
    nonce: str
    filename: str
    content_type: str
    byte_size: int
    width: int
    height: int
    duration_ms: int
    created_at: int
    blob_key: str
    sha256: str
    thumbnail_key: str | None
    thumbnail_type: str
    thumbnail_size: int
    inspection: str

    @property
    def url(self) -> str:
        """How icons and avatars name it."""
        return PATH + self.id


UPLOAD_COLUMNS = (
    "f.n, f.id, w.n, w.id, o.n, o.id, f.nonce, f.filename, f.content_type, f.byte_size, f.width, f.height,"
    " f.duration_ms, f.created_at, f.blob_key, f.sha256, f.thumbnail_key, f.thumbnail_type,"
    " f.thumbnail_size, f.inspection"
)
UPLOAD_JOIN = "JOIN workspaces w ON w.n = f.workspace_n JOIN users o ON o.n = f.owner_n"
"""Columns that make an Upload, in its order, and where they come from beside `uploads f`."""

SELECT = f"SELECT {UPLOAD_COLUMNS} FROM uploads f {UPLOAD_JOIN}"


def upload_of(row: tuple[Any, ...]) -> Upload:
    """A row of UPLOAD_COLUMNS as a record."""
    return Upload(*row)


def upload_by_n(tx: Tx, n: int) -> Upload | None:
    """The upload in row `n`, None when it is deleted."""
    row = tx.one(f"{SELECT} WHERE f.n = ? AND f.deleted_at IS NULL", n)
    return None if row is None else upload_of(row)


def upload_by_id(tx: Tx, upload_id: str) -> Upload | None:
    """The upload with this id, None when there is none or it is deleted."""
    row = tx.one(f"{SELECT} WHERE f.id = ? AND f.deleted_at IS NULL", upload_id)
    return None if row is None else upload_of(row)


def upload_at(tx: Tx, url: str) -> Upload | None:
    """The upload that an icon or avatar address names."""
    upload_id = url.removeprefix(PATH)
    return upload_by_id(tx, upload_id) if url.startswith(PATH) and "/" not in upload_id else None
