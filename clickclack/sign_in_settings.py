"""The settings of signing in by other means than a password, and of sending mail (contract chat 7.4)."""

import re
from email.utils import parseaddr
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr

from clickclack.kernel.hosts import local_name
from clickclack.setting_values import Boolean, OriginUrl, PathUrl, Trimmed

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_NONE = SecretStr("")
_ORGANISATION = re.compile(r"[A-Za-z0-9_-]{1,39}")


class SignInSettings(BaseModel):
    """Each way of signing in is off while its settings are empty. Secrets never show in a log or a trace."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    registration_open: Boolean = False
    github_client_id: Trimmed = ""
    github_client_secret: SecretStr = _NONE
    github_allowed_org: Trimmed = ""
    github_moderator_org: Trimmed = ""
    github_url: PathUrl = "https://github.com"
    github_api_url: PathUrl = "https://api.github.com"
    openclaw_id_client_id: Trimmed = ""
    openclaw_id_client_secret: SecretStr = _NONE
    openclaw_id_issuer: PathUrl = "https://id.openclaw.ai/api/auth"
    openclaw_id_name: Trimmed = ""
    access_team_domain: OriginUrl = ""
    access_aud: Trimmed = ""
    pushover_api_token: SecretStr = _NONE
    smtp_host: Trimmed = ""
    smtp_port: int = 0
    smtp_user: Trimmed = ""
    smtp_password: SecretStr = _NONE
    smtp_from: Trimmed = ""
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"

    def check_sign_in(self, public_url: str) -> None:
        """Raises ValueError, which names the field, for what does not fit together."""
        self._check_github(public_url)
        self._check_openid(public_url)
        if bool(self.access_team_domain) != bool(self.access_aud):
            raise ValueError("access_team_domain: must be set together with access_aud")
        if self.access_team_domain.startswith("http:"):
            raise ValueError("access_team_domain: must be https")
        if self.smtp_host:
            self._check_smtp(public_url)

    def _check_github(self, public_url: str) -> None:
        configured = bool(self.github_client_id)
        if configured != bool(self.github_client_secret.get_secret_value()):
            raise ValueError("github_client_id: must be set together with github_client_secret")
        if configured and not public_url:
            raise ValueError("github_client_id: needs public_url")
        for field, organisation in (
            ("github_allowed_org", self.github_allowed_org),
            ("github_moderator_org", self.github_moderator_org),
        ):
            if organisation and not configured:
                raise ValueError(f"{field}: needs github_client_id and github_client_secret")
            if organisation and not _ORGANISATION.fullmatch(organisation):
                raise ValueError(f"{field}: must be the name of an organisation")
        if not (self.github_url and self.github_api_url):
            raise ValueError("github_url: must not be empty, nor must github_api_url")

    def _check_openid(self, public_url: str) -> None:
        configured = bool(self.openclaw_id_client_id)
        if configured != bool(self.openclaw_id_client_secret.get_secret_value()):
            raise ValueError("openclaw_id_client_id: must be set together with openclaw_id_client_secret")
        if configured and not public_url:
            raise ValueError("openclaw_id_client_id: needs public_url")
        if not self.openclaw_id_issuer:
            raise ValueError("openclaw_id_issuer: must not be empty")

    def _check_smtp(self, public_url: str) -> None:
        if not public_url:
            raise ValueError("smtp_host: needs public_url, for the links in the mails")
        if not 0 <= self.smtp_port < 65_536:
            raise ValueError("smtp_port: must be a port")
        address = parseaddr(self.smtp_from)[1]
        if "@" not in address.strip("@") or not self.smtp_from.isprintable():
            raise ValueError("smtp_from: must be an e-mail address, with or without a name before it")
        if bool(self.smtp_user) != bool(self.smtp_password.get_secret_value()):
            raise ValueError("smtp_user: must be set together with smtp_password")
        if self.smtp_user and self.smtp_tls == "none" and not local_name(self.smtp_host):
            raise ValueError("smtp_tls: a password needs tls or starttls, except on this machine")

    @property
    def mail_port(self) -> int:
        """The port of the mail server: the one that is set, else the usual one of the kind of encryption."""
        return self.smtp_port or _PORTS[self.smtp_tls]

    @property
    def openid_name(self) -> str:
        """What people read on the button of the OpenID provider."""
        if self.openclaw_id_name:
            return self.openclaw_id_name
        host = urlsplit(self.openclaw_id_issuer).hostname or ""
        return "OpenClaw ID" if host == "id.openclaw.ai" else host
