"""A thousand people who listen: the server still answers, and still stops."""

import pytest

from benchmarks.streams import STREAMS_EACH, Streams, measure, seed
from tests.house.running import RunningGreenroom

pytestmark = pytest.mark.slow

STREAMS = 1000
STOP_SECONDS = 5


def test_with_a_thousand_event_streams_open_it_answers_and_stops_within_five_seconds(tmp_path):
    greenroom = RunningGreenroom(tmp_path / "data", GREENROOM_WORKERS="2").start()
    listeners = seed(greenroom, STREAMS // STREAMS_EACH + 1)
    port = int(greenroom.env["PORT"])
    held = Streams(port, listeners, STREAMS)
    try:
        assert held.accepted == STREAMS
        assert len(measure(port, *listeners[0], 160)) == 160
        started = greenroom.processes()
        assert greenroom.stop() < STOP_SECONDS
        assert [process for process in started if process.is_running()] == []
        assert all(b"event: bye" in rest(stream) for stream in held.open)
    finally:
        greenroom.stop()
        held.close()


def rest(stream):
    """What is left to read of a stream that has ended."""
    stream.settimeout(5)
    pieces = []
    while piece := stream.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)
