"""Why a request to somebody else's server had no answer."""

NOT_PUBLIC = "callback host resolves to a non-public address"
NOT_LISTED = "callback host is not on the allow-list"
NOT_HTTP = "the address is not one of http or https"


class Failure(Exception):  # noqa: N818 - the base of what callers read
    """No answer was had; `text` says why, holds no secret and may be stored and shown."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Refused(Failure):
    """The address is not public; nothing was dialled."""


class Unreachable(Failure):
    """The other server could not be reached, was too slow, said too much, or spoke no HTTP."""
