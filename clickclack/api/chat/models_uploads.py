"""The shapes of answers about uploads (contract chat 4.15; the list is an addition)."""

from pydantic import BaseModel, Field

from clickclack.api.chat.models import Answer, Upload


class UploadParts(BaseModel):
    """The parts of an upload's form; unknown ones are passed over."""

    workspace_id: str = Field("", description="Before the file, unless the query names it")
    file: str = Field(json_schema_extra={"contentMediaType": "application/octet-stream"})
    width: int = Field(0, ge=0, description="In pixels, before or after the file")
    height: int = Field(0, ge=0, description="In pixels, before or after the file")
    duration_ms: int = Field(0, ge=0, description="Before or after the file")


class UploadAnswer(Answer):
    upload: Upload


class UploadPage(Answer):
    """One's own uploads, newest first; `next_cursor` is the `before` of the next page, null on the last."""

    uploads: list[Upload]
    next_cursor: str | None
    used_bytes: int
    allowed_bytes: int
    largest_bytes: int = Field(description="What the body of one upload may have at most, its form included")
