"""Every setting, read once from the environment and `.env`, checked, frozen. Nothing else reads the environment.

`docs/settings.md` describes each of them; a test keeps the two equal.
"""

import hashlib
import json
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import msgspec
from dotenv import dotenv_values

from domain.addresses import without_password
from domain.errors import Invalid
from domain.mail_address import check_sender, mail_host
from domain.smtp_address import ALLOWED as SMTP_ADDRESSES
from domain.smtp_address import SmtpAddress

STORAGE_NAMES = ("file", "sql", "mongo")
MAIL_NAMES = ("file", "smtp", "memory")
ENVIRONMENTS = ("development", "production")
LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("console", "json")
SQL_SCHEMES = ("sqlite", "postgresql", "postgres", "postgresql+psycopg")
KEY_LENGTH = 32
"""Characters that a signing key has at least."""
MONGO_NAME_LIMIT = 63
"""Bytes that MongoDB allows a database's name."""
PROXY_LIMIT = 10
"""Proxies one behind the other; more is a misunderstanding, such as a port in the wrong place."""
DEFAULT_PORTS = {"http": 80, "https": 443}
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
SOCKET_PATH_LIMIT = 100
"""Bytes that a Unix socket's path may have, with some room; the kernel refuses 108."""

NAMES = (
    "ACCESS_PASSWORD",
    "DATA_DIR",
    "GREENROOM_API_LIMIT",
    "GREENROOM_CORS_ORIGINS",
    "GREENROOM_DATA_DIR",
    "GREENROOM_ENVIRONMENT",
    "GREENROOM_HOSTS",
    "GREENROOM_INTERVIEWER",
    "GREENROOM_LOG_FORMAT",
    "GREENROOM_LOG_LEVEL",
    "GREENROOM_MAIL",
    "GREENROOM_MAIL_FROM",
    "GREENROOM_THREADS",
    "GREENROOM_TRUSTED_PROXIES",
    "GREENROOM_WORKERS",
    "SESSION_STORAGE",
    "DATABASE_URL",
    "SESSION_DATABASE_URL",
    "MONGO_URL",
    "MONGODB_URI",
    "MONGODB_DATABASE",
    "REDIS_URL",
    "JWT_SECRET",
    "SECRET_KEY",
    "SMTP_URL",
    "HOST",
    "PORT",
    "PUBLIC_URL",
    "RAILWAY_ENVIRONMENT",
    "SEED_DEMO_DATA",
)
"""Every name that is read. An unknown GREENROOM_… name in the environment is refused."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one process. `redis_is_embedded` says that our own supervisor has to start that Redis."""

    environment: str
    data_dir: Path
    legacy_data_dir: Path
    session_storage: str
    database_url: str
    session_database_url: str
    mongo_url: str
    mongo_database: str
    redis_url: str
    redis_is_embedded: bool
    jwt_secrets: tuple[str, ...]
    secret_keys: tuple[str, ...]
    host: str
    port: int
    public_url: str
    access_password: str | None
    hosts: tuple[str, ...]
    trusted_proxies: int
    api_limit: str
    cors_origins: tuple[str, ...]
    interviewer: str
    mail: str
    mail_from: str
    smtp_url: str | None
    seed_demo_data: bool
    log_level: str
    log_format: str
    workers: int
    threads: int

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> Self:
        """Read the environment over `.env`, check every value and make the data folder.

        Raises Invalid with the setting's name, its value and what is allowed.
        """
        reader = _Reader(os.environ if environ is None else environ, dotenv)
        reader.refuse_unknown()
        data_dir = _data_dir(reader)
        host = reader.text("HOST", "127.0.0.1")
        port = reader.number("PORT", 8000, 1, 65535)
        redis_url = reader.url("REDIS_URL", None, ("redis", "rediss", "unix"))
        public_url = _public_url(reader, host, port)
        return cls(
            environment=_environment(reader),
            seed_demo_data=reader.flag("SEED_DEMO_DATA"),
            data_dir=data_dir,
            legacy_data_dir=_legacy_data_dir(reader, Path(__file__).resolve().parent),
            session_storage=_session_storage(reader),
            database_url=reader.url("DATABASE_URL", f"sqlite:///{data_dir}/greenroom.sqlite", SQL_SCHEMES) or "",
            session_database_url=reader.url(
                "SESSION_DATABASE_URL", f"sqlite:///{data_dir}/sessions.sqlite", SQL_SCHEMES
            )
            or "",
            mongo_url=_mongo_url(reader),
            mongo_database=_mongo_database(reader),
            redis_url=redis_url or f"unix://{_embedded_redis_socket(data_dir)}",
            redis_is_embedded=redis_url is None,
            jwt_secrets=_secrets(reader, "JWT_SECRET", data_dir),
            secret_keys=_secrets(reader, "SECRET_KEY", data_dir),
            host=host,
            port=port,
            access_password=reader.values.get("ACCESS_PASSWORD") or None,
            public_url=public_url,
            hosts=_hosts(reader),
            trusted_proxies=reader.number("GREENROOM_TRUSTED_PROXIES", 0, 0, PROXY_LIMIT),
            api_limit=_api_limit(reader),
            cors_origins=_cors_origins(reader),
            interviewer=reader.text("GREENROOM_INTERVIEWER", "rules"),
            mail=_mail(reader),
            mail_from=_mail_from(reader, public_url),
            smtp_url=_smtp_url(reader),
            log_level=reader.choice("GREENROOM_LOG_LEVEL", "info", LOG_LEVELS),
            log_format=reader.choice("GREENROOM_LOG_FORMAT", "console", LOG_FORMATS),
            workers=reader.number("GREENROOM_WORKERS", min(os.cpu_count() or 1, 4), 1, 64),
            threads=reader.number("GREENROOM_THREADS", 700, 1, 4000),
        )


class _Reader:
    """Looks a name up in the environment first, then in `.env`; an empty value counts as not set."""

    def __init__(self, environ: Mapping[str, str], dotenv: Path) -> None:
        from_file = {name: value or "" for name, value in dotenv_values(dotenv).items()}
        self.values = {name: value.strip() for name, value in {**from_file, **environ}.items()}

    def refuse_unknown(self) -> None:
        for name, value in self.values.items():
            if name.startswith("GREENROOM_") and name not in NAMES:
                raise Invalid(name, value, [known for known in NAMES if known.startswith("GREENROOM_")])

    def text(self, name: str, default: str) -> str:
        return self.values.get(name) or default

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default).lower()
        if value not in allowed:
            raise Invalid(name, value, allowed)
        return value

    def flag(self, name: str) -> bool:
        return self.choice(name, "false", ("true", "false")) == "true"

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        text = self.text(name, str(default))
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise Invalid(name, text, f"a whole number from {lowest} to {highest}")
        return int(text)

    def url(self, name: str, default: str | None, schemes: tuple[str, ...]) -> str | None:
        value = self.values.get(name) or default
        if value is not None and value.partition("://")[0] not in schemes:
            raise Invalid(name, without_password(value), f"an address that begins with {'://, '.join(schemes)}://")
        return value


def _legacy_data_dir(reader: _Reader, project: Path) -> Path:
    """Where an old installation kept its interviews: it used the temporary folder rather than the root of all."""
    above = Path(tempfile.gettempdir()) if project == Path(project.anchor) else project
    return Path(reader.text("DATA_DIR", str(above / ".drama"))).expanduser()


def _data_dir(reader: _Reader) -> Path:
    folder = Path(reader.text("GREENROOM_DATA_DIR", "data")).expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Invalid(
            "GREENROOM_DATA_DIR", str(folder), f"a folder that can be written to ({error.strerror})"
        ) from None
    return folder


def _environment(reader: _Reader) -> str:
    """What runs on Railway serves people, unless it is said otherwise."""
    default = "production" if reader.values.get("RAILWAY_ENVIRONMENT") else "development"
    return reader.choice("GREENROOM_ENVIRONMENT", default, ENVIRONMENTS)


def _session_storage(reader: _Reader) -> str:
    if reader.values.get("RAILWAY_ENVIRONMENT"):
        return "mongo"
    name = reader.text("SESSION_STORAGE", "file")
    return name if ":" in name else reader.choice("SESSION_STORAGE", "file", STORAGE_NAMES)


def _mongo_url(reader: _Reader) -> str:
    name = "MONGO_URL" if reader.values.get("MONGO_URL") else "MONGODB_URI"
    return reader.url(name, "mongodb://127.0.0.1:27017/?replicaSet=rs0", ("mongodb", "mongodb+srv")) or ""


def _mongo_database(reader: _Reader) -> str:
    """MONGODB_DATABASE wins over a path in the address."""
    in_path = urlsplit(_mongo_url(reader)).path.strip("/")
    name = reader.text("MONGODB_DATABASE", in_path or "greenroom")
    if len(name.encode()) > MONGO_NAME_LIMIT or any(character in '/\\. "$*<>:|?\x00' for character in name):
        allowed = f'a database name of at most {MONGO_NAME_LIMIT} bytes without /\\. "$*<>:|?'
        raise Invalid("MONGODB_DATABASE", name, allowed)
    return name


def _public_url(reader: _Reader, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    value = reader.url("PUBLIC_URL", f"http://{shown}:{port}", ("http", "https")) or ""
    if not urlsplit(value).hostname:
        raise Invalid("PUBLIC_URL", value, "an address such as https://greenroom.example.org")
    return value.rstrip("/")


def _mail(reader: _Reader) -> str:
    name = reader.text("GREENROOM_MAIL", "file")
    return name if ":" in name else reader.choice("GREENROOM_MAIL", "file", MAIL_NAMES)


def _mail_from(reader: _Reader, public_url: str) -> str:
    sender = reader.text("GREENROOM_MAIL_FROM", f"Greenroom <greenroom@{mail_host(public_url)}>")
    check_sender("GREENROOM_MAIL_FROM", sender)
    return sender


def _smtp_url(reader: _Reader) -> str | None:
    """The mail server's address, which may be left out as long as mail does not go there."""
    address = reader.values.get("SMTP_URL") or None
    if address is not None:
        SmtpAddress.parse("SMTP_URL", address)
    elif _mail(reader) == "smtp":
        raise Invalid("SMTP_URL", "", f"{SMTP_ADDRESSES}, because GREENROOM_MAIL is smtp")
    return address


def _hosts(reader: _Reader) -> tuple[str, ...]:
    hosts = _listed(reader, "GREENROOM_HOSTS")
    for host in hosts:
        if HOST_NAME.fullmatch(host) is None:
            allowed = "comma-separated host names in lower case, without scheme, port or path"
            raise Invalid("GREENROOM_HOSTS", host, allowed)
    return hosts


def _listed(reader: _Reader, name: str) -> tuple[str, ...]:
    """The parts of a comma-separated value, each once."""
    parts = (part.strip() for part in reader.text(name, "").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _api_limit(reader: _Reader) -> str:
    from limits import parse_many  # only who reads settings needs it

    value = reader.text("GREENROOM_API_LIMIT", "600 per minute")
    try:
        usable = all(limit.amount > 0 and limit.multiples > 0 for limit in parse_many(value))
    except ValueError:
        usable = False
    if not usable:
        raise Invalid("GREENROOM_API_LIMIT", value, "limits such as 600 per minute, several parted by a semicolon")
    return value


def _cors_origins(reader: _Reader) -> tuple[str, ...]:
    origins = _listed(reader, "GREENROOM_CORS_ORIGINS")
    for origin in origins:
        if not _is_origin(origin):
            allowed = "comma-separated origins as browsers send them: scheme://host[:port] in lower case, no path"
            raise Invalid("GREENROOM_CORS_ORIGINS", origin, allowed)
    return origins


def _is_origin(text: str) -> bool:
    """Whether a browser would send this very text as `Origin`: so the port of the scheme itself is left out."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in DEFAULT_PORTS or port == DEFAULT_PORTS[parts.scheme]:
        return False
    name = parts.hostname or ""
    shown = f"[{name}]" if ":" in name else name
    plain = HOST_NAME.fullmatch(name) is not None or ":" in name
    return plain and text == f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def _embedded_redis_socket(data_dir: Path) -> Path:
    """In the data folder, or in the temporary folder when that path is longer than a socket may have."""
    inside = data_dir / "redis" / "redis.sock"
    if len(os.fsencode(inside)) <= SOCKET_PATH_LIMIT:
        return inside
    mark = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"greenroom-{os.getuid()}-{mark}" / "redis.sock"


def _secrets(reader: _Reader, name: str, data_dir: Path) -> tuple[str, ...]:
    """The keys of this setting, the signing one first; made once and kept in the data folder when none is set."""
    given = tuple(key for key in (part.strip() for part in reader.text(name, "").split(",")) if key)
    for key in given:
        if len(key) < KEY_LENGTH:
            allowed = f"comma-separated keys of at least {KEY_LENGTH} characters each"
            raise Invalid(name, f"a key of {len(key)} characters", allowed)
    return given or (_kept_secret(data_dir, name),)


def _kept_secret(data_dir: Path, name: str) -> str:
    """Read the key that an earlier start made, or make it. Two processes that race end up with the same one."""
    place = data_dir / "secrets" / f"{name.lower()}.json"
    place.parent.mkdir(mode=0o700, exist_ok=True)
    if not place.exists():
        draft = place.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump({"name": name, "key": secrets.token_urlsafe(48)}, file)
            file.flush()
            os.fsync(file.fileno())
        _link_if_absent(draft, place)
    try:
        key = json.loads(place.read_text())["key"]
    except (OSError, ValueError, KeyError) as error:
        raise Invalid(name, str(place), f"a readable key file, or the setting itself ({error})") from None
    return str(key)


def _link_if_absent(draft: Path, place: Path) -> None:
    try:
        os.link(draft, place)
    except FileExistsError:
        pass  # another process made the key first; theirs counts
    finally:
        draft.unlink()
