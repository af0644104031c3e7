"""Routes of invitations (additions to contract chat)."""

from typing import Any

from aiohttp import web

from clickclack.api.callers.devices import device_of
from clickclack.api.callers.local_requests import client_address
from clickclack.api.chat import models_sessions, models_sign_in, models_workspaces, render_identity
from clickclack.api.chat.needs import PeopleOnly
from clickclack.api.chat.parts import SIGN_IN
from clickclack.api.chat.sign_in import Signed, refuse_other_sites, signed_in, start
from clickclack.chat.furnishing import make_room_for
from clickclack.identity import invitations, letters, names, passwords
from clickclack.identity.actors import Actor
from clickclack.identity.invitations import Invitation, Newcomer, NewInvitation
from clickclack.kernel.errors import TooMany, Unauthenticated
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body
from clickclack.kernel.transaction import Tx

routes = Routes[Actor]()

PEOPLE = PeopleOnly("bot tokens cannot invite")
GUESTS = PeopleOnly("bot tokens cannot accept invitations")


class InvitationInput(Body):
    """Whom to invite: with an e-mail address that one alone, who is sent a mail when the server can send any."""

    role: str = "member"
    email: str = ""
    expires_in_days: int = invitations.DAYS
    max_uses: int = 1


class TokenInput(Body):
    """The token of an invitation."""

    token: str


class AcceptInput(Body):
    """The token; with an `email`, what makes a new account, whoever asks."""

    token: str
    display_name: str = ""
    email: str = ""
    password: str = ""


@routes.add(
    "GET /api/workspaces/{workspace_id}/invitations",
    summary="List a workspace's invitations, newest first",
    needs=PEOPLE,
    answers={200: models_sign_in.InvitationList},
    errors=(404,),
)
async def list_invitations(call: Call[Actor]) -> web.Response:
    found = await call.db.read(invitations.list_invitations, call.actor, call.path["workspace_id"])
    now = call.clock.now()
    return json_response(200, {"invitations": [render_identity.invitation(one, now) for one in found]})


@routes.add(
    "POST /api/workspaces/{workspace_id}/invitations",
    summary="Invite somebody into a workspace",
    needs=PEOPLE,
    answers={201: models_sign_in.InvitationCreated},
    errors=(404,),
)
async def create(call: Call[Actor], body: InvitationInput) -> web.Response:
    sign_in, workspace_id = call.request.app[SIGN_IN], call.path["workspace_id"]
    new = NewInvitation(body.role, body.email, body.expires_in_days, body.max_uses)

    def invite(tx: Tx) -> tuple[Invitation, str]:
        invitation, token = invitations.create(tx, call.actor, workspace_id, new)
        make_room_for(tx, invitation.workspace, invitation.role_n)
        if invitation.email and sign_in.mail:
            letters.send_invitation(tx, invitation)
        return invitation, token

    invitation, token = await call.db.write(invite)
    content = {
        "invitation": render_identity.invitation(invitation, call.clock.now()),
        "token": token,
        "path": letters.Links("").invite(token),
        "mailed": bool(invitation.email) and sign_in.mail,
    }
    return json_response(201, content)


@routes.add(
    "DELETE /api/invitations/{invitation_id}",
    summary="Take an invitation back",
    needs=PEOPLE,
    answers={204: None},
    errors=(404,),
)
async def revoke(call: Call[Actor]) -> web.Response:
    await call.db.write(invitations.revoke, call.actor, call.path["invitation_id"])
    return web.Response(status=204)


@routes.add(
    "POST /api/invitations/preview",
    summary="See what an invitation is to, before accepting it",
    answers={200: models_sign_in.InvitationPreview},
    errors=(404,),
)
async def preview(call: Call[None], body: TokenInput) -> web.Response:
    def look(tx: Tx) -> tuple[Invitation, str]:
        invitation = invitations.by_token(tx, body.token)
        return invitation, invitations.inviter(tx, invitation)

    invitation, inviter = await call.db.read(look)
    return json_response(200, {"invitation": render_identity.invitation_preview(invitation, inviter)})


@routes.add(
    "POST /api/invitations/accept",
    summary="Accept an invitation, with the account in use or with a new one",
    answers={200: models_workspaces.WorkspaceAnswer, 201: models_sessions.SetupAnswer},
    errors=(404, 409, 415, 429),
)
async def accept(call: Call[Any], body: AcceptInput) -> web.Response:
    refuse_other_sites(call.request)
    if body.email:
        return await _accept_anew(call, body)
    try:
        actor: Actor = await call.authenticate()
    except Unauthenticated:
        return await _accept_anew(call, body)
    GUESTS.check(actor, call.path)
    joined = await call.db.write(invitations.accept, actor, body.token)
    return json_response(200, {"workspace": render_identity.workspace(joined.workspace, joined.role_n)})


async def _accept_anew(call: Call[Any], body: AcceptInput) -> web.Response:
    sign_in = call.request.app[SIGN_IN]
    wait = sign_in.by_address.take(client_address(call.request.remote, call.request.headers))
    if wait is not None:
        raise TooMany("too many attempts, try again later", retry_after=wait)
    await call.db.read(invitations.by_token, body.token)  # hashing is for who has a good one
    name, email = names.display_name(body.display_name), names.email_address(body.email)
    passwords.check(body.password)
    newcomer = Newcomer(name, email, await sign_in.passwords.hash(body.password))

    def let_in(tx: Tx) -> tuple[Signed, Invitation]:
        user, invitation = invitations.accept_as_newcomer(tx, body.token, newcomer)
        return start(tx, user.n, device_of(call.request)), invitation

    signed, invitation = await call.db.write(let_in)
    workspace = render_identity.workspace(invitation.workspace, invitation.role_n)
    return signed_in(call, signed, 201, workspace=workspace)
