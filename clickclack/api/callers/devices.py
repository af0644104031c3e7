"""What a session is called in the list of sessions."""

from aiohttp import web


def device_of(request: web.Request) -> str:
    """The program that started it, by its `User-Agent`; bytes that are no text are replaced."""
    return request.headers.get("User-Agent", "").encode(errors="surrogateescape").decode(errors="replace").strip()
