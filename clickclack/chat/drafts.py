"""What a client asks to post, brought into normal form before anything is looked up (contract chat 1.3, 6.1)."""

from dataclasses import dataclass

from clickclack.identity.actors import Actor
from clickclack.kernel.errors import Forbidden, Invalid

NONCE_LIMIT = 128
BODY_LIMIT = 1024 * 1024
ATTACHED = 10
TURN_LIMIT = 256
ORDINARY = "message"
ACTIVITY = frozenset({"agent_commentary", "agent_tool"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is not posted yet. Empty texts mean none."""

    body: str
    quoted_message_id: str = ""
    nonce: str = ""
    kind: str = ORDINARY
    turn_id: str = ""
    topic_id: str = ""
    correlation_id: str = ""
    upload_ids: tuple[str, ...] = ()


def checked_kind(actor: Actor, draft: Draft) -> str:
    """The kind, with the rules of who may use it: activity kinds are for bots with their own token and its scope."""
    kind = draft.kind or ORDINARY
    if kind in ACTIVITY:
        if not actor.is_bot:
            raise Forbidden("agent activity messages require a bot token")
        actor.require_scope("agent_activity:write")
        if len(draft.turn_id) > TURN_LIMIT:
            raise Invalid(f"turn_id must be at most {TURN_LIMIT} characters")
    elif kind != ORDINARY:
        raise Invalid("invalid message kind")
    elif draft.turn_id:
        raise Invalid("turn_id is only valid for agent activity messages")
    return kind


def checked_body(draft: Draft, missing: str) -> str:
    """The body without blanks around it, at most 1 Mi code points.

    Invalid with the text `missing` when nothing is left and nothing attached.
    """
    body = draft.body.strip()
    if len(body) > BODY_LIMIT:
        raise Invalid(f"message body is too long (maximum {BODY_LIMIT} characters)")
    if not body and not draft.upload_ids:
        raise Invalid(missing)
    return body


def checked_uploads(draft: Draft) -> tuple[str, ...]:
    """The ids of what is to be attached, each once; Invalid for more than 10."""
    upload_ids = tuple(dict.fromkeys(draft.upload_ids))
    if len(upload_ids) > ATTACHED:
        raise Invalid(f"a message is posted with at most {ATTACHED} uploads")
    return upload_ids


def checked_nonce(nonce: str) -> str:
    """The client's nonce, trimmed: at most 128 code points, no NUL; empty means none."""
    trimmed = nonce.strip()
    if len(trimmed) > NONCE_LIMIT:
        raise Invalid("nonce must be at most 128 characters")
    if "\0" in trimmed:
        raise Invalid("nonce must not contain NUL")
    return trimmed
