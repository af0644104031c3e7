"""The flags of `serve` and `migrate`; docs/configuration.md says more of each (contract chat 7.4)."""

TEXTS: dict[str, str] = {
    "access-aud": "the audience tag of the Cloudflare Access application",
    "access-log": "which answers get a log line: all, errors (as it is without this flag), off",
    "access-team-domain": "the https origin of the Cloudflare Access team",
    "addr": "where to listen, host:port or :port (127.0.0.1:8080)",
    "config": "the configuration file, TOML or JSON",
    "cookie-namespace": "keeps the cookies of several servers on one host apart",
    "data": "the data directory",
    "db": "the database file, behind sqlite://",
    "embed-frame-ancestors": "origins that may show /embed/ pages in a frame",
    "environment": "a label in the figures",
    "github-allowed-org": "the GitHub organisation whose members alone are let in",
    "github-api-url": "the API of a GitHub of one's own",
    "github-client-id": "the id of the OAuth app at GitHub",
    "github-moderator-org": "the GitHub organisation whose members moderate the guests",
    "github-url": "the site of a GitHub of one's own",
    "log-format": "auto (as it is without this flag), human or json",
    "openclaw-id-client-id": "the id of the client at the OpenID Connect provider",
    "openclaw-id-issuer": "the OpenID Connect provider",
    "openclaw-id-name": "what people read on the provider's button",
    "public-api-url": "the address of the API, when it is another one",
    "public-url": "the address that browsers use",
    "smtp-from": "the sender of mails",
    "smtp-host": "the mail server",
    "smtp-port": "the port of the mail server",
    "smtp-tls": "starttls (as it is without this flag), tls or none",
    "smtp-user": "who sends mails",
    "upload-limit": "the most bytes of one upload",
    "upload-quota": "the most bytes of one person's files in one workspace",
    "uploads": "the folder of uploaded files, plain or behind file://",
}

BOOLEANS: dict[str, str] = {
    "dev-bootstrap": "everybody on this machine is the first user, without signing in",
    "metrics-enabled": "serves figures at /metrics",
    "registration-open": "everybody with an e-mail address may sign up",
}
