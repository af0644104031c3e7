"""Signatures of the requests that we send: HMAC-SHA256 with a shared secret.

`of_timestamp` is contract chat 6.12, `standard` is Standard Webhooks 1.0. The key of both is the secret's text; what
verifies Standard Webhooks takes it as `whsec_` and the Base64 of that text.
"""

import base64
import hashlib
import hmac


def of_timestamp(secret: str, seconds: int, body: bytes) -> str:
    """`sha256=` and the hex HMAC of `<unix seconds>.<body>`."""
    return "sha256=" + hmac.digest(secret.encode(), b"%d." % seconds + body, hashlib.sha256).hex()


def standard(secret: str, message_id: str, seconds: int, body: bytes) -> dict[str, str]:
    """The headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, which signs all three."""
    signed = f"{message_id}.{seconds}.".encode() + body
    digest = base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()
    return {"webhook-id": message_id, "webhook-timestamp": str(seconds), "webhook-signature": f"v1,{digest}"}
