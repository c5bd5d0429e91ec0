"""The very commands and health checks of docker-compose.yml, run as processes on real engines."""

import signal
import stat
from contextlib import ExitStack

import httpx
import pytest
import redis

from scripts.embedded_redis import redis_server
from tests.deployment.compose import complete_environment, resolved
from tests.deployment.guarded_mongo import MONGOSH, ROOT
from tests.deployment.running import Running, answers, run
from tests.house.running import free_port
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.postgresql]

SECRETS = complete_environment()
CONF = "/tmp/redis.conf"  # noqa: S108  # as it stands in the file; here it is another one


class Containers:
    """The services of the compose file, with the names of containers replaced by what stands in for them here."""

    def __init__(self, folder, replaced):
        self.folder = folder
        self.replaced = replaced
        self.services = resolved(SECRETS)["services"]
        self.own = {"HOME": str(folder), "GREENROOM_WORKERS": "1", "HOST": "127.0.0.1", "PORT": str(free_port())}
        self.address = f"http://127.0.0.1:{self.own['PORT']}"

    def here(self, text):
        for name, real in self.replaced.items():
            text = text.replace(name, real)
        return text

    def env(self, name):
        given = {key: self.here(value) for key, value in self.services[name].get("environment", {}).items()}
        return {**given, **self.own, "GREENROOM_DATA_DIR": str(self.folder / "data")}

    def words(self, name):
        service = self.services[name]
        return [self.here(word) for word in [*service.get("entrypoint", []), *service["command"]]]

    def start(self, name):
        return Running(self.words(name), self.env(name), ROOT, self.folder / f"{name}.log")

    def run(self, name):
        return run(self.words(name), self.env(name), ROOT)

    def health(self, name, **more):
        how, *words = self.services[name]["healthcheck"]["test"]
        words = [self.here(word) for word in words]
        shell = ["sh", "-c"] if how == "CMD-SHELL" else []
        return run([*shell, *words], {**self.env(name), **more}, ROOT)


@pytest.fixture(scope="module")
def containers(tmp_path_factory, guarded_mongo, postgresql_server):
    """All but our own processes: PostgreSQL, MongoDB as it is before `mongo-init`, and where Redis will be."""
    folder = tmp_path_factory.mktemp("containers")
    database = SECRETS["POSTGRES_PASSWORD"].join(("postgresql://greenroom:", "@postgres:5432/greenroom"))
    redis_port = free_port()
    return Containers(
        folder,
        {
            database: postgresql_server.fresh_database(),
            "mongo:27017": guarded_mongo.member,
            "127.0.0.1:27017": guarded_mongo.member,
            "redis:6379": f"127.0.0.1:{redis_port}",
            f"redis-server {CONF}": f"{redis_server()} {CONF} --port {redis_port} --bind 127.0.0.1",
            "redis-cli ": f"{redis_server().with_name('redis-cli')} -p {redis_port} ",
            CONF: f"{folder}/redis.conf",
            "--dir /data": f"--dir {folder}",
            "/opt/greenroom": str(ROOT / "scripts"),
            "/data/configdb": str(folder),
            "mongosh": str(MONGOSH),
            "pg_isready": f"{postgresql_server.programs}/pg_isready",
            "--host=127.0.0.1": f"--host={postgresql_server.folder}",
            SECRETS["MONGO_ROOT_PASSWORD"]: guarded_mongo.root[1],
        },
    )


@pytest.fixture(scope="module")
def migrated(containers):
    """After the one-shot services, in their order."""
    for name in ("mongo-init", "migrate"):
        done = containers.run(name)
        assert done.returncode == 0, done.stdout + done.stderr
    return containers


@pytest.fixture(scope="module")
def running(migrated):
    """Redis, web, worker and scheduler, once each of them is healthy."""
    with ExitStack() as block:
        started = {name: block.enter_context(migrated.start(name)) for name in ("redis", "worker", "scheduler", "web")}
        assert until(lambda: migrated.health("redis").returncode == 0)
        assert answers(started["web"], migrated.address), started["web"].said()
        yield started


def test_the_key_of_the_replica_set_is_made_once_and_readable_by_its_owner_alone(containers):
    assert containers.run("mongo-keyfile").returncode == 0
    key = containers.folder / "keyfile"
    first = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o400
    assert containers.run("mongo-keyfile").returncode == 0
    assert key.read_bytes() == first
    assert len(first) > 700


def test_mongodb_is_healthy_to_who_knows_the_password_before_anybody_initialised_it(containers):
    assert containers.health("mongo").returncode == 0
    assert containers.health("mongo", MONGO_INITDB_ROOT_PASSWORD="wrong").returncode != 0


def test_postgresql_is_healthy_where_it_listens_and_nowhere_else(containers):
    assert containers.health("postgres").returncode == 0
    replaced = containers.replaced.pop("--host=127.0.0.1")
    assert containers.health("postgres").returncode != 0
    containers.replaced["--host=127.0.0.1"] = replaced


@pytest.mark.parametrize("name", ["redis", "web", "worker", "scheduler"])
def test_what_does_not_run_is_not_healthy(migrated, name):
    assert migrated.health(name).returncode == 1


def test_migrating_again_at_the_next_start_does_no_harm(migrated):
    assert migrated.run("migrate").returncode == 0


@pytest.mark.usefixtures("running")
def test_all_of_it_together_serves_with_every_engine_answering(migrated):
    health = httpx.get(f"{migrated.address}/health", timeout=10).json()
    assert health["status"] == "ok"
    assert {name: check["state"] for name, check in health["checks"].items()} == {
        "database": "ok",
        "session_storage": "ok",
        "redis": "ok",
    }


@pytest.mark.usefixtures("running")
def test_redis_wants_its_password_and_does_not_show_it_in_the_list_of_processes(migrated, running):
    port = migrated.replaced["redis:6379"].rpartition(":")[2]
    with redis.Redis(port=int(port), protocol=2) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    shown = [word for process in running["redis"].processes() for word in process.cmdline()]
    assert SECRETS["REDIS_PASSWORD"] not in " ".join(shown)
    assert migrated.health("redis", REDISCLI_AUTH="wrong").returncode == 1


@pytest.mark.parametrize("name", ["web", "worker", "scheduler", "redis"])
def test_what_runs_is_healthy_until_it_is_stopped_and_leaves_no_process(migrated, running, name):
    assert until(lambda: migrated.health(name).returncode == 0)
    started = running[name].processes()
    assert running[name].stop(signal.SIGTERM) == 0
    assert [process for process in started if process.is_running()] == []
    assert migrated.health(name).returncode == 1
