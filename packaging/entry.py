"""Where the frozen program starts: the command line; without arguments, a server and a browser on it."""

import multiprocessing
import os
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser

from clickclack.__main__ import main

READY_WITHIN = 30.0


def restore_environment() -> None:
    """Takes back what the bootloader set, so that programs we start load their own libraries and not ours."""
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]
    os.environ.pop("LD_LIBRARY_PATH", None)
    original = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if original:
        os.environ["LD_LIBRARY_PATH"] = original


def has_browser() -> bool:
    """Whether a window can open here; without a display no text browser is started."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))


def local_url(address: str) -> str:
    """The URL of a server bound to `address` (host:port, the host may be empty) as seen from this machine."""
    host, _, port = address.rpartition(":")
    return f"http://{'127.0.0.1' if host in {'', '0.0.0.0', '[::]'} else host}:{port}/"  # noqa: S104


def open_browser_when_ready(url: str) -> None:
    """Waits until the server answers, at most half a minute, then opens the app."""
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}readyz", timeout=2):  # noqa: S310
                webbrowser.open(url)
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)


def start() -> None:
    """Runs the program as its arguments say."""
    multiprocessing.freeze_support()
    restore_environment()
    if len(sys.argv) == 1 and has_browser():
        from clickclack.settings import Settings

        url = local_url(os.environ.get("CLICKCLACK_ADDR") or Settings().addr)
        threading.Thread(target=open_browser_when_ready, args=[url], daemon=True).start()
    sys.exit(main())


if __name__ == "__main__":
    start()
