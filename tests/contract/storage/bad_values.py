"""What no storage could keep: ids, texts, free-form data, times, and fields of an interview."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from tests.contract.storage.samples import NOON

TEN_MEGABYTES = "x" * 10_000_000
NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001  # a naive time is what is refused

BAD_IDS = {
    "empty": "",
    "parent folder": "..",
    "this folder": ".",
    "out of the folder": "../../etc/passwd",
    "absolute": "/etc/passwd",
    "backslashes": "..\\..\\x",
    "inner slash": "a/b",
    "operator": "$where",
    "path": "a.b",
    "leading dash": "-rf",
    "leading underscore": "_id",
    "space": "a b",
    "line end": "abc\n",
    "line start": "\nabc",
    "NUL": "a\x00b",
    "surrogate": "a\ud800",
    "emoji": "🦊",
    "letters beyond ASCII": "été",
    "digits beyond ASCII": "a\u0661",
    "right to left": "אבג",
    "65 letters": "a" * 65,
    "10 MB": TEN_MEGABYTES,
    "nothing": None,
    "a number": 5,
    "bytes": b"abc",
    "an operator object": {"$ne": None},
    "a list": ["a"],
    "true": True,
}

BAD_TEXTS = {
    "NUL": "a\x00b",
    "high surrogate": "a\ud800",
    "low surrogate": "\udfffz",
    "10 MB": TEN_MEGABYTES,
    "bytes": b"abc",
    "a bytearray": bytearray(b"abc"),
    "a number": 5,
    "a huge number": 10**5_000,
    "true": True,
    "a list": ["a"],
    "an operator object": {"$gt": ""},
    "an object": object(),
}


def nested(levels):
    """Objects in objects."""
    value = {}
    for _ in range(levels):
        value = {"a": value}
    return value


def listed(levels):
    """Lists in lists."""
    value = []
    for _ in range(levels):
        value = [value]
    return value


BAD_FREE_FORM = {
    "operator": {"$where": "1"},
    "inner operator": {"a": [{"$ne": 1}]},
    "path": {"a.b": 1},
    "empty key": {"": 1},
    "NUL in a key": {"a\x00": 1},
    "surrogate in a key": {"\ud800": 1},
    "long key": {"k" * 201: 1},
    "number as key": {1: "a"},
    "nothing as key": {None: "a"},
    "NUL in a text": {"a": "\x00"},
    "surrogate in a text": {"a": ["\udfff"]},
    "not a number": {"a": float("nan")},
    "infinity": {"a": float("inf")},
    "minus infinity": {"a": [float("-inf")]},
    "2**63": {"a": 2**63},
    "2**64": {"a": [2**64]},
    "below 64 bits": {"a": -(2**63) - 1},
    "thousands of digits": {"a": 10**5_000},
    "21 levels": nested(21),
    "100,000 levels of lists": {"a": listed(100_000)},
    "a time": {"a": NOON},
    "a date": {"a": date(2026, 1, 1)},
    "a decimal": {"a": Decimal("1.5")},
    "bytes": {"a": b"x"},
    "a tuple": {"a": (1, 2)},
    "a set": {"a": {1}},
    "an object": {"a": object()},
    "10 MB": {"a": TEN_MEGABYTES},
    "a list": [1],
    "a text": "text",
    "nothing": None,
}

BAD_TIMES = {
    "naive": NAIVE,
    "a date": date(2026, 1, 1),
    "text without a zone": "2026-01-01T00:00:00",
    "no time": "noon",
    "seconds": 1_767_225_600,
    "before the first year in UTC": datetime.min.replace(tzinfo=timezone(timedelta(hours=5))),
    "after the last year in UTC": datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))),
    "an operator object": {"$gt": 1},
}


def cases(**tables):
    """Every bad value of each table, for each of its fields."""
    return [
        pytest.param(field, value, id=f"{field}-{name}")
        for fields, table in tables.items()
        for field in fields.split("__")
        for name, value in table.items()
    ]


HEADER_CASES = cases(
    user_id__title__incident_name__summary=BAD_TEXTS,
    extra=BAD_FREE_FORM,
    archived_at__starts_at__voice_call_started_at=BAD_TIMES,
) + [
    pytest.param(field, value, id=f"{field}-{number}")
    for number, (field, value) in enumerate(
        [
            ("user_id", None),
            ("user_id", "u" * 201),
            ("user_email", "e" * 321),
            ("title", "t" * 201),
            ("title", ""),
            ("incident_name", ""),
            ("parent_id", "p" * 201),
            ("confidence_threshold", 19),
            ("confidence_threshold", 96),
            ("confidence_threshold", "90"),
            ("confidence_threshold", 90.5),
            ("interviewee_role", "stranger"),
            ("mode", "smoke"),
            ("stage", None),
            ("turn_count", -1),
            ("turn_count", 2**31),
            ("turn_count", True),
            ("summary_confirmed", 1),
            ("voice_call_duration_seconds", float("nan")),
            ("voice_call_duration_seconds", float("inf")),
            ("voice_call_duration_seconds", -0.5),
            ("goals", [{"topic": "nonsense", "description": ""}]),
            ("goals", [{"topic": "who", "description": "\x00"}]),
            ("goals", "who"),
            ("facts", [None]),
            ("answers", ["a\ud800"]),
            ("answers", listed(100_000)),
            ("answers", ["x" * 2_001]),
            ("reports", [{"version": 1, "made_at": "2026-01-01T00:00:00", "summary": {}}]),
            ("extracted_summary", {"actors": [{"name": b"x"}]}),
        ]
    )
]
