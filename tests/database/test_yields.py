"""The search for a `yield` inside of a database block, and this project's own code under it."""

import ast
from pathlib import Path

import pytest

from database.errors import YieldInsideBlock
from database.yields import yields_inside_blocks

ROOT = Path(__file__).parents[2]
FOLDERS = ("admin", "database", "domain", "jobs", "providers", "scripts", "services", "storage", "streamer", "web")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("with m.session_scope() as db:\n  yield db", True),
        ("with m.get_db_session(actor):\n  for row in rows:\n    if row:\n      yield row", True),
        ("with m.session_scope() as db:\n  yield from db.rows()", True),
        ("with open('x') as f, m.session_scope() as db:\n  x = yield", True),
        ("with m.session_scope() as db:\n  rows = db.rows()\nyield rows", False),
        ("with m.session_scope() as db:\n  def inner():\n    yield 1\n  list(inner())", False),
        ("with open('x') as file:\n  yield file", False),
    ],
)
def test_only_a_yield_inside_of_a_block_is_found(body, found):
    source = "def f():\n" + "".join(f" {line}\n" for line in body.splitlines())
    assert yields_inside_blocks(ast.parse(source)) == ([2] if found else [])


def test_an_await_inside_of_a_block_is_found():
    assert yields_inside_blocks(ast.parse("async def f():\n with m.session_scope():\n  await x()")) == [2]


def test_no_block_of_this_project_yields():
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    assert len(files) > 50
    found = {str(file): lines for file in files if (lines := yields_inside_blocks(ast.parse(file.read_text())))}
    assert found == {}


def test_a_block_over_several_lines_is_recognised(plain, unified):
    def rows():
        with (
            plain.session_scope() as db,
            unified.get_db_session(),
        ):
            yield db

    with pytest.raises(YieldInsideBlock):
        next(rows())


def test_code_without_a_source_is_left_to_the_middleware(plain):
    names = {"plain": plain}
    exec("def rows():\n with plain.session_scope() as db:\n  yield db", names)  # noqa: S102
    generator = names["rows"]()
    assert next(generator).in_transaction()
    generator.close()
