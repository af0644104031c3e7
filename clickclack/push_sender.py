"""Sending Pushover notifications beside requests: one after another, at most 1,000 waiting, failures only logged."""

import asyncio
import logging
from urllib.parse import urlencode

from clickclack.chat.push import TELLING, Push, pushes_for
from clickclack.kernel.database import Database
from clickclack.kernel.event import Event
from clickclack.kernel.loops import Loop
from clickclack.kernel.outbound import Outbound
from clickclack.kernel.outbound_failures import Failure

log = logging.getLogger(__name__)

ADDRESS = "https://api.pushover.net/1/messages.json"
SECONDS = 5.0
WAITING = 1000
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class PushSender:
    """A watcher of the hub. Notifications are a courtesy: what does not fit in the queue is left out."""

    def __init__(self, db: Database, outbound: Outbound, token: str, address: str = ADDRESS) -> None:
        self._db = db
        self._outbound = outbound
        self._token = token
        self._address = address
        self._events: asyncio.Queue[Event] = asyncio.Queue(WAITING)
        self.loop = Loop("push notifications", self._run)

    def watch(self, event: Event) -> None:
        """Notes an event that somebody may want to be told of; never waits."""
        if event.n and event.type in TELLING:
            try:
                self._events.put_nowait(event)
            except asyncio.QueueFull:
                log.warning("a notification is left out: %d wait already", WAITING)

    async def _run(self) -> None:
        while True:
            event = await self._events.get()
            for push in await self._db.read(pushes_for, event):
                await self._send(push)

    async def _send(self, push: Push) -> None:
        fields = {"token": self._token, "user": push.user_key, "title": push.title, "message": push.text}
        try:
            answer = await self._outbound.request(
                "POST", self._address, headers=_FORM, body=urlencode(fields).encode(), seconds=SECONDS
            )
        except Failure as failure:
            log.warning("a notification was not sent: %s", failure.text)
        else:
            if answer.status >= 400:
                log.warning("a notification was not taken: status %d", answer.status)
