"""Workers killed at random through thousands of rows: nothing is missing, and nothing comes twice but what must."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import create_engine, text

from tests.engines.smtp_server import read, text_of
from tests.reliability.outbox_rounds import Plan, Report

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ROWS = 2_000
ROWS_OF_A_CONTROL = 600
"""More than a broken delivery was ever seen to bring through."""


@pytest.fixture
def quick_sqlite(migrated_sqlite, memory_folder) -> str:
    """A migrated database there."""
    (memory_folder / "greenroom.db").write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{memory_folder}/greenroom.db"


def deliver(plan: Plan) -> Report:
    """Run the plan in a process of its own, which can fork."""
    command = [sys.executable, "-m", "tests.reliability.outbox_rounds", msgspec.json.encode(plan).decode()]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Report)


def asked_for(database_url: str) -> dict[str, int]:
    """The Message-ID of every row, and its number."""
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT outbox_id, payload, state FROM outbox")).all()
    engine.dispose()
    assert {row.state for row in rows} == {"done"}
    payloads = [row.payload if isinstance(row.payload, dict) else msgspec.json.decode(row.payload) for row in rows]
    return {f"<{row.outbox_id}@example.org>": payload["number"] for row, payload in zip(rows, payloads, strict=True)}


def is_whole(content: bytes, number: int) -> bool:
    """Whether this is all of the mail with this number."""
    return read(content)["To"] == f"person-{number}@example.org" and text_of(content) == f"number {number}\n" * 50


def plan_for(database_url, seed, *, folder, smtp_port=None, rows=ROWS, **more):
    return Plan(
        database_url=database_url,
        transport="smtp" if smtp_port else "file",
        folder=str(folder),
        smtp_url=f"smtp://127.0.0.1:{smtp_port}?tls=off" if smtp_port else None,
        rows=rows,
        seed=seed,
        **more,
    )


def test_through_the_folder_every_mail_is_there_once_and_whole(quick_sqlite, memory_folder, seed):
    report = deliver(plan_for(quick_sqlite, seed, folder=memory_folder / "mail"))
    print(f"file, seed {seed}: {report}")  # noqa: T201  # shown when it fails, and with -s
    asked = asked_for(quick_sqlite)
    found = {f"<{file.stem}@example.org>": file.read_bytes() for file in (memory_folder / "mail").glob("*.eml")}
    assert set(asked) - set(found) == set()
    assert set(found) - set(asked) == set()
    assert [name for name, content in found.items() if not is_whole(content, asked[name])] == []
    assert report.kills >= 20


@pytest.mark.postgresql
def test_through_a_server_every_mail_arrives_and_doubles_are_fewer_than_kills_and_alike(
    postgresql_database_url, smtp_server, tmp_path, seed
):
    report = deliver(plan_for(postgresql_database_url, seed, folder=tmp_path, smtp_port=smtp_server.port))
    asked, taken = asked_for(postgresql_database_url), smtp_server.taken
    doubles = sum(len(copies) - 1 for copies in taken.values())
    print(f"smtp, seed {seed}: {report}, {doubles} doubles")  # noqa: T201  # as above
    assert set(asked) - set(taken) == set()
    assert set(taken) - set(asked) == set()
    assert [name for name, copies in taken.items() if len(set(copies)) > 1] == []
    assert [name for name, copies in taken.items() if not is_whole(copies[0], asked[name])] == []
    assert doubles <= report.kills
    assert report.kills >= 20


# --- negative controls -----------------------------------------------------------------------------------------------


def test_a_delivery_that_calls_a_row_done_before_it_hands_it_over_is_caught(quick_sqlite, memory_folder, seed):
    hasty = "tests.reliability.crippled_outbox:HastyDelivery"
    deliver(
        plan_for(
            quick_sqlite,
            seed,
            folder=memory_folder / "mail",
            delivery=hasty,
            rows=ROWS_OF_A_CONTROL,
            longest_life_seconds=0.5,
        )
    )
    found = {f"<{file.stem}@example.org>" for file in (memory_folder / "mail").glob("*.eml")}
    assert set(asked_for(quick_sqlite)) - found, "workers died between the two steps, and nothing was lost"
