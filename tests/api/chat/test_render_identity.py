"""How roles are spelled, and where they stand (contract chat 4.4, 4.5)."""

import pytest

from clickclack.api.chat.render_identity import DIRECTORY, wire_name
from clickclack.identity.permissions import ADMIN, BUILT_IN
from clickclack.identity.roles import RANKS, directory_rank


@pytest.mark.parametrize("role_n", [*BUILT_IN, 999])
def test_a_role_stands_where_its_name_does(role_n: int) -> None:
    assert DIRECTORY[directory_rank(role_n)] == wire_name(role_n)


def test_there_is_a_name_for_every_place() -> None:
    assert len(DIRECTORY) == len(RANKS) == len(set(DIRECTORY))


def test_admins_are_moderators_and_custom_roles_members() -> None:
    assert (wire_name(ADMIN), wire_name(999)) == ("moderator", "member")
