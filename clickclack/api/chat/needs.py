"""What a caller of the chat surface must bring: a scope, or to be a person (contract chat 2.10, 3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from clickclack.identity.access import WRONG_WORKSPACE
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Scope:
    """Whoever has `scope`: a bot's token, a person's narrowed credential, any other of a person.

    A bound credential also has to be bound to the workspace that the path names.
    """

    scope: str | None

    def check(self, actor: Actor, path: Mapping[str, str]) -> None:
        if self.scope is not None:
            actor.require_scope(self.scope)
        if actor.workspace_id is not None and path.get("workspace_id", actor.workspace_id) != actor.workspace_id:
            raise Forbidden(WRONG_WORKSPACE)


@dataclass(frozen=True, slots=True)
class PeopleOnly:
    """A person; a bot gets `refusal`. A person's narrowed credential needs `scope`, and is refused without one."""

    refusal: str
    scope: str | None = None

    def check(self, actor: Actor, path: Mapping[str, str]) -> None:
        if actor.is_bot:
            raise Forbidden(self.refusal)
        if self.scope is not None:
            actor.require_scope(self.scope)
        elif actor.scopes is not None:
            raise Forbidden("a credential with scopes cannot do this")


@dataclass(frozen=True, slots=True)
class BotsOnly:
    """A bot with its own token, which has `scope`; anybody else gets `refusal`."""

    refusal: str
    scope: str | None

    def check(self, actor: Actor, path: Mapping[str, str]) -> None:
        if not actor.is_bot:
            raise Forbidden(self.refusal)
        if self.scope is not None:
            actor.require_scope(self.scope)


INTEGRATORS = PeopleOnly("bot tokens cannot manage integrations")
ANY_CALLER = Scope(None)
