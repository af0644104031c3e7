"""Routes of one's own profile and password (contract chat 3.2; the password is an addition)."""

from aiohttp import web

from clickclack.api.chat import models, render
from clickclack.api.chat.needs import PeopleOnly, Scope
from clickclack.api.chat.parts import SIGN_IN
from clickclack.chat import pictures
from clickclack.identity import credentials, passwords, preferences, users
from clickclack.identity.actors import Actor
from clickclack.identity.preferences import NotificationSettings
from clickclack.identity.users import ProfileFields
from clickclack.kernel.errors import Forbidden, TooMany
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body
from clickclack.kernel.transaction import Tx

routes = Routes[Actor]()


class NotificationInput(Body):
    """Both fields are replaced."""

    pushover_enabled: bool = False
    pushover_user_key: str = ""


class AppearanceInput(Body):
    """The empty text or the default's name takes a choice back."""

    color_mode: str | None = None
    board_theme: str | None = None
    message_layout: str | None = None
    density: str | None = None


class ProfileInput(Body):
    """What a person may change of the profile; absent leaves a member as it is."""

    display_name: str | None = None
    handle: str | None = None
    avatar_url: str | None = None
    notification_settings: NotificationInput | None = None
    appearance_preferences: AppearanceInput | None = None


class PasswordInput(Body):
    """A new password, and the one it replaces when there is one."""

    current_password: str = ""
    new_password: str


def _me(tx: Tx, actor: Actor) -> render.Json:
    rendered = render.user(users.by_n(tx, actor.user_n))
    if actor.scopes is None:
        settings = preferences.notification_settings(tx, actor.user_n)
        rendered["notification_settings"] = {
            "pushover_enabled": settings.pushover_enabled,
            "pushover_user_key": settings.pushover_user_key,
        }
    appearance = preferences.appearance(tx, actor.user_n)
    if appearance is not None:
        rendered["appearance_preferences"] = appearance
    return {"user": rendered}


@routes.add(
    "GET /api/me",
    summary="Read one's own profile and preferences",
    needs=Scope("profile:read"),
    answers={200: models.MeAnswer},
)
async def get(call: Call[Actor]) -> web.Response:
    return json_response(200, await call.db.read(_me, call.actor))


@routes.add(
    "PATCH /api/me",
    summary="Change one's own profile and preferences",
    needs=PeopleOnly("bot tokens cannot update profiles"),
    answers={200: models.MeAnswer},
)
async def update(call: Call[Actor], body: ProfileInput) -> web.Response:
    def change(tx: Tx) -> render.Json:
        fields = ProfileFields(body.display_name, body.handle, body.avatar_url)
        if fields != ProfileFields():
            pictures.update_profile(tx, call.actor, fields)
        if body.notification_settings is not None:
            settings = NotificationSettings(**body.notification_settings.model_dump())
            preferences.set_notification_settings(tx, call.actor.user_n, settings)
        if body.appearance_preferences is not None:
            given = body.appearance_preferences.model_dump(exclude_none=True)
            preferences.set_appearance(tx, call.actor.user_n, given)
        return _me(tx, call.actor)

    return json_response(200, await call.db.write(change))


@routes.add(
    "PUT /api/me/password",
    summary="Set or change one's password; other sessions end",
    needs=PeopleOnly("bot tokens cannot change passwords"),
    answers={200: models.Ok},
    errors=(429,),
)
async def set_password(call: Call[Actor], body: PasswordInput) -> web.Response:
    sign_in = call.request.app[SIGN_IN]
    passwords.check(body.new_password)
    stored = await call.db.read(passwords.hash_of, call.actor.user_n)
    if stored is not None:
        wait = sign_in.by_account.take(call.actor.user_id)
        if wait is not None:
            raise TooMany("too many attempts, try again later", retry_after=wait)
        if not await sign_in.passwords.verify(stored, body.current_password):
            raise Forbidden("current password is incorrect")
    fresh = await sign_in.passwords.hash(body.new_password)

    def change(tx: Tx) -> None:
        passwords.set_hash(tx, call.actor.user_n, fresh)
        credentials.revoke_other_sessions(tx, call.actor)

    await call.db.write(change)
    return json_response(200, {"ok": True})
