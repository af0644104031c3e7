"""Media types as senders write them (RFC 9110 section 8.3)."""

UNKNOWN = "application/octet-stream"


def bare_type(content_type: str) -> str:
    """A type in lower case without its parameters."""
    return content_type.partition(";")[0].strip().lower()
