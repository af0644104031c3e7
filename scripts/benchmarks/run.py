"""Runs the benchmarks named on the command line, or all, and prints their tables. Loopback only; bounded in time.

A name may have an argument, `uploads=1024`.
"""

import asyncio
import importlib
import sys

NAMES = ("posts", "fanout", "history", "search", "startup", "uploads", "deliveries", "bots")


def main() -> int:
    names = sys.argv[1:] or NAMES
    unknown = [name for name in names if name.partition("=")[0] not in NAMES]
    if unknown:
        print(f"unknown benchmark: {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in names:
        print(f"== {name}", flush=True)
        module, _, argument = name.partition("=")
        asyncio.run(importlib.import_module(module).main(*filter(None, [argument])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
