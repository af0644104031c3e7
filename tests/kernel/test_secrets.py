"""Secrets: hard to guess, safe to carry, known by their hash alone."""

import re

from clickclack.kernel.secrets import ALPHABET, new_secret, secret_hash


def test_a_secret_is_its_prefix_and_43_letters_or_digits():
    assert re.fullmatch(r"sst_[A-Za-z0-9]{43}", new_secret("sst"))


def test_a_secret_holds_256_bits_and_never_comes_twice():
    assert len(ALPHABET) == len(set(ALPHABET)) == 62
    assert 62**43 >= 2**256
    made = {new_secret("x") for _ in range(2000)}
    assert len(made) == 2000
    assert set("".join(secret.removeprefix("x_") for secret in made)) == set(ALPHABET)


def test_a_secret_is_stored_as_its_sha256():
    wanted = "64fe5aabdcc04d317b2aa8515c295962cc6f6baefcc1f8ae7c2593b3dd4d6091"
    assert secret_hash("sst_x").hex() == wanted
    assert secret_hash("  sst_x\n").hex() == wanted
    assert secret_hash("SST_x").hex() != wanted
