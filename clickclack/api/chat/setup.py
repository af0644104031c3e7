"""What the web UI asks first, and the first-run set-up (additions to contract chat)."""

import hmac
from typing import Any

from aiohttp import web

from clickclack.api.callers.devices import device_of
from clickclack.api.callers.local_requests import client_address, is_local
from clickclack.api.chat import models_sessions, render_identity
from clickclack.api.chat.parts import CONFIG, OAUTH, SIGN_IN
from clickclack.api.chat.sign_in import Signed, refuse_other_sites, signed_in, start
from clickclack.identity import bootstrap, names, passwords, users
from clickclack.identity.actors import Actor
from clickclack.identity.bootstrap import FirstOwner
from clickclack.identity.permissions import OWNER
from clickclack.identity.workspace_records import Workspace
from clickclack.kernel.errors import Conflict, Forbidden, TooMany
from clickclack.kernel.hosts import host_of, local_host
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body
from clickclack.kernel.transaction import Tx

routes = Routes[Actor]()


class SetupInput(Body):
    """The first person: name, how to sign in, and how the workspace is called."""

    display_name: str
    email: str
    password: str
    workspace_name: str = ""
    setup_code: str = ""


@routes.add(
    "GET /api/config",
    summary="What the web UI needs to know before anybody has signed in",
    answers={200: models_sessions.ConfigAnswer},
)
async def config(call: Call[None]) -> web.Response:
    public, sign_in = call.request.app[CONFIG], call.request.app[SIGN_IN]
    local = is_local(call.request.remote, call.request.headers)
    content = {
        "version": public.version,
        "api_base_url": public.api_base_url,
        "frontend_base_url": public.frontend_base_url,
        "dev_bootstrap": sign_in.dev and local,
        "setup_required": not await call.db.read(users.any_exists),
        "setup_code_required": _needs_code(call),
        "sign_in": _ways(call, local),
    }
    return json_response(200, {"config": content})


def _ways(call: Call[None], local: bool) -> dict[str, Any]:
    """How somebody may sign in here: `magic_link` says whether a link can be asked for."""
    sign_in, oauth = call.request.app[SIGN_IN], call.request.app[OAUTH]
    return {
        "password": True,
        "magic_link": sign_in.mail or (sign_in.dev and local),
        "registration_open": sign_in.registration_open,
        "github": oauth.github is not None,
        "oidc": None if oauth.openid is None else {"name": oauth.openid.client.display_name},
    }


@routes.add(
    "POST /api/setup",
    summary="Make the first user, the owner of the first workspace",
    answers={201: models_sessions.SetupAnswer},
    errors=(409, 415, 429),
)
async def set_up(call: Call[None], body: SetupInput) -> web.Response:
    refuse_other_sites(call.request)
    sign_in = call.request.app[SIGN_IN]
    if await call.db.read(users.any_exists):
        raise Conflict("this server is already set up")
    _check_code(call, body.setup_code)
    passwords.check(body.password)
    owner = FirstOwner(
        names.display_name(body.display_name),
        names.email_address(body.email),
        await sign_in.passwords.hash(body.password),
        body.workspace_name,
    )

    def found(tx: Tx) -> tuple[Signed, Workspace]:
        user, workspace = bootstrap.first_owner(tx, owner, sign_in.furnish)
        return start(tx, user.n, device_of(call.request)), workspace

    signed, workspace = await call.db.write(found)
    return signed_in(call, signed, 201, workspace=render_identity.workspace(workspace, OWNER))


def _needs_code(call: Call[None]) -> bool:
    """Whether the caller may be from elsewhere.

    Behind a public address anybody may: a proxy on this machine that names nobody makes everybody look local.
    """
    cookie = call.request.app[SIGN_IN].cookie
    if any(address and not local_host(host_of(address)) for address in (cookie.public_url, cookie.public_api_url)):
        return True
    return not is_local(call.request.remote, call.request.headers)


def _bare(code: str) -> bytes:
    """A code as it is compared: whatever its case, with blanks or dashes or nothing between its parts."""
    return "".join(code.split()).replace("-", "").upper().encode()


def _check_code(call: Call[None], given: str) -> None:
    """Asks who comes from elsewhere for the code on the server's terminal."""
    if not _needs_code(call):
        return
    sign_in = call.request.app[SIGN_IN]
    wait = sign_in.by_address.take(client_address(call.request.remote, call.request.headers))
    if wait is not None:
        raise TooMany("too many attempts, try again later", retry_after=wait)
    if not given.strip():
        raise Forbidden("setup code is required")
    if not hmac.compare_digest(_bare(given), _bare(sign_in.setup_code)):
        raise Forbidden("setup code is wrong")
