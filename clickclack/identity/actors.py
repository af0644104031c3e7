"""Who is calling: the one answer of authentication for every surface (design section 6)."""

from dataclasses import dataclass
from typing import Literal

from clickclack.kernel.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Actor:
    """A user behind a credential, or for whom a command of the server's owner is run.

    `workspace_*` bind a bot token to its workspace; `scopes` narrow it, None leaves the user's own rights.
    `expires_at` is when the credential ends, in microseconds UTC, None for never.
    """

    user_n: int
    user_id: str
    kind: Literal["human", "bot"]
    via: Literal["bearer", "cookie", "access", "header", "fallback", "command"]
    credential_n: int | None = None
    workspace_n: int | None = None
    workspace_id: str | None = None
    scopes: frozenset[str] | None = None
    expires_at: int | None = None

    @property
    def is_bot(self) -> bool:
        """Whether a bot calls with its own token; whom the dev header names is a person (contract chat 2.1)."""
        return self.kind == "bot" and self.credential_n is not None

    def require_scope(self, scope: str) -> None:
        """Raises Forbidden when the credential is narrowed and lacks `scope` (contract chat 2.10)."""
        if self.scopes is not None and scope not in self.scopes:
            raise Forbidden(f"{'bot token' if self.is_bot else 'credential'} is missing scope {scope}")
