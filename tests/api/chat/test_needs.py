"""What a caller must bring, for credentials of every kind (contract chat 2.1, 2.10)."""

import pytest

from clickclack.api.chat.needs import ANY_CALLER, PeopleOnly, Scope
from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Forbidden

SESSION = Actor(1, "usr_1", "human", "cookie", 1)
NARROWED = Actor(1, "usr_1", "human", "bearer", 2, scopes=frozenset({"profile:write"}))
BOT = Actor(2, "usr_2", "bot", "bearer", 3, 9, "wsp_9", frozenset({"profile:read", "profile:write"}))
BOT_BY_NAME = Actor(2, "usr_2", "bot", "header")

REFUSED = "bots do not"
SCOPED = "a credential with scopes cannot do this"


@pytest.mark.parametrize(
    ("needs", "actor", "refusal"),
    [
        (PeopleOnly(REFUSED), SESSION, None),
        (PeopleOnly(REFUSED), BOT_BY_NAME, None),
        (PeopleOnly(REFUSED), BOT, REFUSED),
        (PeopleOnly(REFUSED), NARROWED, SCOPED),
        (PeopleOnly(REFUSED, "profile:write"), SESSION, None),
        (PeopleOnly(REFUSED, "profile:write"), BOT, REFUSED),
        (PeopleOnly(REFUSED, "profile:write"), NARROWED, None),
        (PeopleOnly(REFUSED, "else:write"), NARROWED, "credential is missing scope else:write"),
        (Scope("profile:read"), SESSION, None),
        (Scope("profile:read"), BOT, None),
        (Scope("profile:read"), NARROWED, "credential is missing scope profile:read"),
        (Scope("else:read"), BOT, "bot token is missing scope else:read"),
        (Scope("else:read"), BOT_BY_NAME, None),
        (ANY_CALLER, NARROWED, None),
    ],
)
def test_a_caller(needs: Scope | PeopleOnly, actor: Actor, refusal: str | None) -> None:
    if refusal is None:
        needs.check(actor, {})
        return
    with pytest.raises(Forbidden) as refused:
        needs.check(actor, {})
    assert refused.value.text == refusal


def test_a_bound_credential_stays_in_its_workspace() -> None:
    Scope("profile:read").check(BOT, {"workspace_id": "wsp_9"})
    with pytest.raises(Forbidden, match="bot token cannot access this workspace"):
        Scope("profile:read").check(BOT, {"workspace_id": "wsp_8"})
