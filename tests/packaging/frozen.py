"""The frozen program as its tests use it: started with an environment of their own, spoken to over HTTP."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parents[2] / "dist" / "clickclack" / "clickclack"
READY_WITHIN = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(slots=True)
class Frozen:
    """One run of the program; `log` is where its output goes. Use as a context manager."""

    arguments: list[str]
    environment: Mapping[str, str]
    port: int
    log: Path
    started_in: float = field(default=0.0, init=False)
    process: subprocess.Popen[bytes] = field(init=False)

    def __enter__(self) -> "Frozen":
        begin = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, *self.arguments], env=self.environment, stdout=log, stderr=log, cwd=self.log.parent
            )
        try:
            self._wait_until_ready(begin)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """Asks the program to end as a supervisor does, and returns its exit status."""
        self.process.terminate()
        return self.process.wait(10)

    def get(self, path: str) -> Any:
        return json.loads(self._call(urllib.request.Request(self._url(path))))

    def post(self, path: str, body: object) -> Any:
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        return json.loads(self._call(urllib.request.Request(self._url(path), data, headers)))

    def page(self, path: str) -> str:
        return self._call(urllib.request.Request(self._url(path))).decode()

    def _wait_until_ready(self, begin: float) -> None:
        while not self._is_ready():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < begin + READY_WITHIN, self.log.read_text()
            time.sleep(0.02)
        self.started_in = time.monotonic() - begin

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def _call(self, request: urllib.request.Request) -> bytes:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()

    def _is_ready(self) -> bool:
        try:
            self.page("/readyz")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        return True
