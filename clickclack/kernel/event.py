"""What an event is: one fact, as the log keeps it and its readers get it."""

from dataclasses import dataclass, field, replace
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Event:
    """One fact.

    `stream` is the row number of the tenant, `place` of the narrower object in it or None. `recipients` is None when
    all who may see the place get it, else the row numbers of those who do; the empty tuple is for the server itself.
    `data` holds facts with public ids, ready for any surface. `n` is 0 for an event that is not stored; a `fleeting`
    one is left out for readers that are behind. `size` is how many bytes `data` has as JSON, 0 while it is not known.
    """

    n: int
    id: str
    type: str
    stream: int
    place: int | None
    recipients: tuple[int, ...] | None
    data: dict[str, Any]
    created_at: int
    size: int = field(default=0, compare=False)
    fleeting: bool = False

    @property
    def cursor(self) -> str:
        """The place in the log, `cur_…`: the bits of `id` under another prefix; ascends in commit order."""
        return "cur_" + self.id[4:] if self.n else ""


def measured(event: Event) -> Event:
    """The event with its size, which one that is not stored lacks."""
    return event if event.size else replace(event, size=len(orjson.dumps(event.data)))
