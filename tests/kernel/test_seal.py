"""Sealed secrets: readable with the key alone, for what they were sealed for."""

import stat
from pathlib import Path

import pytest

from clickclack.kernel.opening import StorageError
from clickclack.kernel.seal import Seal, SealBroken, make_key

KEY = b"k" * 32


def test_what_was_sealed_opens_with_the_same_key_and_purpose_alone():
    sealed = Seal(KEY).close("a secret", "webhooks")
    assert Seal(KEY).open(sealed, "webhooks") == "a secret"
    assert b"secret" not in sealed
    assert Seal(KEY).close("a secret", "webhooks") != sealed
    for seal, purpose in ((Seal(b"o" * 32), "webhooks"), (Seal(KEY), "mail")):
        with pytest.raises(SealBroken):
            seal.open(sealed, purpose)


@pytest.mark.parametrize("place", [0, 5, -1])
def test_a_value_that_was_changed_does_not_open(place: int):
    sealed = bytearray(Seal(KEY).close("a secret", "webhooks"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        Seal(KEY).open(bytes(sealed), "webhooks")
    with pytest.raises(SealBroken):
        Seal(KEY).open(b"", "webhooks")


def test_the_key_is_made_once_for_this_user_alone(tmp_path: Path):
    path = tmp_path / "seal.key"
    make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = path.read_bytes()
    assert len(key) == 32
    make_key(path)
    assert path.read_bytes() == key
    assert [file.name for file in tmp_path.iterdir()] == ["seal.key"]
    assert Seal.of_file(path).open(Seal(key).close("x", "p"), "p") == "x"


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path):
    path = tmp_path / "seal.key"
    path.write_bytes(b"short")
    with pytest.raises(StorageError, match="holds no key"):
        Seal.of_file(path)
