"""The settings of signing in and of mail: what goes together, and that secrets are not shown."""

import pytest

from clickclack.settings import SettingsError, load

PAGE = {"public_url": "https://a.example"}
GITHUB = {"github_client_id": "id", "github_client_secret": "s3cret"}
OPENID = {"openclaw_id_client_id": "id", "openclaw_id_client_secret": "s3cret"}
MAIL = {"smtp_host": "mail.example", "smtp_from": "chat@a.example"}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"github_client_id": "id", **PAGE}, "github_client_id: must be set together with github_client_secret"),
        ({"github_client_secret": "x", **PAGE}, "github_client_id: must be set together with github_client_secret"),
        (GITHUB, "github_client_id: needs public_url"),
        ({"github_allowed_org": "o"}, "github_allowed_org: needs github_client_id and github_client_secret"),
        ({"github_moderator_org": "o"}, "github_moderator_org: needs github_client_id and github_client_secret"),
        ({**PAGE, **GITHUB, "github_allowed_org": "a/b"}, "github_allowed_org: must be the name of an organisation"),
        ({"github_url": ""}, "github_url: must not be empty, nor must github_api_url"),
        ({"github_api_url": "http://a.example"}, "github_api_url: must be https, except on this machine"),
        (
            {"openclaw_id_client_id": "id", **PAGE},
            "openclaw_id_client_id: must be set together with openclaw_id_client_secret",
        ),
        (OPENID, "openclaw_id_client_id: needs public_url"),
        ({"openclaw_id_issuer": ""}, "openclaw_id_issuer: must not be empty"),
        ({"openclaw_id_issuer": "http://id.example"}, "openclaw_id_issuer: must be https, except on this machine"),
        ({"access_aud": "tag"}, "access_team_domain: must be set together with access_aud"),
        ({"access_team_domain": "https://t.example"}, "access_team_domain: must be set together with access_aud"),
        (
            {"access_team_domain": "https://t.example/x", "access_aud": "tag"},
            "access_team_domain: must not have a path",
        ),
        ({"access_team_domain": "http://localhost", "access_aud": "tag"}, "access_team_domain: must be https"),
        (MAIL, "smtp_host: needs public_url, for the links in the mails"),
        ({**PAGE, **MAIL, "smtp_port": "65536"}, "smtp_port: must be a port"),
        (
            {**PAGE, **MAIL, "smtp_from": "chat"},
            "smtp_from: must be an e-mail address, with or without a name before it",
        ),
        (
            {**PAGE, **MAIL, "smtp_from": "a@b.org\r\nBcc: c@d.org"},
            "smtp_from: must be an e-mail address, with or without a name before it",
        ),
        ({**PAGE, **MAIL, "smtp_user": "u"}, "smtp_user: must be set together with smtp_password"),
        (
            {**PAGE, **MAIL, "smtp_user": "u", "smtp_password": "p", "smtp_tls": "none"},
            "smtp_tls: a password needs tls or starttls, except on this machine",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused_by_its_field(flags: dict[str, str], said: str):
    with pytest.raises(SettingsError) as refused:
        load(flags, {})
    assert str(refused.value) == said


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_port_of_the_mail_server_follows_the_encryption(tls: str, port: int):
    assert load({**PAGE, **MAIL, "smtp_tls": tls}, {}).mail_port == port
    assert load({**PAGE, **MAIL, "smtp_tls": tls, "smtp_port": "2525"}, {}).mail_port == 2525


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        ({}, "OpenClaw ID"),
        ({"openclaw_id_issuer": "https://login.example/realm/"}, "login.example"),
        ({"openclaw_id_issuer": "https://login.example", "openclaw_id_name": " Our login "}, "Our login"),
    ],
)
def test_the_provider_has_a_name_for_people(flags: dict[str, str], name: str):
    assert load(flags, {}).openid_name == name


def test_a_secret_is_not_shown_with_the_settings():
    secrets = {
        "github_client_secret": "s3cret",
        "openclaw_id_client_secret": "s3cret",
        "smtp_password": "s3cret",
        "pushover_api_token": "s3cret",
    }
    settings = load({**PAGE, **MAIL, **GITHUB, **OPENID, "smtp_user": "u", **secrets}, {})
    assert "s3cret" not in repr(settings) + str(settings) + str(settings.model_dump())
    assert settings.smtp_password.get_secret_value() == "s3cret"
