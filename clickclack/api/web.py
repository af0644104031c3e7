"""The web UI as files: prebuilt, listed once at start, served under a strict policy (contract chat 1.10, design 11)."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from aiohttp import web

ASSET_SUFFIXES = frozenset(
    [
        "avif",
        "css",
        "gif",
        "ico",
        "jpeg",
        "jpg",
        "js",
        "json",
        "map",
        "mjs",
        "otf",
        "png",
        "svg",
        "ttf",
        "wasm",
        "webmanifest",
        "webp",
        "woff",
        "woff2",
    ]
)
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:;"
    " font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
    " require-trusted-types-for 'script'; frame-ancestors {ancestors}"
)
_HASHED = "public, max-age=31536000, immutable"


class WebUi:
    """The built files under `root`; `embedders` are the origins that may frame `/embed/…` pages."""

    def __init__(self, root: Path, embedders: Sequence[str] = ()) -> None:
        files = (p for p in root.rglob("*") if p.is_file() and p.suffix != ".gz") if root.is_dir() else ()
        self._files = {"/" + path.relative_to(root).as_posix(): path for path in files}
        self._page = self._files.get("/index.html")
        self._embedders = " ".join(("'self'", *embedders))

    def register(self, app: web.Application) -> None:
        """Adds `/`, which opens the app, and everything outside `/api` that no other route takes."""
        app.router.add_get("/", _open_app)
        app.router.add_get("/{path:(?!api(?:/|$)).*}", self.serve)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A built file; 404 for a missing asset; the page itself for any other path, which the UI routes by itself."""
        path = request.path
        found = self._files.get(path)
        if found is not None and found != self._page:
            cache = _HASHED if path.startswith("/assets/") else "no-cache"
            return web.FileResponse(found, headers={"Cache-Control": cache})
        if path.startswith(("/_app/", "/assets/")) or PurePosixPath(path).suffix[1:].lower() in ASSET_SUFFIXES:
            return web.Response(status=404, text="404 page not found")
        return self._html(path)

    def _html(self, path: str) -> web.StreamResponse:
        if self._page is None:
            return web.Response(status=503, text="The web UI is not built. Run scripts/setup, then start again.")
        ancestors = self._embedders if path.startswith("/embed/") else "'self'"
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": _POLICY.format(ancestors=ancestors)}
        return web.FileResponse(self._page, headers=headers)


async def _open_app(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/app")
