"""docker-compose.yml: valid, careful, and without a password that somebody could know."""

import re
import subprocess
import sys

import pytest

from settings import NAMES, Settings
from tests.deployment.compose import COMPOSE, NotSet, complete_environment, raw, required_names, resolved
from tests.deployment.example_env import EXAMPLE, lines

ONE_SHOT = {"migrate", "mongo-keyfile", "mongo-init"}
OURS = {"migrate", "web", "worker", "scheduler"}
NOT_PASSED_ON = {"DATA_DIR", "RAILWAY_ENVIRONMENT", "SEED_DEMO_DATA", "MONGODB_URI", "SESSION_DATABASE_URL"}
"""Of another platform, another name for what is set, or read by a storage that is not the one chosen."""
SECRET = re.compile(r"(PASSWORD|SECRET|AUTH|KEY)$")
LOGIN = re.compile(r"://[^:/@]*:(?P<password>[^@]*)@")


@pytest.fixture(scope="module")
def services():
    return resolved(complete_environment())["services"]


def schema_check(path):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_it_is_valid_by_the_schema_of_compose(tmp_path):
    assert schema_check(COMPOSE).returncode == 0
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(COMPOSE.read_text().replace("restart: unless-stopped", "restrat: unless-stopped"))
    assert schema_check(wrong).returncode == 1


def test_each_process_of_the_supervisor_is_a_service_with_the_same_command(services):
    procfile = dict(line.split(": ", 1) for line in (COMPOSE.parent / "Procfile").read_text().splitlines())
    procfile.pop("redis")  # the embedded one; compose has a Redis of its own
    assert {name: " ".join(services[name]["command"]) for name in procfile} == procfile
    assert OURS - {"migrate"} == set(procfile)


@pytest.mark.parametrize("name", sorted(required_names()))
def test_what_has_to_be_set_is_asked_for_by_name_and_stands_in_the_example(name):
    with pytest.raises(NotSet, match=f"{name} is not set"):
        resolved({**complete_environment(), name: ""})
    assert name in {line.name for line in lines(EXAMPLE.read_text()) if not line.is_default}


def literal_secrets(services):
    """Passwords that stand in the file itself, as a variable of their own or inside of an address."""
    found = []
    for service, described in services.items():
        for name, value in described.get("environment", {}).items():
            login = LOGIN.search(re.sub(r"\$\{[^}]*\}", "${}", value))
            named = SECRET.search(name) and not value.startswith("${")
            if (named and name != "ME_CONFIG_BASICAUTH") or (login and login["password"] not in ("", "${}")):
                found.append(f"{service}.{name}")
    return found


def test_no_password_stands_in_it():
    assert literal_secrets(raw()["services"]) == []
    planted = {"MONGO_URL": "mongodb://greenroom:hunter2@mongo", "REDIS_PASSWORD": "hunter2"}
    assert len(literal_secrets({"web": {"environment": planted}})) == 2


def test_every_container_is_kept_from_what_it_does_not_need(services):
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert "privileged" not in service, name
        assert "cap_add" not in service, name


def test_none_runs_as_root(services):
    users = {name: service.get("user", "") for name, service in services.items() if name not in OURS}
    assert {name for name, user in users.items() if not re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)} == set()
    assert "USER 10001:10001" in (COMPOSE.parent / "Dockerfile").read_text()


def test_what_runs_on_has_a_health_check_and_starts_again_and_what_ends_does_not(services):
    for name, service in services.items():
        assert ("healthcheck" in service) == (name not in ONE_SHOT), name
        assert service["restart"] == ("no" if name in ONE_SHOT else "unless-stopped"), name


def test_only_the_web_server_can_be_published_to_every_network(services):
    everywhere = resolved({**complete_environment(), "PUBLISH": "0.0.0.0:80"})["services"]
    assert everywhere["web"]["ports"] == ["0.0.0.0:80:8000"]
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]
    published = {name: service["ports"] for name, service in everywhere.items() if "ports" in service}
    assert {name for name, ports in published.items() if not ports[0].startswith("127.0.0.1:")} == {"web"}


def test_the_stores_are_on_a_network_that_leads_nowhere(services):
    networks = resolved(complete_environment())["networks"]
    assert networks["inside"] == {"internal": True}
    for store in ("postgres", "mongo", "mongo-init", "redis"):
        assert services[store]["networks"] == ["inside"]


def test_mongo_express_is_for_development_alone(services):
    assert services["mongo-express"]["profiles"] == ["development"]
    assert [name for name, service in services.items() if "profiles" in service] == ["mongo-express"]
    assert [name for name, each in services.items() if "mongo-express" in each.get("depends_on", {})] == []


def test_nothing_starts_before_what_it_needs(services):
    waits = {name: service.get("depends_on", {}) for name, service in services.items()}
    completed = {"condition": "service_completed_successfully"}
    assert waits["mongo"] == {"mongo-keyfile": completed}
    assert waits["mongo-init"] == {"mongo": {"condition": "service_healthy"}}
    assert waits["migrate"] == {"postgres": {"condition": "service_healthy"}, "mongo-init": completed}
    for name in OURS - {"migrate"}:
        assert waits[name]["migrate"] == completed
        assert waits[name]["redis"] == {"condition": "service_healthy"}
    for name, others in waits.items():
        for other, how in others.items():
            ends = how == completed
            assert ends == (other in ONE_SHOT), f"{name} waits for {other}"


def test_every_volume_is_named_and_every_named_one_is_used(services):
    mounted = [volume for service in services.values() for volume in service.get("volumes", [])]
    named = {volume.partition(":")[0] for volume in mounted if not volume.startswith("./")}
    assert named == set(raw()["volumes"])
    for host_file in (volume.split(":")[0] for volume in mounted if volume.startswith("./")):
        assert (COMPOSE.parent / host_file).is_file()


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_setting_reaches_our_processes_and_they_accept_what_they_are_given(services, name, tmp_path):
    given = services[name]["environment"]
    assert set(NAMES) - set(given) == NOT_PASSED_ON
    assert set(given) <= set(NAMES)
    settings = Settings.from_env({**given, "GREENROOM_DATA_DIR": str(tmp_path)}, dotenv=tmp_path / "no.env")
    assert (settings.environment, settings.session_storage) == ("production", "mongo")
    assert not settings.redis_is_embedded


def test_a_setting_of_the_operator_reaches_our_processes():
    given = resolved({**complete_environment(), "GREENROOM_WORKERS": "3"})["services"]["web"]["environment"]
    assert given["GREENROOM_WORKERS"] == "3"


def test_the_application_does_not_know_the_root_password(services):
    root = complete_environment()["MONGO_ROOT_PASSWORD"]
    assert {name for name, service in services.items() if root in str(service)} == {"mongo", "mongo-init"}


@pytest.mark.parametrize(
    ("service", "image"), [("postgres", "postgres:16"), ("mongo", "mongo:7"), ("redis", "redis:7")]
)
def test_the_stores_are_of_the_releases_that_are_supported(services, service, image):
    assert services[service]["image"].startswith(image)
