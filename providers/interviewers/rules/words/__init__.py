"""The word lists of the rules, one plain text file for each; a line holds words with spaces between, `#` begins a note."""

from functools import cache
from importlib.resources import files


@cache
def words(name: str) -> frozenset[str]:
    """The words of one list, lower-case."""
    text = files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0] for line in text.splitlines())
    return frozenset(word.replace("_", " ") for line in lines for word in line.lower().split())


@cache
def any_of(name: str) -> str:
    """The list as a group for a regular expression, the longest words first."""
    return "|".join(sorted((word.replace(" ", r"\s+") for word in words(name)), key=lambda word: (-len(word), word)))
