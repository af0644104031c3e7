"""The flags that every client command takes, before the command or behind it (contract chat 7.3)."""

TEXTS: dict[str, str] = {
    "server": "the server's address (CLICKCLACK_SERVER, else what login stored, else http://localhost:8080)",
    "token": "the token of a session or bot (CLICKCLACK_TOKEN, else what login stored)",
    "user": "whom to be on a server in dev mode: a user's id (CLICKCLACK_USER_ID)",
    "user-id": "the same as --user",
    "workspace": "an id, slug or name (CLICKCLACK_WORKSPACE, else stored, else the first)",
    "channel": "an id or name (CLICKCLACK_CHANNEL, else stored, else general, else the first)",
}

BOOLEANS: dict[str, str] = {
    "json": "prints the whole answer as JSON",
    "plain": "prints what a script needs",
    "no-input": "asks nothing on the terminal",
    "verbose": "tells of every request on standard error",
}


def leads(argument: str) -> bool:
    """Whether a command line that starts with this argument is a client's."""
    name = argument.lstrip("-").partition("=")[0]
    return argument.startswith("-") and (name in TEXTS or name in BOOLEANS)
