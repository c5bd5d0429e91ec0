"""Rooms and buildings that are never within each other."""

import re
from functools import lru_cache

_ROOMS = (
    ("kitchen", "kitchenette"),
    ("hall", "hallway", "corridor", "lobby", "foyer"),
    ("stairwell", "staircase", "stairs", "stairway"),
    ("bathroom", "toilet", "restroom", "washroom", "loo"),
    ("basement", "cellar"),
    ("garden", "yard", "courtyard", "backyard"),
    ("garage", "carport"),
    ("canteen", "cafeteria"),
    ("lift", "elevator"),
    ("attic",), ("roof", "rooftop"), ("balcony", "terrace"), ("bedroom",), ("classroom",), ("gym", "gymnasium"), ("warehouse",),
    ("stock room", "stockroom", "storeroom", "storage room"), ("meeting room", "conference room"), ("waiting room",), ("locker room", "changing room"),
    ("break room", "staff room"), ("living room",), ("parking lot", "car park", "parking garage"), ("supermarket",), ("school",), ("park",),
)  # fmt: skip
"""Places that are never within each other; what stands in one row may be the same place."""


@lru_cache(maxsize=4096)
def rooms_in(said: str) -> frozenset[int]:
    """The rows of the rooms that these words name."""
    return frozenset(
        row for row, names in enumerate(_ROOMS) if re.search(rf"\b(?:{'|'.join(names)})\b", said, re.IGNORECASE)
    )
