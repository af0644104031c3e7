"""Query parameters of windows: limits that fall back, and one cursor at most (contract chat 1.6, 4.7)."""

from dataclasses import replace
from typing import Annotated

from pydantic import BeforeValidator, Field

from clickclack.chat.message_pages import Side, Window
from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.inputs import Query


def _limit(default: int, highest: int, *, clamped: bool = False) -> BeforeValidator:
    def read(value: object) -> int:
        text = str(value).strip()
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if clamped:
            number = min(number, highest)
        return number if 1 <= number <= highest else default

    return BeforeValidator(read)


PageLimit = Annotated[int, _limit(100, 200)]
"""1 to 200; anything else is 100."""

EventLimit = Annotated[int, _limit(200, 500)]
"""1 to 500; anything else is 200."""

_INVALID = "invalid message page request"


class PageQuery(Query):
    """Which window of a channel's history, and how many messages."""

    limit: PageLimit = 100
    before_seq: str | None = None
    after_seq: str | None = None
    around_seq: str | None = None
    mode: str | None = Field(default=None, description="`latest`, and no cursor")

    def window(self) -> Window:
        """The window asked for; Invalid when there is more than one cursor or one that is no sequence."""
        sides: tuple[tuple[Side, str | None], ...] = (
            ("before", self.before_seq),
            ("after", self.after_seq),
            ("around", self.around_seq),
        )
        given: list[tuple[Side, str]] = [(side, text) for side, text in sides if text is not None]
        if self.mode is not None and (self.mode != "latest" or given):
            raise Invalid(f"{_INVALID}: mode must be latest and excludes cursors")
        if len(given) > 1:
            raise Invalid(f"{_INVALID}: only one of before_seq, after_seq and around_seq")
        if not given:
            return Window(limit=self.limit)
        side, text = given[0]
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise Invalid(f"{_INVALID}: {side}_seq must be a non-negative integer")
        return Window(side, int(text), self.limit)


class ChannelPageQuery(PageQuery):
    """The same, of one topic when it is named."""

    topic_id: str | None = None

    def window(self) -> Window:
        return replace(super().window(), topic_id=self.topic_id)


PinLimit = Annotated[int, _limit(100, 100)]
"""1 to 100; anything else is 100."""

AuditLimit = Annotated[int, _limit(100, 500)]
"""1 to 500; anything else is 100."""

DeliveryLimit = Annotated[int, _limit(50, 200, clamped=True)]
"""1 to 200; more is 200, anything else is 50."""

UploadLimit = Annotated[int, _limit(50, 200)]
"""1 to 200; anything else is 50."""
