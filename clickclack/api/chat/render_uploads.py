"""Uploads in the words of the chat surface (contract chat 4.15). Where the content lies is never told."""

from typing import Any

from clickclack.chat.upload_records import Upload
from clickclack.chat.uploads import OwnUploads
from clickclack.kernel.clock import to_rfc3339


def upload(record: Upload) -> dict[str, Any]:
    """An upload as an attachment, without its nonce."""
    return {
        "id": record.id,
        "workspace_id": record.workspace_id,
        "owner_id": record.owner_id,
        "filename": record.filename,
        "content_type": record.content_type,
        "byte_size": record.byte_size,
        "width": record.width,
        "height": record.height,
        "duration_ms": record.duration_ms,
        "created_at": to_rfc3339(record.created_at),
    }


def own_upload(record: Upload) -> dict[str, Any]:
    """An upload as its owner sees it, with the nonce when there is one."""
    return {**upload(record), "nonce": record.nonce} if record.nonce else upload(record)


def own_uploads(record: OwnUploads, allowed: int, largest: int) -> dict[str, Any]:
    """A page of one's own uploads, how much of the `allowed` bytes is used, and how `largest` one upload may be."""
    return {
        "uploads": [own_upload(found) for found in record.uploads],
        "next_cursor": record.uploads[-1].id if record.has_more else None,
        "used_bytes": record.used,
        "allowed_bytes": allowed,
        "largest_bytes": largest,
    }
