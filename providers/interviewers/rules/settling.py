"""Tells which disagreements were settled by what was said in the read-back: there, a statement puts the record right."""

from collections.abc import Container, Mapping, Sequence

import msgspec

from domain.interview import Fact
from providers.interviewers.base import ProposedContradiction


def settled(
    found: Sequence[ProposedContradiction], facts: Mapping[str, Fact], corrections: Container[str]
) -> list[ProposedContradiction]:
    """The pairs, each with the fact that settles it: a side that was said as a correction, or what refutes a side."""
    refuted: dict[str, str] = {}
    direct = [_with_side(one, facts, corrections) for one in found]
    for one in direct:
        if one.settled_by is not None:
            refuted[one.first_fact_id if one.settled_by == one.second_fact_id else one.second_fact_id] = one.settled_by
    return [one if one.settled_by else _by_refutation(one, refuted) for one in direct]


def _with_side(
    one: ProposedContradiction, facts: Mapping[str, Fact], corrections: Container[str]
) -> ProposedContradiction:
    """A side takes the other's place when it alone was said as a correction, and without a doubt."""
    sides = [facts[side] for side in (one.first_fact_id, one.second_fact_id)]
    put_right = [side for side in sides if side.message_id in corrections]
    if len(put_right) == 1 and put_right[0].confidence == "certain" and put_right[0].source == "first_hand":
        return msgspec.structs.replace(one, settled_by=put_right[0].fact_id)
    return one


def _by_refutation(one: ProposedContradiction, refuted: Mapping[str, str]) -> ProposedContradiction:
    by = refuted.get(one.first_fact_id) or refuted.get(one.second_fact_id)
    return msgspec.structs.replace(one, settled_by=by) if by else one
