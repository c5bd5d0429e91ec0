"""Single values of an old file. One that is present is kept, an empty one counts as missing."""

from datetime import datetime, tzinfo
from typing import Any

from domain.clock import whole_milliseconds
from domain.errors import Invalid


class Fields:
    """The values of one object, taken out one after the other; what is never asked for is what nobody knows.

    `notes` gathers, for the person who runs the import, whatever does not come over as it stands.
    """

    def __init__(self, document: dict[str, Any], notes: list[str], within: str = "") -> None:
        self._left = dict(document)
        self._within = within
        self.notes = notes

    def take(self, name: str) -> Any:
        """The value as it stands; None when it is missing or empty."""
        value = self._left.pop(name, None)
        return None if is_empty(value) else value

    def peek(self, name: str) -> Any:
        """The value as it stands, left for whoever takes it."""
        return self._left.get(name)

    def text(self, name: str) -> str | None:
        """A text; a number is written out. Raises Invalid for anything else."""
        value = self.take(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.note(name, f"the number {value} is now a text")
            return str(value)
        if value is not None and not isinstance(value, str):
            raise Invalid(self._path(name), value, "a text")
        return value

    def words(self, name: str, allowed: list[str]) -> str | None:
        """One of these words, in whatever case and however it is parted. Raises Invalid naming the allowed."""
        value = self.text(name)
        if value is None:
            return None
        known = {_folded(word): word for word in allowed}
        if _folded(value) not in known:
            raise Invalid(self._path(name), value, allowed)
        return known[_folded(value)]

    def time(self, name: str, zone: tzinfo) -> datetime | None:
        """A time, in this zone where it names none itself, cut to milliseconds. Raises Invalid."""
        value = self.take(name)
        return None if value is None else as_time(self._path(name), value, zone)

    def rest(self) -> dict[str, Any]:
        """What nobody asked for."""
        return dict(self._left)

    def note(self, name: str, what: str) -> None:
        """Tell of something that does not come over as it stands."""
        self.notes.append(f"{self._path(name)}: {what}")

    def note_once(self, path: str, what: str) -> None:
        """The same, for what may be so at many places of one file."""
        if (line := f"{path}: {what}") not in self.notes:
            self.notes.append(line)

    def _path(self, name: str) -> str:
        return f"{self._within}.{name}" if self._within else name


def is_empty(value: Any) -> bool:
    """Whether this says nothing: null, a blank text, an empty list or object."""
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


def without_empties(value: Any) -> Any:
    """The same without what says nothing, at any depth of objects."""
    if isinstance(value, dict):
        return {name: without_empties(inner) for name, inner in value.items() if not is_empty(inner)}
    return [without_empties(inner) for inner in value] if isinstance(value, list) else value


def as_time(field: str, value: Any, zone: tzinfo) -> datetime:
    """A time as old installations wrote it: ISO 8601, mostly without a zone. Raises Invalid."""
    try:
        found = datetime.fromisoformat(value.strip())
    except (ValueError, AttributeError):
        raise Invalid(field, value, "a time such as 2024-05-01T09:30:00") from None
    return whole_milliseconds(found if found.tzinfo else found.replace(tzinfo=zone), field)


def _folded(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter not in " -_\t\n")
