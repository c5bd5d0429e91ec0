"""Every declared lifecycle is the one of the design, and a broken declaration is no lifecycle."""

from enum import StrEnum

import pytest

from domain.errors import Invalid, TransitionRefused
from domain.kinds import KINDS
from domain.lifecycle import Lifecycle, Phase
from domain.live import HOLDS_CHANNEL
from domain.session import Session
from tests.domain.samples import interview, live, training
from tests.domain.tables import INITIAL, PHASES, TERMINAL, WAYS

LIFECYCLES = {name: kind.lifecycle for name, kind in KINDS.items()}
EVERY_PAIR = [(kind, one, other) for kind, ways in WAYS.items() for one in ways for other in ways]


def test_every_kind_of_the_design_is_there_and_no_other():
    assert set(KINDS) == set(WAYS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_declared_ways_are_those_of_the_design(kind):
    declared = LIFECYCLES[kind].transitions
    assert {str(status): set(map(str, following)) for status, following in declared.items()} == WAYS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_declared_ends_beginnings_and_phases_are_those_of_the_design(kind):
    lifecycle = LIFECYCLES[kind]
    assert lifecycle.initial == INITIAL[kind]
    assert set(lifecycle.terminal) == TERMINAL[kind]
    assert {str(status): str(phase) for status, phase in lifecycle.phase.items()} == PHASES[kind]
    assert lifecycle.kind == kind


@pytest.mark.parametrize(("kind", "current", "to"), EVERY_PAIR)
def test_a_way_is_open_exactly_when_the_table_has_it(kind, current, to):
    if to in WAYS[kind][current]:
        assert LIFECYCLES[kind].check(current, to) == to
    else:
        with pytest.raises(TransitionRefused) as refused:
            LIFECYCLES[kind].check(current, to)
        assert refused.value.facts == {"current": current, "to": to, "allowed": sorted(WAYS[kind][current])}


def test_a_refusal_names_the_current_status_and_the_ways_that_are_open():
    with pytest.raises(TransitionRefused, match="paused cannot become complete; it can become active, failed"):
        LIFECYCLES["interview"].check("paused", "complete")
    with pytest.raises(TransitionRefused, match="ended cannot become live; it can become nothing else"):
        LIFECYCLES["training"].check("ended", "live")


@pytest.mark.parametrize("text", ["active", "ACTIVE", "  Active\n", "\tactive "])
def test_a_status_that_arrives_as_text_is_stripped_and_lower_cased(text):
    assert LIFECYCLES["interview"].parse(text) == "active"
    assert LIFECYCLES["interview"].check("paused", text) == "active"


@pytest.mark.parametrize("text", ["", "activ", "act ive", "scheduled", "none", None, 5, b"active", ["active"], {}])
def test_an_unknown_status_is_refused_naming_the_allowed(text):
    with pytest.raises(Invalid) as refused:
        LIFECYCLES["interview"].parse(text)
    assert refused.value.facts["field"] == "status"
    assert refused.value.facts["allowed"] == "one of active, processing, paused, complete, failed"


@pytest.mark.parametrize("kind", KINDS)
def test_every_status_is_terminal_or_not_and_has_its_phase(kind):
    lifecycle = LIFECYCLES[kind]
    for status, phase in PHASES[kind].items():
        assert lifecycle.is_terminal(status) is (status in TERMINAL[kind])
        assert lifecycle.phase_of(status) == phase
        assert status in lifecycle.statuses_in(Phase(phase))
    assert lifecycle.statuses_in(*Phase) == [str(status) for status in lifecycle.statuses]
    assert lifecycle.statuses_in() == []


def test_the_statuses_that_hold_a_channel_are_those_of_the_design():
    assert {str(status) for status in HOLDS_CHANNEL} == {"ready", "publishing", "live", "ending", "aborted"}


@pytest.mark.parametrize(("make", "kind"), [(interview, "interview"), (training, "training"), (live, "live")])
def test_a_session_knows_its_phase_and_whether_it_is_over(make, kind):
    assert make().status == INITIAL[kind]
    for status, phase in PHASES[kind].items():
        session = make(status=status)
        assert (session.phase, session.is_over) == (phase, status in TERMINAL[kind])


# --- declarations ----------------------------------------------------------------------------------------------------


class Light(StrEnum):
    """Statuses of a made-up kind."""

    RED = "red"
    GREEN = "green"
    OFF = "off"


class Foreign(StrEnum):
    """A status of another kind."""

    BLUE = "blue"


WHOLE = {
    "initial": Light.RED,
    "transitions": {Light.RED: {Light.GREEN}, Light.GREEN: {Light.RED, Light.OFF}, Light.OFF: set()},
    "phase": {Light.RED: Phase.PLANNED, Light.GREEN: Phase.ACTIVE, Light.OFF: Phase.FINISHED},
    "terminal": {Light.OFF},
}
BROKEN = {
    "a status without a row": {"transitions": {Light.RED: {Light.OFF}, Light.OFF: set()}},
    "a row for an unknown status": {"transitions": WHOLE["transitions"] | {Foreign.BLUE: set()}},
    "a way to an unknown status": {"transitions": WHOLE["transitions"] | {Light.RED: {Light.GREEN, Foreign.BLUE}}},
    "a status without a phase": {"phase": {Light.RED: Phase.PLANNED, Light.GREEN: Phase.ACTIVE}},
    "a phase of an unknown status": {"phase": WHOLE["phase"] | {Foreign.BLUE: Phase.ACTIVE}},
    "an unknown terminal status": {"terminal": {Light.OFF, Foreign.BLUE}},
    "an unreachable status": {"transitions": {Light.RED: {Light.OFF}, Light.GREEN: {Light.OFF}, Light.OFF: set()}},
    "a way out of a terminal status": {"transitions": WHOLE["transitions"] | {Light.OFF: {Light.RED}}},
    "a dead end that is not declared": {"terminal": set()},
    "an initial status of another kind": {"initial": Foreign.BLUE},
}


def test_a_whole_declaration_is_accepted():
    lifecycle = Lifecycle("light", **WHOLE)
    assert lifecycle.check("red", "green") is Light.GREEN


@pytest.mark.parametrize("part", BROKEN.values(), ids=BROKEN)
def test_a_broken_declaration_is_refused_when_it_is_made(part):
    with pytest.raises(ValueError, match="light: "):
        Lifecycle("light", **WHOLE | part)


def test_a_kind_cannot_be_declared_without_a_lifecycle():
    with pytest.raises(TypeError, match="lifecycle"):

        class Lost(Session, tag="lost", kw_only=True, dict=True):
            """A kind that forgot its lifecycle."""
