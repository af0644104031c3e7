"""A made-up company: who is in it and what they say, for people who look around and for pictures of the product."""

from collections.abc import Sequence
from dataclasses import dataclass

from clickclack.identity.permissions import MEMBER, MODERATOR, OWNER

PEOPLE = {
    "mara": ("Mara Lindqvist", OWNER),
    "theo": ("Theo Okafor", MODERATOR),
    "june": ("June Park", MEMBER),
    "sam": ("Sam Rivera", MEMBER),
}
BOT = "scout"
CHANNELS = {
    "general": ("public", ()),
    "engineering": ("public", ()),
    "design": ("public", ()),
    "launch": ("private", ("theo", "june")),
}
"""Each made by Mara, with its kind and who is brought into it."""


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody says in a channel, and what the others make of it: replies and reactions by person."""

    channel: str
    who: str
    text: str
    replies: Sequence[tuple[str, str]] = ()
    reactions: Sequence[tuple[str, str]] = ()
    pinned: bool = False
    kind: str = "message"


PLAY = (
    Line(
        "general",
        "mara",
        "Welcome to FakeCo. We make umbrellas that know when it rains.",
        reactions=[("theo", "👋"), ("june", "👋"), ("sam", "☔")],
        pinned=True,
    ),
    Line(
        "general",
        "sam",
        "Lunch on Thursday? The new place by the canal takes tables for six.",
        replies=[("june", "Yes, please."), ("theo", "Count me in."), ("mara", "I come a little later.")],
        reactions=[("june", "🍜")],
    ),
    Line("general", "theo", "The office is closed on Friday: the heating is mended."),
    Line(
        "engineering",
        "theo",
        "The handle reports rain twice when it is shaken. The two readings are 40 ms apart:\n\n"
        "```python\nreadings = [r for r in readings if r.at - last.at > DEBOUNCE]\n```",
        replies=[
            ("june", "What is `DEBOUNCE` now?"),
            ("theo", "25 ms. I try 60."),
            ("june", "60 is what the data sheet says."),
        ],
        reactions=[("sam", "👀")],
    ),
    Line("engineering", "june", "@scout which tests cover the handle?"),
    Line("engineering", BOT, "Looking for tests that import the handle.", kind="agent_commentary"),
    Line("engineering", BOT, "search handle in tests: 3 files", kind="agent_tool"),
    Line(
        "engineering",
        BOT,
        "Three files cover it:\n\n- `tests/test_handle.py`: readings, 14 tests\n"
        "- `tests/test_battery.py`: sleep, 5 tests\n"
        "- `tests/test_radio.py`: pairing, 8 tests\n\nNone of them shakes it.",
        reactions=[("june", "🙏"), ("theo", "😄")],
    ),
    Line(
        "design",
        "june",
        "Two blues for the canopy. The darker one hides water marks, the lighter one is seen at night.",
        replies=[("mara", "The lighter one, with a reflecting seam?"), ("june", "I draw it.")],
        reactions=[("mara", "💙"), ("sam", "💙")],
    ),
    Line("design", "sam", "> seen at night\n\nThat is the sentence for the box."),
    Line(
        "launch",
        "mara",
        "**The plan**\n\n1. Sam: prices, by Monday\n"
        "2. June: pictures for the box\n3. Theo: the firmware is frozen on the 12th",
        replies=[("theo", "The 12th holds if the handle is mended.")],
        reactions=[("june", "🚀")],
        pinned=True,
    ),
)
