"""The keys that another server publishes: fetched when needed, kept as long as it says."""

from collections.abc import AsyncGenerator

import orjson
import pytest
from aiohttp import web

from clickclack.kernel.jose import BadToken
from clickclack.kernel.key_sets import KeySet
from clickclack.kernel.outbound import Outbound
from clickclack.kernel.outbound_failures import Failure
from tests.clock import FakeClock
from tests.providers import Provider, provider
from tests.tokens import signer

ALL = frozenset({"RS256", "ES256", "EdDSA"})
ONE, TWO = signer("ES256"), signer("ES256", "two")


@pytest.fixture
async def publisher() -> AsyncGenerator[Provider]:
    async with provider() as played:
        played.replies["/keys"] = {"keys": [ONE.jwk, "x"]}
        yield played


def key_set(publisher: Provider, clock: FakeClock) -> KeySet:
    return KeySet(f"{publisher.url}/keys", Outbound(allow_loopback=True), clock)


def saying(**headers: str) -> web.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(body=orjson.dumps({"keys": [ONE.jwk]}), headers=named)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 3600),
        ({"Cache_Control": "public, max-age=100"}, 100),
        ({"Cache_Control": "max-age=999999"}, 86_400),
        ({"Cache_Control": "no-store", "Expires": "Mon, 21 Sep 2026 14:23:20 GMT"}, 600),
        ({"Expires": "0"}, 3600),
        ({"Expires": "Mon, 21 Sep 2026 99999999999999999999:00:00 GMT"}, 3600),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 30),
        ({"Cache_Control": "no-cache, no-store, max-age=0"}, 30),
    ],
)
async def test_keys_are_kept_as_long_as_the_answer_says(
    publisher: Provider, headers: dict[str, str], seconds: int
) -> None:
    clock = FakeClock()
    publisher.replies["/keys"] = lambda _: saying(**headers)  # pyright: ignore[reportUnknownLambdaType]
    keys = key_set(publisher, clock)
    await keys.checked(ONE.sign({}), ALL)
    clock.advance(seconds - 1)
    await keys.checked(ONE.sign({}), ALL)
    assert len(publisher.asked) == 1
    clock.advance(2)
    await keys.checked(ONE.sign({}), ALL)
    assert len(publisher.asked) == 2


async def test_an_unknown_key_is_asked_for_every_half_minute_at_most(publisher: Provider) -> None:
    clock = FakeClock()
    keys = key_set(publisher, clock)
    for _ in range(3):
        with pytest.raises(BadToken, match="no key fits"):
            await keys.checked(TWO.sign({}), ALL)
    assert len(publisher.asked) == 1
    publisher.replies["/keys"] = {"keys": [ONE.jwk, TWO.jwk]}
    clock.advance(30)
    assert (await keys.checked(TWO.sign({"a": 1}), ALL)).claims == {"a": 1}
    await keys.checked(ONE.sign({}), ALL)
    assert len(publisher.asked) == 2


async def test_a_token_that_names_no_key_is_checked_with_each(publisher: Provider) -> None:
    publisher.replies["/keys"] = {"keys": [TWO.jwk, ONE.jwk]}
    await key_set(publisher, FakeClock()).checked(ONE.sign({}, kid=""), ALL)


async def test_an_algorithm_that_is_not_wanted_fetches_nothing(publisher: Provider) -> None:
    with pytest.raises(BadToken, match="not accepted"):
        await key_set(publisher, FakeClock()).checked(ONE.sign({}), frozenset({"RS256"}))
    assert publisher.asked == []


@pytest.mark.parametrize("reply", [500, 302, [], {"keys": {}}, {}])
async def test_a_publisher_that_fails_is_left_alone_for_half_a_minute(publisher: Provider, reply: object) -> None:
    clock = FakeClock()
    publisher.replies["/keys"] = reply
    keys = key_set(publisher, clock)
    for _ in range(3):
        with pytest.raises(Failure):
            await keys.checked(ONE.sign({}), ALL)
    assert len(publisher.asked) == 1
    publisher.replies["/keys"] = {"keys": [ONE.jwk]}
    clock.advance(30)
    await keys.checked(ONE.sign({}), ALL)
