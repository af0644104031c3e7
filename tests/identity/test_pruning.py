"""Forgetting what ended long ago: magic links after a day, credentials after ninety."""

import pytest

from clickclack.identity import credentials, magic_links, users
from clickclack.kernel.clock import DAY, MINUTE
from clickclack.kernel.errors import Invalid
from clickclack.kernel.transaction import Tx
from tests.conftest import Serve, Server


def count(tx: Tx, table: str) -> int:
    return tx.value(f"SELECT COUNT(*) FROM {table}")


async def test_a_magic_link_is_told_to_be_used_or_expired_for_a_day_and_then_forgotten(serve: Serve):
    server: Server = await serve(empty=True)
    used = await server.db.write(magic_links.create, "ann@example.org", "Ann")
    await server.db.write(magic_links.consume, used.token)
    server.clock.advance((DAY + 15 * MINUTE) / 1e6 - 1)
    assert await server.db.write(magic_links.prune) == 0
    with pytest.raises(Invalid, match="already used"):
        await server.db.write(magic_links.consume, used.token)
    server.clock.advance(1)
    fresh = await server.db.write(magic_links.create, "ann@example.org", "Ann")
    assert await server.db.write(magic_links.prune) == 1
    assert await server.db.read(count, "magic_links") == 1
    with pytest.raises(Invalid, match="not valid"):
        await server.db.write(magic_links.consume, used.token)
    await server.db.write(magic_links.consume, fresh.token)


async def test_ended_credentials_are_forgotten_after_ninety_days_and_live_ones_never(serve: Serve):
    server: Server = await serve(empty=True)

    def begin(tx: Tx) -> int:
        ann = users.create_human(tx, "Ann", "")
        credentials.start_session(tx, ann.n)
        revoked = credentials.start_session(tx, ann.n).credential.n
        tx.run("UPDATE credentials SET revoked_at = ? WHERE n = ?", tx.now, revoked)
        tx.run(
            "INSERT INTO credentials (id, kind, token_hash, user_n, created_at) VALUES ('k', 'bot_token', x'00', ?, 0)",
            ann.n,
        )
        return revoked

    revoked = await server.db.write(begin)
    server.clock.advance(90 * 86_400 - 1)
    assert await server.db.write(credentials.prune) == 0
    server.clock.advance(1)
    assert await server.db.write(credentials.prune) == 1
    assert await server.db.read(lambda tx: tx.value("SELECT 1 FROM credentials WHERE n = ?", revoked)) is None
    server.clock.advance(30 * 86_400)
    assert await server.db.write(credentials.prune) == 1
    assert await server.db.read(lambda tx: tx.all("SELECT id FROM credentials")) == [("k",)]
