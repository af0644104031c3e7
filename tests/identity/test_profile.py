"""One's own profile, changed as a whole (contract chat 3.2); tests/api/chat/test_me.py tries the values."""

import pytest

from clickclack.identity import profile
from clickclack.identity.preferences import NotificationSettings
from clickclack.identity.profile import ProfileChange
from clickclack.identity.users import ProfileFields
from clickclack.kernel.errors import Invalid
from tests.conftest import Server
from tests.people import human

KEY = "a1" * 15


async def test_a_change_gives_the_profile_that_is_read_afterwards(server: Server) -> None:
    member = human(server.cast.people["member"])
    wanted = ProfileChange(ProfileFields("Uma"), NotificationSettings(True, KEY), {"color_mode": "dark"})
    changed = await server.db.write(profile.change, member, wanted)
    assert (changed.user.display_name, changed.user.handle) == ("Uma", "member")
    assert (changed.notifications, changed.appearance) == (NotificationSettings(True, KEY), {"color_mode": "dark"})
    assert await server.db.read(profile.own, member) == changed
    assert await server.db.write(profile.change, member, ProfileChange()) == changed


async def test_a_wrong_last_part_changes_none_of_the_others(server: Server) -> None:
    member = human(server.cast.people["member"])
    before = await server.db.read(profile.own, member)
    wanted = ProfileChange(ProfileFields("Uma"), NotificationSettings(True, KEY), {"color_mode": "ember"})
    with pytest.raises(Invalid, match="color_mode is invalid"):
        await server.db.write(profile.change, member, wanted)
    assert await server.db.read(profile.own, member) == before
