"""A storage by its address."""

import pytest

from domain.addresses import without_password
from domain.errors import Invalid
from storage.addresses import open_at, place_of
from storage.file import FileSessionStorage
from storage.mongo import MongoSessionStorage
from storage.sql import SqlSessionStorage


@pytest.mark.parametrize(
    ("address", "backend"),
    [
        ("file:data/sessions", FileSessionStorage),
        ("file:/srv/greenroom/sessions", FileSessionStorage),
        ("sqlite:///data/sessions.sqlite", SqlSessionStorage),
        ("postgresql://ada@localhost/greenroom", SqlSessionStorage),
        ("postgres://ada@localhost/greenroom", SqlSessionStorage),
        ("mongodb://127.0.0.1:27017/greenroom?replicaSet=rs0", MongoSessionStorage),
    ],
)
def test_an_address_names_a_storage_without_connecting_to_it(address, backend):
    storage = open_at("--from", address)
    assert type(storage) is backend
    storage.close()


def test_nothing_is_made_by_opening(tmp_path):
    open_at("--to", f"file:{tmp_path}/new").close()
    open_at("--to", f"sqlite:///{tmp_path}/new.sqlite").close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "file",
        "file:",
        "data/sessions",
        "http://127.0.0.1/x",
        "mongodb://127.0.0.1/",
        "sqlite://",
        "mysql://a:b@c/d",
    ],
)
def test_what_names_no_storage_is_refused_by_the_name_of_its_option(address):
    with pytest.raises(Invalid) as refusal:
        open_at("--from", address)
    assert refusal.value.facts["field"] == "--from"


def test_a_refusal_shows_no_password():
    with pytest.raises(Invalid) as refusal:
        open_at("--to", "mongodb://root:geheim@db.example.org/")
    assert "geheim" not in str(refusal.value)
    assert "db.example.org" in str(refusal.value)


def test_an_address_is_shown_without_its_password():
    assert without_password("postgresql://ada:geheim@host/base") == "postgresql://…@host/base"
    assert without_password("file:data/sessions") == "file:data/sessions"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("file:data/sessions", "file:./data/x/../sessions/", True),
        ("file:data/sessions", "file:data", False),
        ("sqlite:///a.sqlite", "sqlite:///./a.sqlite?timeout=3", True),
        ("sqlite:///a.sqlite", "file:a.sqlite", False),
        ("postgresql://ada:x@HOST/base", "postgres://bob@host:5432/base?sslmode=disable", True),
        ("postgresql://host/base", "postgresql://host/other", False),
        ("postgresql://host/base", "postgresql://host:5433/base", False),
        ("postgresql:///base?host=/one", "postgresql:///base?host=/two", False),
        ("postgresql://localhost/base", "postgresql://127.0.0.1/base", True),
        ("mongodb://one,two/base", "mongodb://ada:x@two:27017/base?replicaSet=rs0", True),
        ("mongodb://one/base", "mongodb://one/other", False),
        ("mongodb://one/base", "mongodb://two/base", False),
    ],
)
def test_two_addresses_are_known_for_one_place(one, other, same):
    assert place_of(one).is_same(place_of(other)) is same
    assert "x@" not in str(place_of(other))
