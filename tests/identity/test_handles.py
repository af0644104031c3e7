"""Everybody can be mentioned: who is made without a handle gets one made of the name (contract chat 1.3)."""

import pytest

from clickclack.identity import users
from clickclack.identity.users import ProfileFields
from clickclack.kernel.transaction import Tx
from tests.conftest import Server


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Ada Lovelace", "ada-lovelace"),
        ("Ärger & Söhne Straße", "arger-sohne-strasse"),
        ("ada@example.org", "ada"),
        (" @Ada", "ada"),
        ("日本", ""),
        ("A", ""),
        ("x" * 31 + " y", "x" * 31),
        ("member", "member-2"),
    ],
)
async def test_a_handle_is_made_of_the_name(server: Server, name: str, handle: str) -> None:
    assert (await server.db.write(users.create_human, name)).handle == handle


async def test_people_and_bots_of_one_name_are_told_apart(server: Server) -> None:
    def unit(tx: Tx) -> list[str]:
        bot = users.create_bot(tx, ProfileFields("Bob"), None)
        return [users.create_human(tx, "Bob").handle, bot.handle, users.create_human(tx, "bob!").handle]

    assert await server.db.write(unit) == ["bob-2", "bob", "bob-3"]


async def test_a_long_handle_is_cut_for_its_number(server: Server) -> None:
    def unit(tx: Tx) -> list[str]:
        return [users.create_human(tx, "a" * 29 + " bcd").handle for _ in range(2)]

    assert await server.db.write(unit) == ["a" * 29 + "-bc", "a" * 29 + "-2"]


async def test_a_bot_may_choose_its_handle(server: Server) -> None:
    bot = await server.db.write(users.create_bot, ProfileFields("Bob", "robby"), None)
    assert bot.handle == "robby"
