"""What the server's own child processes are given of its environment."""

import os

PASSED = frozenset(
    {
        *("PATH", "HOME", "LANG", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "WINDIR", "USERPROFILE"),
        *("PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    }
)
"""What a program needs to run at all."""
PREFIXES = ("LC_", "_PYI_")
"""Locales, and what the frozen program tells itself about where it was unpacked."""


def environment(*more: str) -> dict[str, str]:
    """The variables that a child may have, and those that are named here: no setting of the server, and so no secret.

    Children read what strangers send.
    """
    return {
        name: value for name, value in os.environ.items() if name in PASSED or name in more or name.startswith(PREFIXES)
    }
