"""The shapes of answers about uploads (contract chat 4.15; the list is an addition)."""

from clickclack.api.chat.models import Answer, Upload


class UploadAnswer(Answer):
    upload: Upload


class UploadPage(Answer):
    """One's own uploads, newest first; `next_cursor` is the `before` of the next page, null on the last."""

    uploads: list[Upload]
    next_cursor: str | None
    used_bytes: int
    allowed_bytes: int
