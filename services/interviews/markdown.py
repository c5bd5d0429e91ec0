"""The report as Markdown, for people who read it outside the application."""

from domain.interview import Fact, Interview, Report, ReportContradiction, TimelineEntry, Topic
from services.interviews.corrected import marked
from services.interviews.wording import is_verbatim

TITLES: dict[Topic, str] = {
    "what": "What happened",
    "who": "People",
    "when": "When",
    "where": "Where",
    "sequence": "Before and after",
    "how_known": "How this is known",
    "impact": "What followed",
    "evidence": "What could show it",
}


def report_as_markdown(interview: Interview, report: Report) -> str:
    """The whole report; quotes are marked as such and everything uncertain or told by others says so."""
    parts = [
        _head(interview, report),
        _section("What happened, in order", [_step(step, interview.facts) for step in report.timeline]),
        _section("Key facts", _facts(report, interview.facts)),
        _section("Statements that disagree", [_pair(pair) for pair in report.contradictions]),
        _section("Open questions", [f"- {gap.question} *({gap.why})*" for gap in report.gaps]),
        _section("Corrections by the interviewee", [f"- {_inline(text)}" for text in report.corrections]),
        _section("How sure this is", [f"- {g.description}: {g.confidence} of 100" for g in report.goals]),
        _section("Assessment, made on request", [report.assessment] if report.assessment else []),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(interview: Interview, report: Report) -> str:
    made = report.made_at.strftime("%Y-%m-%d %H:%M UTC")
    return "\n".join(
        [
            f"# {_inline(interview.incident_name)}",
            "",
            f"Interview with {_inline(interview.interviewee_name)} ({interview.interviewee_role}). "
            f"Report {report.version}, made {made}.",
        ]
    )


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([f"## {title}", "", *lines]) if lines else ""


def _step(step: TimelineEntry, facts: list[Fact]) -> str:
    """A step with its time in front; “then” and “later” are no times and stay in their sentence."""
    claim = next((one.claim for one in facts if (one.message_id, one.quote) == (step.message_id, step.quote)), "")
    time = step.timestamp or ""
    if time and not step.parsed_time and claim.lower().startswith(time.lower()):
        return f"1. {_told(claim, step.quote)}{_marks(step, facts)}"
    return f"1. {f'**{_inline(time)}** – ' if time else ''}{_told(step.label, step.quote)}{_marks(step, facts)}"


def _told(words: str, quote: str) -> str:
    """What was not worded anew stands in quotation marks."""
    return f"“{_inline(words)}”" if is_verbatim(words, quote) else _inline(words)


def _facts(report: Report, facts: list[Fact]) -> list[str]:
    """The key facts under their topics; where claim and words are the same they stand once."""
    lines: list[str] = []
    for topic, title in TITLES.items():
        told = [fact for fact in report.key_facts if fact.topic == topic]
        if told:
            lines += ["", f"**{title}**", "", *(_fact(fact, facts) for fact in told)]
    return lines[1:]


def _fact(fact: Fact, facts: list[Fact]) -> str:
    quote = f"“{_inline(fact.quote)}”"
    if is_verbatim(fact.claim, fact.quote):
        return f"- {quote}{_marks(fact, facts)}"
    return f"- {_inline(fact.claim)}{_marks(fact, facts)}\n  > {quote}"


def _pair(pair: ReportContradiction) -> str:
    settled = f"\n  - Explained: “{_inline(pair.resolution)}”" if pair.resolution else "\n  - Not settled."
    return f"- {pair.about}\n  - “{_inline(pair.first.quote)}”\n  - “{_inline(pair.second.quote)}”{settled}"


def _marks(said: Fact | TimelineEntry, facts: list[Fact]) -> str:
    marks = [
        mark
        for mark, wanted in (
            ("told by others", said.source == "hearsay"),
            ("uncertain", said.confidence == "uncertain"),
        )
        if wanted
    ]
    if correction := marked(said, facts):
        marks.append(_inline(correction))
    return f" *({', '.join(marks)})*" if marks else ""


def _inline(text: str) -> str:
    """Text on one line, with what Markdown would read as its own marks taken out of force."""
    flat = " ".join(text.split())
    for mark in ("\\", "`", "*", "_", "[", "]", "<", ">", "#", "|"):
        flat = flat.replace(mark, f"\\{mark}")
    return flat
