"""Emptying an installation: everything that people made goes, on every engine, and what it runs on stays."""

from functools import partial

import pytest
from sqlalchemy import func, inspect, select

from database.tables import Base, FirstRunTokenRow, NoticeRow, UserRoleRow
from domain.errors import Invalid
from domain.session import Message
from services.reset import Contents, Reset
from services.session_manager import SessionManager
from tests.contract.storage.samples import interview, live
from tests.services.homes import home_of
from tests.services.interviews.memory import MemoryStorage

ROWS = {"users": 2, "user_roles": 1, "notices": 1, "first_run_tokens": 1}
EMPTY = Contents(sessions=0, rows={}, files={})


@pytest.fixture
def folders(tmp_path):
    return {"exports": tmp_path / "data" / "exports", "mail": tmp_path / "data" / "mail"}


@pytest.fixture
def reset_of(db_manager, folders):
    def reset(storage):
        sessions = partial(SessionManager, storage)
        return Reset(sessions, db_manager.engine.url.render_as_string(hide_password=False), folders)

    return reset


@pytest.fixture
def reset(request, reset_of):
    """On files: which storage it is makes no difference to rows and folders."""
    return reset_of(home_of(request, "file").open())


def nobody(_count):
    """Who does not listen."""


def fill_database(people, unified, clock):
    people("ada", "ben")
    with unified.get_db_session() as db:
        db.add(UserRoleRow(user_id="ada", role="admin"))
        db.add(FirstRunTokenRow(token_hash="0" * 64, created_at=clock()))
        db.add(NoticeRow(notice_id="n1", user_id="ada", text="hello", link=None, created_at=clock(), read_at=None))


def fill_folders(folders):
    for folder in folders.values():
        folder.mkdir(parents=True)
    (folders["exports"] / "1.zip").write_bytes(b"an archive")
    (folders["exports"] / ".2.draft").write_bytes(b"half an archive")
    (folders["mail"] / "1.eml").write_bytes(b"a mail")
    (folders["mail"].parent / "secret_key").write_text("a key")


def test_every_session_goes_also_one_that_cannot_be_read(home, reset_of):
    storage = home.open()
    storage.create(interview("one", "ada"))
    storage.append_message("one", Message(message_id="m", role="interviewee", content="Hello"))
    storage.create(interview("two", "ben"))
    storage.create(live("broken", "ada", exclusive_key="channel:7"))
    home.damage("broken", kind="opera")
    reset = reset_of(storage)
    before = home.raw_headers()
    assert reset.count() == Contents(sessions=3, rows={}, files={})
    assert home.raw_headers() == before
    heard = []
    assert reset.remove(heard.append).sessions == sum(heard) == 3
    assert list(storage.scan()) == []
    assert reset.count() == EMPTY
    storage.create(interview("one", "ada"))  # nothing of the old ones is in the way
    assert storage.messages("one") == []
    assert reset.remove(nobody).sessions == 1


def test_every_row_and_file_goes_and_the_schema_and_the_keys_stay(reset, folders, people, unified, db_manager, clock):
    fill_database(people, unified, clock)
    fill_folders(folders)
    full = Contents(sessions=0, rows=ROWS, files={"exports": 2, "mail": 1})
    assert reset.count() == full
    assert reset.count() == full
    tables = set(inspect(db_manager.engine).get_table_names())
    assert reset.remove(nobody) == full
    assert reset.count() == EMPTY
    assert set(inspect(db_manager.engine).get_table_names()) == tables >= set(Base.metadata.tables)
    with db_manager.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            assert connection.scalar(select(func.count()).select_from(table)) == 0
    assert [path.name for path in folders["mail"].parent.rglob("*") if path.is_file()] == ["secret_key"]


def test_folders_that_were_never_made_are_empty(reset, folders):
    assert reset.remove(nobody) == EMPTY
    assert not folders["mail"].exists()


def test_a_storage_that_cannot_tell_all_it_has_is_refused_before_anything_goes(reset_of, people, plain):
    people("ada")
    reset = reset_of(MemoryStorage())
    with pytest.raises(Invalid, match="memory"):
        reset.remove(nobody)
    with plain.session_scope() as db:
        assert db.scalar(select(func.count()).select_from(Base.metadata.tables["users"])) == 1
