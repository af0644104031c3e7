"""What is done with bots reads what it needs by an index (design section 4)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from clickclack.chat import bot_claims, bot_menus, bot_removal
from clickclack.chat.bot_menus import MenuItem
from clickclack.identity import bot_setup_codes, bot_tokens, bots
from clickclack.identity.bot_setup_codes import NewSetupCode
from clickclack.identity.bot_tokens import TokenWish
from clickclack.identity.bots import NewBot
from clickclack.identity.users import ProfileFields
from tests.watched import Watched


def _bots(w: Watched) -> None:
    owner, workspace, nonce = w.actor("owner"), w.cast.workspace, "n" * 16
    place, _ = bots.workspace_and_owner(w.tx, owner, workspace, owner.user_id)
    for name in ("Ann", "Ann", "Bob"):
        bots.create(w.tx, owner, place, NewBot(ProfileFields(name, name), setup_nonce=nonce + name))
    pet = bots.create_without_token(w.tx, owner, place, NewBot(ProfileFields("Pet", "pet")))
    token = bot_tokens.create(w.tx, owner, workspace, pet.id, TokenWish(setup_nonce=nonce)).token
    assert len(bots.list_bots(w.tx, owner, workspace)) == 7
    assert bot_tokens.list_where_it_is(w.tx, owner, pet.id) == [token]
    assert bot_tokens.revoke(w.tx, owner, token.credential.id).credential.revoked_at
    code = bot_setup_codes.create(w.tx, owner, workspace, pet.id, NewSetupCode(TokenWish())).code
    assert bot_claims.claim(w.tx, code).defaults.default_to == "channel:general"
    bot_setup_codes.prune(w.tx)


def _menus(w: Watched) -> None:
    bot = replace(w.actor("bot_write"), workspace_id=w.cast.workspace)
    for command in ("/a", "/b"):
        bot_menus.replace_menu(w.tx, bot, [MenuItem(command, "Does it")])
    assert len(bot_menus.list_menus(w.tx, w.actor("member"), w.cast.workspace)) == 1


def _removal(w: Watched) -> None:
    owner, workspace = w.actor("owner"), w.cast.workspace
    bot_removal.remove(w.tx, owner, workspace, w.actor("bot_read").user_id)
    for name in ("bot_read", "bot_write"):
        assert bot_removal.delete(w.tx, owner, w.actor(name).user_id).events
    bot_removal.delete_workspace(w.tx, owner, workspace)


@pytest.mark.parametrize("act", [_bots, _menus, _removal], ids=lambda act: act.__name__.strip("_"))
def test_no_statement_scans_a_table(watched: Watched, act: Callable[[Watched], None]) -> None:
    act(watched)
    assert watched.plans()
    assert watched.scans() == []


def test_a_list_of_bots_takes_the_same_number_of_statements_however_many_they_are(watched: Watched) -> None:
    owner, counts = watched.actor("owner"), list[int]()
    place, _ = bots.workspace_and_owner(watched.tx, owner, watched.cast.workspace, "")
    for _ in range(2):
        bots.create(watched.tx, owner, place, NewBot(ProfileFields("More")))
        watched.statements.clear()
        bots.list_bots(watched.tx, owner, watched.cast.workspace)
        counts.append(len(watched.statements))
    assert counts[0] == counts[1]
