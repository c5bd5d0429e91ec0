"""Tells which statements hold a detail that was corrected later: the words stay, the correction goes along."""

from collections.abc import Sequence

from domain.interview import Fact


def correction_of(quote: str, message_id: str, facts: Sequence[Fact]) -> str:
    """The words that corrected a detail of this statement; empty when none did."""
    known = {fact.fact_id: fact for fact in facts}
    for fact in facts:
        successor = known.get(fact.replaced_by or "")
        if successor is not None and fact.message_id == message_id and fact.quote in quote:
            whole = known.get(successor.about or "", successor)
            return whole.quote if whole.message_id == successor.message_id else successor.quote
    return ""
