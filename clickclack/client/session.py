"""The way in: one server, one caller, and everything that the caller may do there."""

from contextlib import AsyncExitStack
from types import TracebackType

from clickclack.client.agents import Agents
from clickclack.client.messages import Messages
from clickclack.client.objects import ClaimedToken, SignedIn, User
from clickclack.client.realtime import Realtime
from clickclack.client.signals import Signals
from clickclack.client.threads import Reactions, Threads
from clickclack.client.transport import Transport, path
from clickclack.client.uploads import Uploads
from clickclack.client.workspaces import Channels, DirectConversations, Workspaces

HERE = "http://localhost:8080"
TIMEOUT = 10.0


class Client:
    """A caller of a server, inside an `async with` block.

    `token` is that of a session (`sst_…`) or a bot (`ccb_…`); `user_id` names somebody to a server in dev mode on this
    machine. A call that has no answer after `timeout` seconds raises Unreachable, one that the server refuses ApiError.
    """

    def __init__(self, server: str = HERE, *, token: str = "", user_id: str = "", timeout: float = TIMEOUT) -> None:
        self._transport = Transport(server, token, user_id, timeout)
        self._stack = AsyncExitStack()
        self.workspaces = Workspaces(self._transport)
        self.channels = Channels(self._transport)
        self.direct_conversations = DirectConversations(self._transport)
        self.messages = Messages(self._transport)
        self.threads = Threads(self._transport)
        self.reactions = Reactions(self._transport)
        self.uploads = Uploads(self._transport)
        self.signals = Signals(self._transport)
        self.agents = Agents(self._transport)
        self.realtime = Realtime(self._transport)

    async def __aenter__(self) -> "Client":
        await self._stack.enter_async_context(self._transport.open())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def me(self) -> User:
        """Who the caller is."""
        return (await self._transport.call("GET", path("me")))["user"]

    async def sign_in(self, magic_token: str) -> SignedIn:
        """Trades the token of a sign-in link, which is good once, for a session; make another client with its token."""
        return await self._transport.call("POST", path("auth", "magic", "consume"), {"token": magic_token})

    async def claim_setup_code(self, code: str) -> ClaimedToken:
        """Trades a bot's setup code, which is good once and for ten minutes, for a token; dashes and case are free.

        The address that a page shows with the code behind its `#` is taken as well; this client's server is asked.
        """
        bare = code.rpartition("#")[2].strip()
        return await self._transport.call("POST", path("bot-setup-codes", "claim"), {"code": bare})

    async def sign_out(self) -> None:
        """Ends the session whose token is used."""
        await self._transport.call("POST", path("auth", "logout"))
