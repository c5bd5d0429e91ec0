"""An assessment of a report in figures that anybody can count again; never a judgement of a person or of the truth."""

from domain.interview import Fact, GoalStatus, Interview, Report

HEADING = (
    "This assessment was made on request. It only counts statements; it says nothing about whether they are true or "
    "about any person."
)


def assess(interview: Interview, report: Report) -> str:
    """How much is first-hand, what rests on hearsay, what disagrees and what stayed open."""
    standing = [fact for fact in interview.facts if fact.replaced_by is None]
    lines = [
        *_sources(report.key_facts),
        _replaced(len(interview.facts) - len(standing)),
        _disagreements(report),
        _goals(report, interview.confidence_threshold),
        _counted(len(report.gaps), "question stayed open", "questions stayed open"),
    ]
    return "\n".join([HEADING, "", *(f"– {line}" for line in lines if line)])


def _sources(facts: list[Fact]) -> list[str]:
    first_hand = [fact for fact in facts if fact.source == "first_hand"]
    uncertain = sum(fact.confidence == "uncertain" for fact in facts)
    hearsay = len(facts) - len(first_hand)
    several = sum(1 for topic in {fact.topic for fact in facts} if _messages(facts, topic) > 1)
    return [
        f"{_counted(len(facts), 'key fact', 'key facts')}: {len(first_hand)} first-hand, {hearsay} told by others.",
        f"{uncertain} of them were said with a reservation (“I think”, “maybe”, “about”).",
        f"{_counted(several, 'topic was', 'topics were')} spoken of in more than one answer.",
        "All statements are from one person: nothing here is confirmed by a second interview.",
    ]


def _messages(facts: list[Fact], topic: str) -> int:
    return len({fact.message_id for fact in facts if fact.speaks_to(topic)})  # type: ignore[arg-type]


def _replaced(count: int) -> str:
    return f"{_counted(count, 'statement was', 'statements were')} corrected by the interviewee." if count else ""


def _disagreements(report: Report) -> str:
    settled = sum(bool(found.resolution) for found in report.contradictions)
    if not report.contradictions:
        return "No two statements were recognised as disagreeing."
    pairs = _counted(len(report.contradictions), "pair of statements disagrees", "pairs of statements disagree")
    return f"{pairs}; the interviewee explained {settled} of them."


def _goals(report: Report, threshold: int) -> str:
    reached = sum(goal.status == GoalStatus.COMPLETE for goal in report.goals)
    return f"{reached} of {len(report.goals)} goals reached the threshold of {threshold}."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
