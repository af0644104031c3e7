"""What the server is told: whose word counts, and what it refuses to start with."""

import json
from pathlib import Path
from typing import Any

import pytest

from clickclack.kernel.booleans import FALSE, TRUE
from clickclack.settings import Settings, SettingsError, load, variable_of


def written(path: Path, content: Any) -> str:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def refusal(flags: dict[str, str] | None = None, environ: dict[str, str] | None = None, config: str = "") -> str:
    """What the server says instead of starting."""
    with pytest.raises(SettingsError) as refused:
        load(flags or {}, environ or {}, config)
    return str(refused.value)


def public_url(text: str) -> str:
    return load({"public_url": text}, {}).public_url


def test_without_a_word_the_server_is_private_to_this_machine():
    settings = load({}, {})
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert (settings.dev_bootstrap, settings.metrics_enabled, settings.public_url) == (False, False, "")
    assert (settings.access_log, settings.log_format, settings.embed_frame_ancestors) == ("errors", "auto", ())
    assert settings.data.is_absolute()
    assert settings.database == settings.data / "clickclack.db"


def test_a_flag_counts_more_than_a_variable_and_that_more_than_the_file(tmp_path: Path):
    config = written(tmp_path / "c.json", {"environment": "file", "addr": "127.0.0.1:1", "access_log": "all"})
    environ = {"CLICKCLACK_ENVIRONMENT": "variable", "CLICKCLACK_ADDR": "127.0.0.1:2"}
    settings = load({"environment": "flag"}, environ, config)
    assert (settings.environment, settings.port, settings.access_log) == ("flag", 2, "all")


def test_a_flag_may_empty_what_a_variable_says():
    assert load({"environment": ""}, {"CLICKCLACK_ENVIRONMENT": "variable"}).environment == ""


def test_an_empty_variable_is_no_word(tmp_path: Path):
    config = written(tmp_path / "c.json", {"environment": "file"})
    assert load({}, {"CLICKCLACK_ENVIRONMENT": ""}, config).environment == "file"


@pytest.mark.parametrize("in_file", [True, False])
def test_dev_bootstrap_in_the_file_counts_more_than_its_variable(tmp_path: Path, in_file: bool):
    config = written(tmp_path / "c.json", {"dev_bootstrap": in_file})
    environ = {"CLICKCLACK_DEV_BOOTSTRAP": str(not in_file)}
    assert load({}, environ, config).dev_bootstrap is in_file
    assert load({"dev_bootstrap": str(not in_file)}, environ, config).dev_bootstrap is not in_file
    assert load({}, environ, written(tmp_path / "other.json", {})).dev_bootstrap is not in_file


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_field_has_a_variable(field: str):
    texts = {
        "addr": "127.0.0.1:9",
        "db": "sqlite:///elsewhere.db",
        "public_url": "https://a.example",
        "public_api_url": "https://b.example",
        "embed_frame_ancestors": "https://c.example",
        "access_log": "off",
        "log_format": "json",
        "dev_bootstrap": "1",
        "metrics_enabled": "1",
        "upload_limit": "2048",
        "upload_quota": "0",
        "registration_open": "1",
        "github_url": "https://d.example",
        "github_api_url": "https://e.example/api",
        "openclaw_id_issuer": "https://f.example/realm",
        "access_team_domain": "https://g.example",
        "smtp_from": "chat@a.example",
        "smtp_port": "2525",
        "smtp_tls": "tls",
    }
    together = {
        "access_aud": {"access_team_domain": "https://g.example"},
        "access_team_domain": {"access_aud": "x"},
        "github_client_id": {"github_client_secret": "x"},
        "github_client_secret": {"github_client_id": "x"},
        "github_allowed_org": {"github_client_id": "x", "github_client_secret": "x"},
        "github_moderator_org": {"github_client_id": "x", "github_client_secret": "x"},
        "openclaw_id_client_id": {"openclaw_id_client_secret": "x"},
        "openclaw_id_client_secret": {"openclaw_id_client_id": "x"},
        "smtp_host": {"smtp_from": "chat@a.example"},
    }
    given = {field: texts.get(field, "x"), **together.get(field, {})}
    environ = {variable_of(name): text for name, text in given.items()}
    if not field.startswith("public_url"):
        environ["CLICKCLACK_PUBLIC_URL"] = "https://a.example"
    assert getattr(load({}, environ), field) != getattr(load({}, {}), field)


@pytest.mark.parametrize("text", sorted(TRUE | FALSE))
def test_a_truth_value_is_one_of_twelve_words(text: str):
    assert load({}, {"CLICKCLACK_METRICS_ENABLED": text}).metrics_enabled is (text in TRUE)


@pytest.mark.parametrize("text", ["yes", "no", "on", "tRUE", " true", "2", "-"])
def test_any_other_truth_value_is_refused_by_its_field(text: str):
    assert refusal(environ={"CLICKCLACK_METRICS_ENABLED": text}).startswith("metrics_enabled: must be one of 1 t T")


def test_a_file_may_be_json_or_toml(tmp_path: Path):
    toml = written(tmp_path / "c.toml", 'metrics_enabled = true\nembed_frame_ancestors = ["https://a.example"]\n')
    also = written(tmp_path / "c.json", {"metrics_enabled": True, "embed_frame_ancestors": ["https://a.example"]})
    assert load({}, {}, toml) == load({}, {}, also)
    assert load({}, {}, toml).embed_frame_ancestors == ("https://a.example",)


@pytest.mark.parametrize(("name", "content"), [("c.json", "{"), ("c.json", "[]"), ("c.json", "1"), ("c.toml", "= 1")])
def test_a_file_that_holds_no_settings_is_refused_by_its_name(tmp_path: Path, name: str, content: str):
    config = written(tmp_path / name, content)
    assert refusal(config=config).startswith(config)


@pytest.mark.parametrize("name", ["c.json", "c.toml"])
def test_a_key_that_is_no_setting_is_refused_with_the_nearest_that_is(tmp_path: Path, name: str):
    content = 'public-url = "https://a.example"\nxyzzy = 1' if name == "c.toml" else {"public-url": "x", "xyzzy": 1}
    config = written(tmp_path / name, content)
    wanted = "there is no setting 'public-url', perhaps 'public_url' is meant; there is no setting 'xyzzy'"
    assert refusal(config=config) == f"{config}: {wanted}"


def test_a_key_in_another_case_is_no_setting(tmp_path: Path):
    config = written(tmp_path / "c.json", {"DEV_BOOTSTRAP": True})
    assert refusal(config=config).endswith("there is no setting 'DEV_BOOTSTRAP', perhaps 'dev_bootstrap' is meant")


def test_a_file_that_is_missing_is_refused_by_its_name(tmp_path: Path):
    assert refusal(config=str(tmp_path / "none.json")).startswith(f"{tmp_path / 'none.json'} cannot be read: ")


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
@pytest.mark.parametrize("value", [[1], {"a": 1}, 1.5, None])
def test_a_value_of_another_kind_in_the_file_is_refused_by_its_field(tmp_path: Path, field: str, value: Any):
    assert refusal(config=written(tmp_path / "c.json", {field: value})).startswith(field)


@pytest.mark.parametrize(
    ("addr", "host", "port"),
    [(":8080", "", 8080), ("0.0.0.0:0", "0.0.0.0", 0), ("[::1]:65535", "::1", 65535), ("localhost:1", "localhost", 1)],
)
def test_an_address_is_a_host_and_a_port(addr: str, host: str, port: int):
    settings = load({"addr": addr}, {})
    assert (settings.host, settings.port) == (host, port)


@pytest.mark.parametrize("addr", ["", "8080", "localhost", "localhost:", "localhost:http", "a:-1", "a:²"])
def test_an_address_without_a_port_is_refused(addr: str):
    assert refusal({"addr": addr}) == "addr: must be host:port or :port"


def test_a_port_that_cannot_be_is_refused():
    assert refusal({"addr": "127.0.0.1:65536"}) == "addr: the port must be 0 to 65535"


@pytest.mark.parametrize("addr", ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80", "localhost:80", "a.localhost:80"])
def test_dev_bootstrap_may_listen_on_this_machine(addr: str):
    assert load({"addr": addr, "dev_bootstrap": "1"}, {}).dev_bootstrap


@pytest.mark.parametrize("addr", [":80", "0.0.0.0:80", "[::]:80", "192.168.0.1:80", "chat.example.org:80"])
def test_dev_bootstrap_may_not_listen_for_other_machines(addr: str):
    text = refusal({"addr": addr, "dev_bootstrap": "1"})
    assert text.startswith("addr: with dev_bootstrap anybody who reaches the server is its first user")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("  ", ""),
        (" https://Chat.Example.ORG/ ", "https://chat.example.org"),
        ("https://a.example:443", "https://a.example"),
        ("https://a.example:8443", "https://a.example:8443"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_the_public_address_has_one_spelling(given: str, kept: str):
    assert public_url(given) == kept


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("chat.example.org", "must be an http or https address with a host"),
        ("ftp://a.example", "must be an http or https address with a host"),
        ("https://", "must be an http or https address with a host"),
        ("https://a.example.", "must be an http or https address with a host"),
        ("https://a.example:99999", "must be an http or https address with a host"),
        ("https://a.example:x", "must be an http or https address with a host"),
        ("https://[a", "must be an http or https address with a host"),
        ("https://u:p@a.example", "must not hold credentials, a query or a fragment"),
        ("https://a.example?q", "must not hold credentials, a query or a fragment"),
        ("https://a.example#f", "must not hold credentials, a query or a fragment"),
        ("http://a.example", "must be https, except on this machine"),
        ("http://192.168.0.1", "must be https, except on this machine"),
        ("https://a.example/chat", "must not have a path"),
    ],
)
def test_a_public_address_that_no_browser_could_use_is_refused(text: str, reason: str):
    assert refusal({"public_url": text}) == f"public_url: {reason}"


def test_the_address_of_the_api_may_have_a_path():
    flags = {"public_url": "https://a.example", "public_api_url": "https://API.example/base/v1.0~x/"}
    assert load(flags, {}).public_api_url == "https://api.example/base/v1.0~x"


@pytest.mark.parametrize("path", ["/a b", "/a//b", "/%41", "/a;b", "/ä", "/./b", "/a/.."])
def test_a_path_with_other_characters_is_refused(path: str):
    text = refusal({"public_url": "https://a.example", "public_api_url": f"https://a.example{path}"})
    assert text == "public_api_url: has a path with other characters than A-Za-z0-9-._~"


@pytest.mark.parametrize("field", ["public_api_url", "cookie_namespace"])
def test_what_belongs_to_a_public_address_is_refused_without_one(field: str):
    assert refusal({field: "https://a.example" if "url" in field else "one"}) == f"{field}: needs public_url"


@pytest.mark.parametrize(
    ("page", "api", "good"),
    [
        ("http://localhost:1", "http://localhost:2/x", True),
        ("http://127.0.0.1:1", "http://localhost:2", False),
        ("https://localhost:1", "http://localhost:2", False),
        ("https://a.example", "http://localhost:2", False),
    ],
)
def test_on_this_machine_page_and_api_share_scheme_and_host(page: str, api: str, good: bool):
    flags = {"public_url": page, "public_api_url": api}
    if good:
        assert load(flags, {}).public_api_url == api
    else:
        assert refusal(flags).startswith("public_api_url: on this machine it must have the scheme and host")


@pytest.mark.parametrize("text", ["a", "0", "a-b", "a" * 32])
def test_a_cookie_namespace_is_up_to_32_plain_characters(text: str):
    assert load({"public_url": "https://a.example", "cookie_namespace": text}, {}).cookie_namespace == text


@pytest.mark.parametrize("text", ["A", "-a", "a-", "a_b", "a.b", "a" * 33, "ä"])
def test_any_other_cookie_namespace_is_refused(text: str):
    assert refusal({"cookie_namespace": text}).startswith("cookie_namespace: must be up to 32 of a-z")


def test_frame_ancestors_are_told_apart_by_commas_and_blanks_and_kept_once():
    text = " https://a.example,https://B.example:8443 \n https://a.example , http://localhost:3 "
    kept = ("https://a.example", "https://b.example:8443", "http://localhost:3")
    assert load({"embed_frame_ancestors": text}, {}).embed_frame_ancestors == kept


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "'self'",
        "a.example",
        "ftp://a.example",
        "https://*.a.example",
        "https://[a",
        "https://a.example#f",
        "https://a.example/",
        "https://a.example:x",
        "https://a.example?q",
        "https://u@a.example",
    ],
)
def test_a_frame_ancestor_that_is_no_exact_origin_is_refused(text: str):
    assert refusal({"embed_frame_ancestors": text}) == (
        f"embed_frame_ancestors: {text} is not an exact http or https origin"
    )


def test_the_database_may_lie_elsewhere_and_is_a_file():
    assert load({"db": "sqlite:///var/chat.db"}, {}).database == Path("/var/chat.db")
    assert refusal({"db": "postgres://a"}) == "db: must start with sqlite://"
    assert refusal({"db": "sqlite://"}) == "db: must name a file after sqlite://"


@pytest.mark.parametrize(("field", "text"), [("access_log", "some"), ("log_format", "xml"), ("log_format", "JSON")])
def test_a_word_out_of_the_list_is_refused_by_its_field(field: str, text: str):
    assert refusal({field: text}).startswith(f"{field}: Input should be ")


def test_an_empty_data_directory_is_refused():
    assert refusal({"data": ""}) == "data: must name a directory"


def test_every_wrong_field_is_named_at_once():
    text = refusal({"metrics_enabled": "x", "public_url": "x"})
    assert "metrics_enabled: " in text
    assert "public_url: " in text


def test_bounds_of_uploads_are_numbers_of_bytes():
    settings = load({"upload_quota": "1024"}, {"CLICKCLACK_UPLOAD_LIMIT": "4096"})
    assert (settings.upload_limit, settings.upload_quota) == (4096, 1024)
    for text in ("1023", "64MiB", "-1", ""):
        assert refusal(flags={"upload_limit": text}).startswith("upload_limit: ")


def test_uploads_lie_in_the_data_directory_unless_another_folder_is_named(tmp_path: Path):
    assert load({"data": "d"}, {}).upload_folder == Path("d/uploads")
    for text in (str(tmp_path), f"file://{tmp_path}", f"file://localhost{tmp_path}"):
        assert load({"uploads": text}, {}).upload_folder == tmp_path
    assert load({"uploads": "file:///a%20b"}, {}).upload_folder == Path("/a b")
    for text in ("r2://bucket/prefix", "r2:bucket", "file://elsewhere/srv"):
        said = refusal(environ={"CLICKCLACK_UPLOADS": text})
        assert said == "uploads: must be a folder of this machine, plain or behind file://"
