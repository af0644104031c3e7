"""Routes of signing in and out (contract chat 2.5, 3.1; password and log-out are additions)."""

import contextlib
from typing import Any

from aiohttp import web

from clickclack.api.callers.devices import device_of
from clickclack.api.callers.local_requests import client_address, is_local
from clickclack.api.chat import models, models_sessions, models_sign_in, render_identity
from clickclack.api.chat.needs import PeopleOnly
from clickclack.api.chat.parts import SIGN_IN, SignIn
from clickclack.api.chat.sign_in import Signed, refuse_other_sites, signed_in, start
from clickclack.identity import credentials, letters, magic_links, names, passwords
from clickclack.identity.actors import Actor
from clickclack.identity.passwords import Verified
from clickclack.kernel.errors import Forbidden, NotSupported, TooMany, Unauthenticated
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body
from clickclack.kernel.transaction import Tx

routes = Routes[Actor]()

PEOPLE = PeopleOnly("bot tokens have no sessions")


class MagicRequest(Body):
    """For whom a link is made; the name is for a person who is new."""

    email: str = ""
    display_name: str = ""


class MagicConsume(Body):
    """The token of a magic link."""

    token: str = ""


class PasswordLogin(Body):
    """An e-mail address and the password that belongs to it."""

    email: str
    password: str


@routes.add(
    "POST /api/auth/magic/request",
    summary="Have a magic link sent by mail; in dev mode on this machine, make one",
    answers={201: models_sessions.MagicLinkAnswer, 202: models_sign_in.LinkSent},
    errors=(415, 429, 501),
)
async def request_magic_link(call: Call[None], body: MagicRequest) -> web.Response:
    if call.request.app[SIGN_IN].mail:
        return await _mail_link(call, body)
    if not call.request.app[SIGN_IN].dev:
        raise NotSupported("magic-link delivery is not configured")
    if not is_local(call.request.remote, call.request.headers):
        raise Forbidden("magic-link token minting is only available from loopback clients")
    link = await call.db.write(magic_links.create, body.email, body.display_name)
    return json_response(201, {"magic_link": render_identity.magic_link(link), "token": link.token})


async def _mail_link(call: Call[None], body: MagicRequest) -> web.Response:
    """Answers the same at once, whoever has the address; a job finds out."""
    refuse_other_sites(call.request)
    sign_in = call.request.app[SIGN_IN]
    email = names.email_address(body.email)
    name = names.display_name(body.display_name) if body.display_name.strip() else ""
    asker = client_address(call.request.remote, call.request.headers)
    wait = sign_in.links_by_asker.take(asker) or sign_in.links_to_address.take(email)
    if wait is not None:
        raise TooMany("too many links were asked for, try again later", retry_after=wait)
    await call.db.write(letters.ask_for_link, email, name)
    return json_response(202, {"sent": True})


@routes.add(
    "POST /api/auth/magic/consume",
    summary="Sign in with the token of a magic link",
    answers={200: models_sessions.SignInAnswer},
    errors=(415,),
)
async def consume_magic_link(call: Call[None], body: MagicConsume) -> web.Response:
    refuse_other_sites(call.request)

    def consume(tx: Tx) -> Signed:
        return start(tx, magic_links.consume(tx, body.token).n, device_of(call.request))

    return signed_in(call, await call.db.write(consume))


@routes.add(
    "POST /api/auth/password/login",
    summary="Sign in with e-mail address and password",
    answers={200: models_sessions.SignInAnswer},
    errors=(401, 415, 429),
)
async def log_in(call: Call[None], body: PasswordLogin) -> web.Response:
    refuse_other_sites(call.request)
    sign_in = call.request.app[SIGN_IN]
    address, account = client_address(call.request.remote, call.request.headers), names.email_key(body.email)
    _throttle(sign_in, account, address)
    found = await call.db.read(passwords.find, account)
    good = await sign_in.passwords.verify(found and found[1], body.password)
    if found is None or not good:
        raise Unauthenticated(passwords.INCORRECT)
    sign_in.by_account.forget(f"{account} {address}")
    sign_in.by_address.give_back(address)
    sign_in.on_account.give_back(account)
    _refuse(sign_in.successes.take(account))
    fresh = await sign_in.passwords.hash(body.password) if sign_in.passwords.outdated(found[1]) else None
    verified = Verified(*found, fresh)
    return signed_in(call, await call.db.write(passwords.sign_in, verified, device_of(call.request)))


def _throttle(sign_in: SignIn, account: str, address: str) -> None:
    """Counts the address first: what it is refused leaves no trace of the account that it named."""
    _refuse(
        sign_in.by_address.take(address)
        or sign_in.by_account.take(f"{account} {address}")
        or sign_in.on_account.take(account)
    )


def _refuse(wait: float | None) -> None:
    if wait is not None:
        raise TooMany("too many sign-in attempts, try again later", retry_after=wait)


@routes.add(
    "POST /api/auth/logout",
    summary="End the session in use and forget its cookie",
    answers={200: models.Ok},
)
async def log_out(call: Call[Any]) -> web.Response:
    with contextlib.suppress(Unauthenticated):  # a session that is over already needs only its cookie cleared
        actor = await call.authenticate()
        PEOPLE.check(actor, call.path)
        await call.db.write(credentials.revoke_current, actor)
    response = json_response(200, {"ok": True})
    call.request.app[SIGN_IN].cookie.clear(call.request, response)
    return response
