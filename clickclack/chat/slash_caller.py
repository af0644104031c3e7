"""Calling the server of a slash command while somebody waits: the one request that waits for somebody else's server."""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Generator

from clickclack.chat.callback_signatures import call_headers
from clickclack.chat.slash_calls import Invocation, Outcome, parse
from clickclack.chat.slash_commands import PURPOSE
from clickclack.kernel.clock import Clock
from clickclack.kernel.errors import Unavailable
from clickclack.kernel.outbound import Outbound
from clickclack.kernel.outbound_failures import Failure
from clickclack.kernel.seal import Seal, SealBroken

FAILED = "slash command callback failed"
AT_ONCE = 64
AT_ONCE_IN_WORKSPACE = 16


class SlashCaller:
    """Calls up to 64 commands at once, 16 of one workspace, for 3 s at most each."""

    def __init__(self, outbound: Outbound, seal: Seal, clock: Clock) -> None:
        self._outbound = outbound
        self._seal = seal
        self._clock = clock
        self._under_way: Counter[str] = Counter()
        self._lock = threading.Lock()  # while another process writes, units run on the writer's thread

    @contextlib.contextmanager
    def room(self) -> Generator[Callable[[str], None]]:
        """What takes room for a call of a workspace, given back with the end of the block.

        It raises Unavailable while too many are under way, and belongs into the unit that notes the call: units wait
        together, and each must see what those before it have taken. A unit that runs again takes nothing more.
        """
        taken: list[str] = []

        def take(workspace_id: str) -> None:
            with self._lock:
                if taken:
                    return
                if self._under_way.total() >= AT_ONCE or self._under_way[workspace_id] >= AT_ONCE_IN_WORKSPACE:
                    raise Unavailable("too many slash commands are under way, try again")
                taken.append(workspace_id)
                self._under_way[workspace_id] += 1

        try:
            yield take
        finally:
            with self._lock:
                self._under_way -= Counter(taken)

    async def call(self, invocation: Invocation) -> Outcome:
        """Sends the invocation, once, and says what came back; never raises what the other server did wrong."""
        body = invocation.payload.encode()
        try:
            secret = self._seal.open(invocation.command.secret, PURPOSE)
            signed = call_headers(secret, invocation.id, self._clock.now(), body)
            headers = {"Content-Type": "application/json", **signed}
            url, only = invocation.command.callback_url, invocation.allowed
            answer = await self._outbound.request("POST", url, headers=headers, body=body, only=only)
        except SealBroken as broken:
            return Outcome(0, "", str(broken))
        except Failure as failure:
            return Outcome(0, "", failure.text)
        said = answer.body.decode(errors="replace")
        if 200 <= answer.status < 300:
            return parse(Outcome(answer.status, said))
        return Outcome(answer.status, said, FAILED)
