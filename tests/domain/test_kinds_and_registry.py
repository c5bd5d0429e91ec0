"""How kinds, adapters and errors are found by name, and what an unknown name is answered."""

import sys
from types import ModuleType

import msgspec
import pytest

from domain import errors
from domain.actor import Actor, Role
from domain.errors import Invalid
from domain.interview import Interview
from domain.kinds import HEADER, KINDS, kind_named, make_session
from domain.registry import Registry
from tests.domain.samples import START, interview, live, session_date, training

NEEDED = {"user_id": "ada", "incident_name": "Bicycle", "interviewee_name": "Lou", "interviewee_role": "witness"}


def test_a_kind_is_found_by_its_name():
    for name, kind in KINDS.items():
        assert kind_named(name) is kind
        assert kind.__struct_config__.tag == name


@pytest.mark.parametrize("name", ["nonsense", "", "Interview", None, 5, [], {}])
def test_an_unknown_kind_is_refused_naming_the_known_ones(name):
    with pytest.raises(Invalid, match="one of interview, training, live"):
        kind_named(name)


def test_a_session_is_made_by_the_name_of_its_kind():
    made = make_session("interview", NEEDED | {"session_id": "one", "created_at": START})
    assert type(made) is Interview
    assert (made.session_id, made.title, made.created_at) == ("one", "Bicycle", START)


def test_a_session_is_made_from_plain_data():
    date = {"start": "2026-03-01T12:00:00Z", "time_zone": "Europe/Vienna", "wall_clock": "2026-03-01T13:00"}
    made = make_session("training", {"user_id": "a", "title": "x", "instructor_id": "a", "session_date": date})
    assert (made.session_date, made.starts_at) == (session_date(), START)


@pytest.mark.parametrize(
    ("kind", "fields", "named"),
    [
        ("nonsense", NEEDED, "kind"),
        ("interview", NEEDED | {"capacity": 5}, "capacity"),
        ("interview", NEEDED | {"messages": []}, "messages"),
        ("interview", {}, "user_id"),
        ("interview", {**NEEDED, "incident_name": ""}, "incident_name"),
        ("interview", {**NEEDED, "interviewee_role": "stranger"}, "interviewee_role"),
        ("live", {"user_id": "a"}, "channel_id"),
        ("training", {"user_id": "a", "instructor_id": "a"}, "session_date"),
        ("training", {"user_id": "a", "instructor_id": "a", "session_date": "tomorrow"}, "session_date"),
    ],
)
def test_a_session_that_cannot_be_made_is_refused_naming_the_field(kind, fields, named):
    with pytest.raises(Invalid) as refused:
        make_session(kind, fields)
    assert refused.value.facts["field"] == named


def test_a_header_of_any_kind_is_read_from_json_and_unknown_fields_are_passed_over():
    for session in (interview(), training(), live()):
        raw = msgspec.json.decode(msgspec.json.encode(session)) | {"of_a_newer_release": {"a": 1}}
        assert HEADER.decode(msgspec.json.encode(raw)) == session


# --- registry --------------------------------------------------------------------------------------------------------


class Fruit:
    """The contract of a made-up family."""


class Apple(Fruit):
    """A member of it."""


FRUITS = Registry("FRUIT", Fruit, {"apple": f"{__name__}:Apple", "gone": "tests.nowhere:Gone", "stone": "math:pi"})


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    """This module under its name, however the tests were imported."""
    module = ModuleType(__name__)
    module.__dict__.update(globals())
    monkeypatch.setitem(sys.modules, __name__, module)


@pytest.mark.parametrize("name", ["apple", f"{__name__}:Apple"])
def test_a_member_is_found_by_its_alias_or_its_dotted_path(name):
    assert FRUITS.find(name) is Apple


@pytest.mark.parametrize(
    "name", ["pear", "", "apple ", "math", "math:", ":pi", "math:pi", "math:nothing", "builtins:int", "tests.nowhere:X"]
)
def test_an_unknown_member_is_refused_naming_the_known_ones(name):
    with pytest.raises(Invalid) as refused:
        FRUITS.find(name)
    assert refused.value.facts["field"] == "FRUIT"
    assert "apple, gone, stone" in refused.value.facts["allowed"]


@pytest.mark.parametrize("name", ["stone", "gone", ".relative:Apple"])
def test_a_member_that_is_not_there_or_not_of_the_family_is_refused(name):
    with pytest.raises(Invalid, match="FRUIT"):
        FRUITS.find(name)


def test_a_member_whose_own_dependency_is_missing_says_so(tmp_path, monkeypatch):
    (tmp_path / "fruit_of_a_vendor.py").write_text("import a_vendor_that_is_not_installed")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="a_vendor_that_is_not_installed"):
        FRUITS.find("fruit_of_a_vendor:Fruit")


# --- errors and actors -----------------------------------------------------------------------------------------------


def test_every_error_has_a_code_and_its_own_facts():
    raised = [
        errors.SessionNotFound("one"),
        errors.SessionAccessDenied("one"),
        errors.SessionExists("one"),
        errors.StaleSession("one", 7),
        errors.SlotTaken("key", "one"),
        errors.TransitionRefused("interview", "paused", "complete", {"failed", "active"}),
        errors.TooMany("Wait.", 5),
    ]
    assert all(isinstance(error, errors.GreenroomError) and error.code != "error" for error in raised)
    assert raised[3].current_revision == raised[3].facts["current_revision"] == 7
    assert raised[4].holder == "one"
    assert raised[6].retry_after_seconds == 5


def test_missing_and_foreign_are_told_in_the_same_words():
    denied, missing = errors.SessionAccessDenied("one"), errors.SessionNotFound("one")
    assert (str(denied), denied.code) == (str(missing), missing.code)
    assert isinstance(denied, PermissionError)
    assert not isinstance(missing, PermissionError)


def test_an_actor_is_a_member_unless_more_is_said():
    assert Actor(user_id="ada").roles == {Role.MEMBER}
    assert {str(role) for role in Role} == {"member", "reviewer", "instructor", "board", "admin"}
