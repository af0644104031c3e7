"""Tokens of others: who has signed them, and what is none (RFC 7515, 7517, 7518, 8037)."""

from typing import Any

import pytest

from clickclack.kernel.jose import BadToken, read
from clickclack.kernel.signatures import check
from tests.tokens import Signer, b64, signer

ALGORITHMS = ["RS256", "ES256", "EdDSA"]
BOB = b64(b'{"sub":"bob"}')
OTHER = [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct"}, {"x": 1, "n": 1}, {"x": "*", "n": "*"}]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_is_good_with_its_key_alone(algorithm: str):
    token = read(signer(algorithm).sign({"sub": "ada"}))
    check(token, signer(algorithm).jwk)
    assert (token.claims, token.key_id, token.algorithm) == ({"sub": "ada"}, "one", algorithm)
    with pytest.raises(BadToken):
        check(token, signer(algorithm, "two").jwk)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_that_was_changed_is_not_good(algorithm: str):
    head, _, signature = signer(algorithm).sign({"sub": "ada"}).split(".")
    forged = read(f"{head}.{BOB}.{signature}")
    with pytest.raises(BadToken, match="signature is wrong"):
        check(forged, signer(algorithm).jwk)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    "change", [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct"}, {"x": 1, "n": 1}, {"x": "*", "n": "*"}]
)
def test_a_key_that_is_for_something_else_checks_nothing(algorithm: str, change: dict[str, Any]):
    with pytest.raises(BadToken):
        check(read(signer(algorithm).sign({})), {**signer(algorithm).jwk, **change})


def test_an_rsa_key_is_not_too_small():
    small = Signer("RS256", bits=1024)
    with pytest.raises(BadToken, match="too small"):
        check(read(small.sign({})), small.jwk)


def test_a_point_that_is_on_no_curve_is_no_key():
    with pytest.raises(BadToken, match="not usable"):
        check(read(signer("ES256").sign({})), {**signer("ES256").jwk, "x": b64(b"\1" * 32)})


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512", "PS256"])
def test_other_algorithms_are_refused(algorithm: str):
    key = {name: value for name, value in signer("RS256").jwk.items() if name != "alg"}
    with pytest.raises(BadToken, match="not accepted"):
        check(read(signer("RS256").sign({}, alg=algorithm)), key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "a.b.c.d",
        "*.e30.",
        f"{b64(b'[]')}.e30.e30",
        f"{b64(b'{')}.e30.e30",
        f"{b64(b'{}')}.e30.e30",
        "e30.e30." + "a" * 70_000,
        b64(b'{"alg":"RS256","kid":1}') + ".e30.e30",
        b64(b'{"alg":"RS256","crit":["b64"]}') + ".e30.e30",
    ],
)
def test_what_is_no_token_is_refused(text: str):
    with pytest.raises(BadToken):
        read(text)
