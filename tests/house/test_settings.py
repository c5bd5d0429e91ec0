import json
import re
import stat
import tempfile
from pathlib import Path

import pytest

from domain.errors import Invalid
from settings import NAMES, Settings, _legacy_data_dir, _Reader

NO_ORIGINS = (
    "*", "null", "app.example.org", "https://", "https://*.example.org", "https://app.example.org/",
    "https://app.example.org/x", "https://app.example.org?x", "https://me@app.example.org", "https://App.example.org",
    "HTTPS://app.example.org", "ftp://app.example.org", "https://app.example.org:443", "https://app.example.org:",
    "https://app.example.org:99999", "https://app.example.org:0443", "https://ex\u00e4mple.org", "https://a b.example",
    "https://ok.example.org,*", "https://[::1", "https://app.example.org\\.evil.example",
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def read(tmp_path):
    def from_env(**environ):
        return Settings.from_env({"GREENROOM_DATA_DIR": str(tmp_path / "data"), **environ}, tmp_path / ".env")

    return from_env


def test_nothing_set_gives_a_complete_installation_in_the_data_folder(read, tmp_path):
    settings = read()
    assert settings.session_storage == "file"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/greenroom.sqlite"
    assert settings.session_database_url == f"sqlite:///{tmp_path}/data/sessions.sqlite"
    assert settings.redis_is_embedded
    assert settings.redis_url.startswith("unix://")
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("PORT", "abc", "1 to 65535"),
        ("PORT", "0", "1 to 65535"),
        ("PORT", "٣", "1 to 65535"),
        ("SESSION_STORAGE", "oracle", "file, sql, mongo"),
        ("DATABASE_URL", "mysql://x", "sqlite://"),
        ("REDIS_URL", "http://x", "redis://"),
        ("MONGO_URL", "http://x", "mongodb://"),
        ("MONGODB_DATABASE", "a.b", "database name"),
        ("PUBLIC_URL", "https://", "greenroom.example.org"),
        ("JWT_SECRET", "short", "at least 32 characters"),
        ("GREENROOM_LOG_LEVEL", "loud", "debug, info, warning, error"),
        ("GREENROOM_LOG_FORMAT", "xml", "console, json"),
        ("GREENROOM_THREADS", "-1", "1 to 4000"),
        ("GREENROOM_TRUSTED_PROXIES", "-1", "0 to 10"),
        ("GREENROOM_TRUSTED_PROXIES", "11", "0 to 10"),
        ("GREENROOM_TRUSTED_PROXIES", "10.0.0.1", "0 to 10"),
        ("GREENROOM_MAIL", "pigeon", "file, smtp, memory"),
        ("GREENROOM_MAIL", "smtp", "smtp://user:password@host:587"),
        ("GREENROOM_MAIL_FROM", "a@b.org, c@d.org", "one e-mail address"),
        ("SMTP_URL", "mail.example.org:587", "smtp://user:password@host:587"),
        ("SMTP_URL", "smtp://me:hunter2@mail.example.org?tls=off", "only sent encrypted"),
        ("GREENROOM_API_LIMIT", "many", "600 per minute"),
        ("GREENROOM_API_LIMIT", "0 per minute", "600 per minute"),
        ("GREENROOM_API_LIMIT", "600 per minute, ten per hour", "600 per minute"),
        ("GREENROOM_HOSTS", "https://intern.example.org", "host names"),
        ("GREENROOM_HOSTS", "intern.example.org:8000", "host names"),
        ("GREENROOM_HOSTS", "*.example.org", "host names"),
        *(("GREENROOM_CORS_ORIGINS", origin, "scheme://host[:port]") for origin in NO_ORIGINS),
        ("GREENROOM_TYPO", "1", "GREENROOM_DATA_DIR"),
    ],
)
def test_a_bad_value_is_refused_naming_the_setting_and_what_is_allowed(read, name, value, allowed):
    with pytest.raises(Invalid) as refused:
        read(**{name: value})
    assert name in str(refused.value)
    assert allowed in str(refused.value)


def test_a_refused_address_does_not_show_its_password(read):
    with pytest.raises(Invalid) as refused:
        read(DATABASE_URL="mysql://me:hunter2@db/x")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("address", ["http://me:hunter2@m", "smtp://me:hunter2@m:port", "smtp://me:hunter2@m?tls=off"])
def test_a_refused_mail_server_does_not_show_its_password(read, address):
    with pytest.raises(Invalid, match="SMTP_URL") as refused:
        read(SMTP_URL=address)
    assert "hunter2" not in str(refused.value)


def test_mails_are_from_the_host_that_people_know(read):
    assert read(PUBLIC_URL="https://green.example.org").mail_from == "Greenroom <greenroom@green.example.org>"
    assert read().mail_from == "Greenroom <greenroom@localhost>"


def test_a_refused_key_is_not_shown(read):
    with pytest.raises(Invalid) as refused:
        read(SECRET_KEY="s3cret-but-short")
    assert "s3cret" not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_refused(read, tmp_path):
    (tmp_path / "in-the-way").write_text("a file")
    with pytest.raises(Invalid, match="GREENROOM_DATA_DIR"):
        read(GREENROOM_DATA_DIR=str(tmp_path / "in-the-way" / "data"))


def test_keys_are_made_once_and_only_their_owner_reads_them(read, tmp_path):
    first, second = read(), read()
    assert first.secret_keys == second.secret_keys
    assert first.secret_keys != first.jwt_secrets
    kept = tmp_path / "data" / "secrets" / "secret_key.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text())["key"] == first.secret_keys[0]
    assert sorted(path.name for path in kept.parent.iterdir()) == ["jwt_secret.json", "secret_key.json"]


def test_a_damaged_key_file_is_refused_and_not_replaced(read, tmp_path):
    read()
    kept = tmp_path / "data" / "secrets" / "jwt_secret.json"
    kept.write_text("{")
    with pytest.raises(Invalid, match="JWT_SECRET"):
        read()
    assert kept.read_text() == "{"


def test_several_keys_keep_their_order(read):
    old, new = "o" * 32, "n" * 32
    assert read(JWT_SECRET=f"{new}, {old}").jwt_secrets == (new, old)


def test_the_environment_wins_over_the_file(read, tmp_path):
    (tmp_path / ".env").write_text("PORT=8100\nHOST=127.0.0.2\n")
    settings = read(PORT="8200")
    assert (settings.host, settings.port) == ("127.0.0.2", 8200)


def test_on_railway_sessions_are_always_in_mongodb(read):
    settings = read(RAILWAY_ENVIRONMENT="production", SESSION_STORAGE="file", MONGO_URL="mongodb://m/else")
    assert settings.session_storage == "mongo"
    assert settings.mongo_database == "else"


def test_the_database_setting_wins_over_the_path_of_the_address(read):
    assert read(MONGODB_URI="mongodb://m/else", MONGODB_DATABASE="mine").mongo_database == "mine"


def test_mongo_url_wins_over_mongodb_uri(read):
    assert read(MONGO_URL="mongodb://a/x", MONGODB_URI="mongodb://b/y").mongo_url == "mongodb://a/x"


def test_origins_are_read_one_by_one(read):
    named = "https://app.example.org, http://localhost:3000,https://[::1]:8443,,https://app.example.org"
    assert read(GREENROOM_CORS_ORIGINS=named).cors_origins == (
        "https://app.example.org",
        "http://localhost:3000",
        "https://[::1]:8443",
    )
    assert read().cors_origins == ()


def test_the_limit_of_the_api_may_have_several_parts(read):
    assert read(GREENROOM_API_LIMIT="10 per second; 1000/hour").api_limit == "10 per second; 1000/hour"


def test_a_long_data_folder_still_gives_a_socket_path_that_the_kernel_takes(tmp_path, read):
    settings = read(GREENROOM_DATA_DIR=str(tmp_path / ("long" * 30)))
    assert len(settings.redis_url.removeprefix("unix://")) < 108


def test_every_setting_is_documented_and_every_documented_one_exists():
    page = (ROOT / "docs" / "settings.md").read_text()
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    documented = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert documented == set(NAMES)


def test_a_new_data_folder_is_its_owners_alone(read, tmp_path):
    read()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_an_old_installation_is_looked_for_where_it_was(read, tmp_path):
    assert read().legacy_data_dir == ROOT / ".drama"
    assert read(DATA_DIR="").legacy_data_dir == ROOT / ".drama"
    assert read(DATA_DIR=str(tmp_path / "old")).legacy_data_dir == tmp_path / "old"


def test_an_old_installation_at_the_root_of_the_file_system_kept_its_files_in_the_temporary_folder(tmp_path):
    reader = _Reader({}, tmp_path / ".env")
    assert _legacy_data_dir(reader, Path("/")) == Path(tempfile.gettempdir()) / ".drama"
    assert _legacy_data_dir(reader, Path("/app")) == Path("/app/.drama")
