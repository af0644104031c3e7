"""Images of strangers are opened by a process of their own, which bounds what they can do."""

import asyncio
import io
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from clickclack.kernel import image_child, images
from clickclack.kernel.images import Inspected, inspect, is_kind

pytest.importorskip("PIL", reason="the extra `images` is not installed")
from PIL import Image

from tests.pictures import bomb, picture


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65_536):
        yield content[start : start + 65_536]


def opened(found: Inspected) -> Any:
    return Image.open(io.BytesIO(found.thumbnail))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
async def test_an_image_is_measured_and_made_small(kind: str) -> None:
    found = await inspect(pieces(picture((1600, 800), kind)))
    assert (found.outcome, found.width, found.height, found.thumbnail_type) == ("done", 1600, 800, "image/webp")
    assert opened(found).size == (640, 320)


async def test_a_turned_photograph_is_measured_upright_and_tells_nothing_of_its_origin() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera"
    found = await inspect(pieces(picture((1600, 800), "JPEG", exif=exif, comment=b"secret", icc_profile=b"x" * 200)))
    assert (found.width, found.height) == (800, 1600)
    small = opened(found)
    assert small.size == (320, 640)
    assert (dict(small.getexif()), small.info.get("icc_profile")) == ({}, None)
    assert b"camera" not in found.thumbnail


async def test_a_small_image_stays_small_and_transparent() -> None:
    found = await inspect(pieces(picture((30, 20), "PNG", "RGBA")))
    assert (opened(found).size, opened(found).mode) == ((30, 20), "RGBA")


async def test_the_first_frame_stands_for_an_animation() -> None:
    frames = [Image.new("RGB", (40, 40), color) for color in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert getattr(opened(await inspect(pieces(out.getvalue()))), "n_frames", 1) == 1


@pytest.mark.parametrize("size", [(50_000, 50_000), (1, 50_000_001), (7072, 7072)])
async def test_a_bomb_is_measured_and_not_opened(size: tuple[int, int]) -> None:
    started = time.monotonic()
    assert await inspect(pieces(bomb(*size))) == Inspected("too large", *size)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a/*<script>*/",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"BM" + b"\x00" * 100,
        picture((1600, 800), "PNG")[:-60],
        picture((100, 100), "JPEG")[:200],
        picture((100, 100), "TIFF"),
        bomb(4000, 4000),
    ],
)
async def test_what_is_no_whole_image_of_the_four_kinds_is_unreadable(content: bytes) -> None:
    assert (await inspect(pieces(content))).outcome == "unreadable"


@pytest.mark.parametrize(
    "program",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import sys; sys.exit(1)",
        "import sys; sys.stdin.buffer.read(); print('x' * 100)",
        """import sys; sys.stdin.buffer.read(); print('{"outcome": "done", "type": "text/html"}')""",
        """import sys; sys.stdin.buffer.read(); print('{"outcome": "done", "size": 9}')""",
        "import sys; sys.stdin.buffer.read(); sys.stdout.write('x' * 5_000_000)",
        "import time; time.sleep(60)",
    ],
)
async def test_a_child_that_ends_badly_or_never_takes_nothing_with_it(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(images, "child_command", lambda: [sys.executable, "-c", program])
    monkeypatch.setattr(images, "SECONDS", 1.5)
    assert await inspect(pieces(bytes(3_000_000))) == Inspected("killed")


async def test_the_child_is_given_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLICKCLACK_SMTP_PASSWORD", "OPENCLAW_ID_CLIENT_SECRET"):
        monkeypatch.setenv(name, "secret")
    program = (
        "import os, sys; sys.stdin.buffer.read(); told = 'secret' in os.environ.values();"
        " print('{\"outcome\": \"%s\"}' % ('done' if told else 'unreadable'))"
    )
    monkeypatch.setattr(images, "child_command", lambda: [sys.executable, "-c", program])
    assert await inspect(pieces(b"x")) == Inspected("unreadable")


async def test_a_cancelled_inspection_ends_its_child(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[asyncio.subprocess.Process] = []
    running = asyncio.Event()
    spawn = asyncio.create_subprocess_exec

    async def noted(*arguments: Any, **options: Any) -> asyncio.subprocess.Process:
        started.append(await spawn(*arguments, **options))
        running.set()
        return started[0]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    monkeypatch.setattr(images, "child_command", lambda: [sys.executable, "-c", "import time; time.sleep(60)"])
    task = asyncio.create_task(inspect(pieces(b"x")))
    await running.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert started[0].returncode is not None


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other bounds")
@pytest.mark.parametrize(
    ("deed", "ends"),
    [
        ("bytearray(1024 * 1024 * 1024)", b"MemoryError"),
        ("import os; os.write(os.open('new', os.O_CREAT | os.O_WRONLY), b'x')", b"File too large"),
    ],
)
def test_the_child_is_confined(tmp_path: Path, deed: str, ends: bytes) -> None:
    program = f"import runpy; runpy.run_path({image_child.__file__!r})['confine']()\n{deed}"
    ended = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=False)
    assert ended.returncode != 0
    assert ends in ended.stderr or ended.returncode < 0


def test_the_hidden_command_of_the_program_is_the_child() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "clickclack", images.COMMAND],
        input=picture((10, 10), "PNG"),
        capture_output=True,
        check=True,
    )
    assert ended.stdout.startswith(b'{"outcome": "done", "width": 10, "height": 10,')


def test_the_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert images.child_command() == [sys.executable, "inspect-image"]


def test_without_pillow_the_child_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert image_child.describe(b"") == ({"outcome": "unavailable"}, b"")


@pytest.mark.parametrize(
    ("content_type", "head", "wanted"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n0000", True),
        ("image/png", b"GIF89a", False),
        ("image/gif", b"GIF87a", True),
        ("image/jpeg", b"\xff\xd8\xff\xe0", True),
        ("image/webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", True),
        ("image/webp", b"RIFF\x00\x00\x00\x00WAVEfmt ", False),
        ("image/svg+xml", b"<svg", False),
        ("image/png", b"", False),
    ],
)
def test_type_and_first_bytes_must_agree(content_type: str, head: bytes, wanted: bool) -> None:
    assert is_kind(content_type, head) is wanted
