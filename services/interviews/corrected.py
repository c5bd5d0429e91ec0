"""The words that put a detail of a statement right: the statement stays as it was made, they go along with it."""

from collections.abc import Sequence

from domain.interview import Fact, TimelineEntry


def corrections_of(said: Fact | TimelineEntry, facts: Sequence[Fact]) -> list[str]:
    """What was said later to correct this, in the order in which it was said; `facts` are those of the interview."""
    known = {fact.fact_id: fact for fact in facts}
    wholes = (_whole(known[one], known) for one in said.corrected_by if one in known)
    return list(dict.fromkeys(whole.quote for whole in wholes))


def marked(said: Fact | TimelineEntry, facts: Sequence[Fact]) -> str:
    """“later corrected: …” for the marks behind a statement; empty when nothing of it was."""
    found = corrections_of(said, facts)
    return "later corrected: " + " ".join(f"“{text}”" for text in found) if found else ""


def _whole(fact: Fact, known: dict[str, Fact]) -> Fact:
    """A word that was corrected says little alone: the sentence it stands in."""
    whole = known.get(fact.about or "", fact)
    return whole if whole.message_id == fact.message_id else fact
