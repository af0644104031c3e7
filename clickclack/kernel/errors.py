"""What can go wrong for a caller: a status, a text that says what and why, and nothing secret. Surfaces render it."""


class Problem(Exception):  # noqa: N818 - named after what the caller reads (RFC 9457)
    """An answer other than success: HTTP `status`, `text` for people, `fields` by name for input, extra `headers`."""

    status = 500

    def __init__(
        self, text: str, *, fields: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(text)
        self.text = text
        self.fields = fields or {}
        self.headers = headers or {}


class Invalid(Problem):
    """The request itself is wrong: 400."""

    status = 400


class Unauthenticated(Problem):
    """No credential, or one that is not good: 401."""

    status = 401


class Forbidden(Problem):
    """The caller may see the thing but not do this: 403."""

    status = 403


class NotFound(Problem):
    """Not there, or not to be seen by the caller: 404."""

    status = 404


class Conflict(Problem):
    """Right in itself, but not in the present state: 409."""

    status = 409


class TooLarge(Problem):
    """More bytes than the limit allows: 413."""

    status = 413


class UnsupportedMedia(Problem):
    """A content type that the route does not read: 415."""

    status = 415


class OutOfRange(Problem):
    """A range of bytes that the content does not have: 416, with the content's length."""

    status = 416

    def __init__(self, size: int) -> None:
        super().__init__("the range is not satisfiable", headers={"Content-Range": f"bytes */{size}"})


class TooMany(Problem):
    """A limit on how often is used up: 429, with `Retry-After` in whole seconds, at least one."""

    status = 429

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        headers = {} if retry_after is None else {"Retry-After": str(max(1, -int(-retry_after // 1)))}
        super().__init__(text, headers=headers)


class NotSupported(Problem):
    """The server is not configured for it: 501."""

    status = 501


class BadUpstream(Problem):
    """Somebody else's server failed: 502."""

    status = 502


class Unavailable(Problem):
    """The server cannot do it now, and will when the trouble ends: 503."""

    status = 503


class StorageFull(Problem):
    """The disk is full: 507; reads go on."""

    status = 507
