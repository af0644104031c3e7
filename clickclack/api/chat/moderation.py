"""Routes of moderation (contract chat 3.5)."""

from aiohttp import web
from pydantic import field_validator

from clickclack.api.chat import models_conversations, render
from clickclack.api.chat.events import event
from clickclack.api.chat.lists import listed
from clickclack.api.chat.needs import PeopleOnly, Scope
from clickclack.api.chat.render_identity import wire_name
from clickclack.chat import moderation
from clickclack.chat.moderation import ASSIGNABLE, MemberModeration, Ruling
from clickclack.identity.actors import Actor
from clickclack.kernel.clock import from_rfc3339, to_rfc3339
from clickclack.kernel.errors import Invalid
from clickclack.kernel.http.call import Call, json_response
from clickclack.kernel.http.endpoint import Routes
from clickclack.kernel.http.inputs import Body

routes = Routes[Actor]()


class ModerationInput(Body):
    """What is ruled; absent leaves a thing as it is. An empty `timeout_until` changes nothing."""

    role: str | None = None
    timeout_until: str | None = None
    timeout_minutes: int | None = None
    clear_timeout: bool = False
    blocked: bool | None = None
    moderation_note: str | None = None

    @field_validator("timeout_until")
    @classmethod
    def _is_a_time(cls, value: str | None) -> str | None:
        if value:
            from_rfc3339(value)
        return value

    def ruling(self) -> Ruling:
        """The same as the verb takes it."""
        until = from_rfc3339(self.timeout_until) if self.timeout_until else None
        given = (self._role_n(), until, self.timeout_minutes, self.clear_timeout, self.blocked, self.moderation_note)
        return Ruling(*given)

    def _role_n(self) -> int | None:
        if self.role is None:
            return None
        if self.role == "owner":
            raise Invalid("owner role cannot be assigned here")
        role_n = next((n for n in ASSIGNABLE if wire_name(n) == self.role), None)
        if role_n is None:
            raise Invalid(f'invalid workspace role "{self.role}"')
        return role_n


def _rendered(record: MemberModeration) -> render.Json:
    return {
        "workspace_id": record.workspace_id,
        "user": render.user(record.user),
        "role": wire_name(record.role_n),
        "posts_remaining": record.posts_remaining,
        "post_limit": record.post_limit,
        **render.given(
            timeout_until=record.timeout_until and to_rfc3339(record.timeout_until),
            blocked_at=record.blocked_at and to_rfc3339(record.blocked_at),
            moderation_note=record.note,
            moderation_by=record.moderated_by,
            moderation_at=record.moderated_at and to_rfc3339(record.moderated_at),
        ),
    }


@routes.add(
    "GET /api/workspaces/{workspace_id}/moderation/members",
    summary="List every member with rulings and remaining posts",
    needs=Scope("workspaces:read"),
    answers={200: models_conversations.ModerationList},
    errors=(404,),
)
async def roster(call: Call[Actor]) -> web.Response:
    return await listed(call, "members", _rendered, moderation.roster, call.path["workspace_id"])


@routes.add(
    "PATCH /api/workspaces/{workspace_id}/moderation/members/{user_id}",
    summary="Approve, time out, block or annotate a member of lower rank",
    needs=PeopleOnly("bot tokens cannot moderate members"),
    answers={200: models_conversations.ModerationAnswer},
    errors=(404,),
)
async def moderate(call: Call[Actor], body: ModerationInput) -> web.Response:
    given = (call.actor, call.path["workspace_id"], call.path["user_id"], body.ruling())
    member, told = await call.db.write(moderation.moderate, *given)
    return json_response(200, {"member": _rendered(member), "event": event(told)})
