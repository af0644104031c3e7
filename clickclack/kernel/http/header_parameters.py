"""Header fields with parameters: `form-data; name="a"; filename*=UTF-8''b` (RFC 9110 section 5.6.6, RFC 5987).

Read in one pass whose time grows with the length alone, whatever the sender writes.
"""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

from clickclack.kernel.errors import Invalid

CHARSETS: Final = MappingProxyType({"utf-8": "utf-8", "iso-8859-1": "iso-8859-1"})
"""The only character sets of RFC 5987; a name that the sender writes is never looked up anywhere else."""
_VALUE = re.compile(r"[^;]*+")
_TEXT = r'"(?P<quoted>(?:[^"\\]|\\.)*+)"|(?P<bare>[^\s;"]*+)'
_PARAMETER = re.compile(
    rf';[ \t]*+(?P<name>[^\s;="]*+)[ \t]*+(?P<has>=[ \t]*+(?:{_TEXT}))?+[ \t]*+',
    re.DOTALL,
)
_ESCAPED = re.compile(r'\\(["\\])')


@dataclass(frozen=True, slots=True)
class HeaderField:
    """What stands before the first `;` in lower case, and the parameters by their names in lower case."""

    value: str
    parameters: dict[str, str]


def header_field(text: str) -> HeaderField:
    """Reads a field's text, the first of two parameters with one name; Invalid when it is malformed.

    A backslash escapes a quote and a backslash; before anything else it is itself, for old browsers send Windows paths.
    """
    found = _VALUE.match(text)
    position = found.end() if found else 0
    value, parameters = text[:position].strip().lower(), dict[str, str]()
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None:
            raise Invalid("malformed header parameters")
        position = match.end()
        if match["has"] is not None:
            given = match["bare"] if match["quoted"] is None else _ESCAPED.sub(r"\1", match["quoted"])
            parameters.setdefault(match["name"].lower(), given)
    return HeaderField(value, parameters)


def extended_value(text: str) -> str:
    """`UTF-8'en'%e2%82%ac` as the text that it stands for; Invalid for another shape or another character set."""
    charset, _, rest = text.partition("'")
    _, quote, encoded = rest.partition("'")
    known = CHARSETS.get(charset.lower())
    if known is None or not quote:
        raise Invalid("malformed header parameters")
    return unquote(encoded, known, "replace")
