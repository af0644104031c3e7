"""Routes of one's own profile and password (contract chat 3.2; the password is an addition)."""

from aiohttp import web

from clickclack.api.chat import models, render_identity
from clickclack.api.chat.needs import PeopleOnly, Scope
from clickclack.api.chat.parts import SIGN_IN, UPLOADING
from clickclack.chat import pictures
from clickclack.identity import passwords, profile
from clickclack.identity.actors import Actor
from clickclack.identity.preferences import NotificationSettings
from clickclack.identity.profile import ProfileChange
from clickclack.identity.users import ProfileFields
from clickclack.kernel.errors import Forbidden, TooMany
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body

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


@routes.add(
    "GET /api/me",
    summary="Read one's own profile and preferences",
    needs=Scope("profile:read"),
    answers={200: models.MeAnswer},
)
async def get(call: Call[Actor]) -> web.Response:
    return json_response(200, {"user": render_identity.profile(await call.db.read(profile.own, call.actor))})


@routes.add(
    "PATCH /api/me",
    summary="Change one's own profile and preferences",
    needs=PeopleOnly("bot tokens cannot update profiles", "profile:write"),
    answers={200: models.MeAnswer},
)
async def update(call: Call[Actor], body: ProfileInput) -> web.Response:
    notifications, appearance = body.notification_settings, body.appearance_preferences
    wanted = ProfileChange(
        ProfileFields(body.display_name, body.handle, body.avatar_url),
        notifications and NotificationSettings(notifications.pushover_enabled, notifications.pushover_user_key),
        appearance and appearance.model_dump(exclude_none=True),
    )
    await _check_avatar(call, body.avatar_url or "")
    changed = await call.db.write(pictures.change_profile, call.actor, wanted)
    return json_response(200, {"user": render_identity.profile(changed)})


async def _check_avatar(call: Call[Actor], url: str) -> None:
    upload = await call.db.read(pictures.new_avatar, call.actor, url)
    if upload is not None:
        await call.request.app[UPLOADING].inspector.require_picture(upload)


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
    await call.db.write(passwords.change, call.actor, stored, fresh)
    return json_response(200, {"ok": True})
