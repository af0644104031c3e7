"""`serve` and `migrate` (contract chat 7.2, 7.4)."""

import asyncio
import contextlib
import errno
import sys
from collections.abc import Callable, Sequence

from clickclack.cli.flags import parse
from clickclack.cli.serve_flags import BOOLEANS, TEXTS
from clickclack.kernel.hosts import local_host
from clickclack.settings import Settings, load

_ELSEWHERE = "sign in over https, or on this machine: browsers elsewhere do not keep a sign-in over plain http"


class AddressTaken(OSError):  # noqa: N818 - named after what is the case
    """Another program listens there."""


def settings_from(arguments: Sequence[str]) -> Settings:
    """The settings that these arguments, the environment and the file make."""
    parsed = parse(arguments, frozenset(TEXTS), frozenset(BOOLEANS)).refuse_rest()
    flags = {name.replace("-", "_"): value for name, value in parsed.values.items() if name != "config"}
    return load(flags, config=parsed.text("config"))


def serve(arguments: Sequence[str]) -> None:
    """Serves until it is told to stop."""
    from clickclack.app import open_data
    from clickclack.cli.data import held, held_uploads
    from clickclack.kernel import garbage, logs

    settings = settings_from(arguments)
    logs.set_up(settings.log_format)
    with held(settings) as lock, held_uploads(settings):
        open_data(settings)
        garbage.tune()
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(settings, lock.tell))
        print("stopped", file=sys.stderr)


async def _serve(settings: Settings, tell: Callable[[str], None]) -> None:
    from clickclack.api.chat.parts import SIGN_IN
    from clickclack.app import running
    from clickclack.identity import passwords, users
    from clickclack.kernel.http.call import DATABASE
    from clickclack.kernel.http.listening import listen

    async with running(settings) as app:
        empty = not await app[DATABASE].read(users.any_exists)
        address = await app[DATABASE].read(passwords.address_without)

        def ready(port: int) -> None:
            host = settings.host if settings.host not in ("", "0.0.0.0", "::") else "localhost"  # noqa: S104
            shown = f"[{host}]" if ":" in host else host
            here = f"http://{shown}:{port}"
            with contextlib.suppress(OSError):  # on a full disk commands do not learn it
                tell(here)
            print(f"ClickClack is at {settings.public_url or here}/", file=sys.stderr, flush=True)
            print(f"data: {settings.data}", file=sys.stderr, flush=True)
            if not local_host(settings.host) and not settings.public_url.startswith("https:"):
                print(_ELSEWHERE, file=sys.stderr, flush=True)
            if settings.dev_bootstrap:
                print("dev mode: everybody on this machine is the first user", file=sys.stderr, flush=True)
            elif empty:
                code = app[SIGN_IN].setup_code
                where = "with" if settings.public_url else "from another machine with"
                print(f"first run: open the address to set up, {where} the code {code}", file=sys.stderr)
            elif address:
                link = f"clickclack admin magic-link create --email {address} --data {settings.data}"
                print(f"nobody has a password yet; a link to sign in with: {link}", file=sys.stderr, flush=True)

        try:
            await listen(app, settings.host, settings.port, ready)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise AddressTaken(
                f"{settings.addr}: address already in use by another program; choose another one with --addr"
            ) from None


def migrate(arguments: Sequence[str]) -> None:
    """Brings the database to the newest schema; does nothing the second time."""
    from clickclack.cli.data import bring_up_to_date

    bring_up_to_date(settings_from(arguments))
