"""How Python's collector of reference cycles works in a server: seldom, and not over what never goes."""

import gc

YOUNG = 10_000
"""New objects after which the youngest are looked through. With Python's 700 the collector runs at every second
request and takes 3 to 5 % of a post (scripts/bench posts)."""


def tune() -> None:
    """Sets what has been made so far aside for good, and the thresholds; to be called when the imports are done."""
    gc.set_threshold(YOUNG, 10, 10)
    gc.freeze()
