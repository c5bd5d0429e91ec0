"""Every event bus there is, for the one suite they all pass."""

from collections.abc import Callable, Iterator

import pytest

from providers.events.base import EventBus
from providers.events.registry import EVENT_BUSES


@pytest.fixture(params=["memory", "redis"])
def make_bus(request: pytest.FixtureRequest) -> Iterator[Callable[[], EventBus]]:
    """Makes a bus as one process would have it; all are closed afterwards."""
    arguments = (request.getfixturevalue("redis_url"),) if request.param == "redis" else ()
    made: list[EventBus] = []

    def make() -> EventBus:
        made.append(EVENT_BUSES.find(request.param)(*arguments))
        return made[-1]

    yield make
    for bus in made:
        bus.close()


@pytest.fixture
def bus(make_bus) -> EventBus:
    return make_bus()
