"""Slugs, names and handles in their one normal form (contract chat 1.3)."""

import hashlib
import re
import unicodedata

from clickclack.kernel.errors import Invalid
from clickclack.kernel.hosts import is_web_address

NAME_BYTES = 80
AVATAR_BYTES = 500
EMAIL_BYTES = 254  # RFC 5321
_OTHER = re.compile(r"[^a-z0-9]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Line ends and the like, and what turns the direction of the text that follows: one name could look like another."""
_GAP = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_LABEL = r"[^@,;:<>()\"\\.]+"
_EMAIL = re.compile(rf"[^@,;:<>()\[\]\"\\]+@{_LABEL}(\.{_LABEL})*")
HANDLE_LENGTH = 32
NONCE_BYTES, NONCE_LENGTH = 16, 128
_HANDLE = re.compile(r"[a-z0-9][a-z0-9_-]{1,31}")


def token_name(text: str) -> str:
    """What a bot's token is called: trimmed, at most 80 bytes of UTF-8 on one line; `default` for nothing."""
    return _name(text.strip() or "default", "token name")


def setup_nonce(text: str) -> str:
    """A nonce for setting a bot up: trimmed, 16 bytes to 128 code points, no NUL; empty for none."""
    nonce = text.strip()
    if nonce and len(nonce.encode()) < NONCE_BYTES:
        raise Invalid("setup_nonce must be at least 16 characters")
    if len(nonce) > NONCE_LENGTH:
        raise Invalid("setup_nonce must be at most 128 characters")
    if "\0" in nonce:
        raise Invalid("setup_nonce must not contain NUL")
    return nonce


def slug(text: str) -> str:
    """Lower case, every run of other characters than a-z and 0-9 as one dash, none at the ends; may be empty."""
    return _OTHER.sub("-", text.strip().lower()).strip("-")


def display_name(text: str) -> str:
    """A person's or bot's name: trimmed, 1 to 80 bytes of UTF-8 on one line."""
    return _name(text, "display_name")


def workspace_name(text: str) -> str:
    """A workspace's name: trimmed, 1 to 80 bytes of UTF-8 on one line."""
    return _name(text, "workspace name")


def _name(text: str, what: str) -> str:
    name = text.strip()
    if not name:
        raise Invalid(f"{what} is required")
    if len(name.encode()) > NAME_BYTES:
        raise Invalid(f"{what} is too long")
    if _CONTROL.search(name):
        raise Invalid(f"{what} must not contain control characters")
    return name


def name_of_address(email: str) -> str:
    """What a person without a name is called: the e-mail address, cut to the bytes that a name may have."""
    return email.encode()[:NAME_BYTES].decode(errors="ignore")


def handle(text: str) -> str:
    """A handle without its @, lower case; empty for none."""
    name = text.strip().lower().removeprefix("@")
    if name and not _HANDLE.fullmatch(name):
        raise Invalid("handle must be 2-32 chars using letters, numbers, underscores, or dashes")
    return name


def handle_of(name: str) -> str:
    """The handle that a name suggests, of an e-mail address its first part; empty when too little is left.

    Letters with marks lose them: Zoë Müller is `zoe-muller`.
    """
    first = name.strip().removeprefix("@").partition("@")[0]
    plain = "".join(c for c in unicodedata.normalize("NFKD", first.casefold()) if not unicodedata.combining(c))
    suggested = slug(plain)[:HANDLE_LENGTH].rstrip("-")
    return suggested if len(suggested) > 1 else ""


def on_one_line(text: str) -> str:
    """The text with a blank in place of each control character."""
    return _CONTROL.sub(" ", text)


def fitting_name(*candidates: str) -> str:
    """The first of these that makes a display name, cut to what one may hold; empty when none does."""
    cleaned = (" ".join(on_one_line(text).split()) for text in candidates)
    return next((name_of_address(name).strip() for name in cleaned if name), "")


def avatar_url(text: str, *, own_path: str = "") -> str:
    """Empty, an http or https address with a host, or below `own_path` of this server; at most 500 bytes."""
    url = text.strip()
    if len(url.encode()) > AVATAR_BYTES:
        raise Invalid("avatar_url is too long")
    is_own = bool(own_path) and url.startswith(own_path) and not _GAP.search(url)
    if url and not is_own and not is_web_address(url):
        raise Invalid("avatar_url must be an http or https URL")
    return url


def email_address(text: str) -> str:
    """An e-mail address, trimmed and lower-case; Invalid when it is empty or has no form of one."""
    address = email_key(text)
    if not address:
        raise Invalid("email is required")
    if not _EMAIL.fullmatch(address) or _GAP.search(address):
        raise Invalid("email is not an e-mail address")
    return address


def email_key(text: str) -> str:
    """What somebody gives as an e-mail address, trimmed and lower-case.

    Invalid for more than 254 bytes, and for a sign, such as that of Kelvin, that becomes a letter of somebody else's.
    """
    given = text.strip()
    address = given.lower()
    if len(address.encode()) > EMAIL_BYTES or address.isascii() != given.isascii():
        raise Invalid("email is not an e-mail address")
    return address


def gravatar(email: str) -> str:
    """The avatar address that stands for an e-mail address; the web UI never loads it (contract chat 2.12)."""
    digest = hashlib.sha256(email.strip().lower().encode()).hexdigest()
    return f"https://gravatar.com/avatar/{digest}?d=identicon"
