"""Makes proposed facts of a message: one for each statement, and apart from it the people, times and places it names."""

import re
from collections.abc import Sequence
from functools import lru_cache

from domain.interview import Certainty, IntervieweeRole, Source, Topic
from domain.session import Message
from providers.interviewers.base import InterviewState, ProposedFact
from providers.interviewers.rules.account import names_of, texts_of
from providers.interviewers.rules.claims import as_claim, phrase_as_claim, short_name
from providers.interviewers.rules.hedging import hedged_spans, is_hedged, is_opinion, without_hedges
from providers.interviewers.rules.people import Mention, name_mentions, role_mentions, role_of
from providers.interviewers.rules.sentences import clauses, sentences
from providers.interviewers.rules.sources import Origin, origin_in_context, was_present
from providers.interviewers.rules.statements import Statement, has_verb, statements
from providers.interviewers.rules.times import TimeSpan, suggestion
from providers.interviewers.rules.words import any_of

FACTS_PER_MESSAGE = 80
FRAGMENT_WORDS = 7
ANSWERS_THE_QUESTION = 2
"""So many statements of an answer count as answering its question; what follows is told beyond it."""

_REFUSED = re.compile(r"\bnot\s+(?:(?:at|on|in)\s+)?$|\bI\s+said\s+(?:(?:at|on|in)\s+)?$", re.IGNORECASE)
_UNACQUAINTED = re.compile(
    r"\b(?:don['’]t|do\s+not)\s+know\s+(?:him|her|them|(?:his|her|their)\s+names?)\b", re.IGNORECASE
)
_SMALL = re.compile(
    r"\b(?:it|was|is|that|when|he|she|i|they|we|the|a|an|at|on|in|or|and|so|but|to|of|there|this|be|been|have|not|sure|about)\b",
    re.IGNORECASE,
)
_ACTS = rf"(?:{any_of('present')}|cost|belong|hurt|laugh|cry|smile|shout|hit|bully)"
_PREDICATE = re.compile(
    rf"^\W*(?:(?:the|my|our|his|her|their|this|that|it|he|she|[A-Z]\w+)\s+(?:\w+\s+){{0,2}}?{_ACTS}e?s|(?:they|we|I)\s+(?:\w+\s+)?{_ACTS}|(?:\w+\s+){{0,3}}\w{{3,}}s\s+{_ACTS})\b"
)
"""A short sentence in the present: “The window costs 1,200 euros”."""
_EXPLAINS = re.compile(r"\b(?:who|whom|whose|which|because)\s[^,;]*$", re.IGNORECASE)
_MEANT_FOR = re.compile(r"\bfor\s+(?:the\s+)?$", re.IGNORECASE)
_LATER_SAID = re.compile(r"\b(?:later|afterwards)\s+(?:said|told|claimed|explained|mentioned|wrote)\b", re.IGNORECASE)
_SINCE = re.compile(r"(?:since|until|till)\b", re.IGNORECASE)
_LOOSE: frozenset[Topic] = frozenset({"impact", "evidence", "how_known", "sequence"})
_VAGUE = frozenset({"person", "man", "woman", "friend", "child", "kid"})


def propose(state: InterviewState, said: Message, topic: Topic | None, about: str | None) -> list[ProposedFact]:
    """The facts of one message, read in the light of the question it answers."""
    proposed: list[ProposedFact] = []
    before: Origin | None = None
    role = state.interview.interviewee_role
    if role == IntervieweeRole.FRIEND and was_present(texts_of(state)):
        role = IntervieweeRole.WITNESS
    earlier = {_plain(fact.quote) for fact in state.interview.facts}
    for place, statement in enumerate(statements(said.content)):
        origin = origin_in_context(statement.text, role, before)
        before = origin
        if _plain(statement.text) in earlier:
            continue
        asked = topic if place < ANSWERS_THE_QUESTION or topic not in _LOOSE else None
        proposed += _from_statement(state, said, statement, origin, asked, about, len(proposed))
        if len(proposed) >= FACTS_PER_MESSAGE:
            break
    return proposed[:FACTS_PER_MESSAGE]


def bare_answer(state: InterviewState, said: Message, question: Message, topic: Topic) -> ProposedFact:
    """A yes, a no or a single word, which says something only together with its question."""
    words = said.content.strip()
    return ProposedFact(
        topic=topic,
        claim=_with_question(state, question, words),
        quote=words,
        message_id=said.message_id,
        source=_source_for(state, None),
        about=question.meta.get("about"),
    )


@lru_cache(maxsize=64)
def core_of(question: str) -> str:
    """The question proper: with the words that it hangs on, or its last sentence that ends in a question mark."""
    anchored = re.search(
        r"\b(?:You (?:said|mentioned|spoke of)\b|I would like to understand two things).*", question, re.DOTALL
    )
    if anchored:
        return anchored.group()
    found = re.findall(r"[^.?!\n]*(?:“[^”]*”[^.?!\n]*)*\?", question)
    return found[-1].strip() if found else sentences(question)[-1].text


def _from_statement(
    state: InterviewState,
    said: Message,
    statement: Statement,
    origin: Origin,
    asked: Topic | None,
    about: str | None,
    place: int,
) -> list[ProposedFact]:
    main = _main(state, said, statement, origin, asked, about, first=place == 0)
    parts = [main]
    if main.topic != "when" or len(statement.text.split()) > FRAGMENT_WORDS:
        parts += [_time_of(state, said, statement, span, origin, place) for span in _told_times(statement)]
    if main.topic not in ("where", "evidence"):
        parts += [_place_of(said, statement, origin, place, one.start, one.text) for one in statement.places[:1]]
    if main.topic != "who":
        parts += _people_of(state, said, statement, origin, place)
    return parts


def _main(
    state: InterviewState,
    said: Message,
    statement: Statement,
    origin: Origin,
    asked: Topic | None,
    about: str | None,
    *,
    first: bool,
) -> ProposedFact:
    topic = _main_topic(statement, asked)
    time = next((span for span in _told_times(statement) if is_its_own(statement.text, span)), None)
    name = short_name(state.interview.interviewee_name)
    return ProposedFact(
        topic=topic,
        claim=_answered(state, said, statement, topic) or _worded(statement, topic, name),
        quote=statement.text,
        message_id=said.message_id,
        timestamp=time.text[:200] if time else None,
        parsed_time=suggestion(time, state.interview.created_at, statement.text) if time else None,
        confidence=_certainty(statement, topic),
        source=origin.source,
        also=[other for other in statement.topics if other not in (topic, "when", "where", "who")],
        about=about if topic in ("when", "where") and topic == asked and first else None,
    )


def _main_topic(statement: Statement, asked: Topic | None) -> Topic:
    first = statement.topics[0]
    if first == "when" or _UNACQUAINTED.search(statement.text):
        return first
    if asked in _LOOSE and (asked in statement.topics or _fits(statement, asked)):
        return asked
    if asked == "when" and statement.times and ("when" in statement.topics or not _is_told_event(statement)):
        return "when"
    if asked == "where" and (statement.places or _is_fragment(statement.text)) and not _is_told_event(statement):
        return "where"
    if (
        asked == "who"
        and first not in ("evidence", "impact")
        and (not statement.is_event or "who" in statement.topics[:1])
    ):
        return "who"
    return first


def _fits(statement: Statement, asked: Topic) -> bool:
    """Whether a statement that does not speak of the topic asked about belongs to it all the same.

    Who somebody is, or what they told, shows nothing of it.
    """
    beginning = next(iter(clauses(statement.text)), None)
    if beginning is not None and not has_verb(beginning.text) and len(beginning.text.split()) <= FRAGMENT_WORDS:
        return True
    if asked == "evidence" and (statement.topics[0] == "who" or (statement.is_event and statement.tells_speech)):
        return False
    return statement.topics[0] == "what" or not statement.is_event


def _is_told_event(statement: Statement) -> bool:
    return statement.is_event and len(statement.text.split()) > FRAGMENT_WORDS


def _answered(state: InterviewState, said: Message, statement: Statement, topic: Topic) -> str | None:
    """A fragment that says something only together with the question it answers; None for everything else."""
    question = state.question_for(said)
    labelled = topic in ("when", "where", "who")
    if (
        question is None
        or question.meta.get("stage") == "read_back"
        or labelled
        or statement.is_event
        or not _is_fragment(statement.text)
    ):
        return None
    return _with_question(state, question, statement.text)


def _with_question(state: InterviewState, question: Message, words: str) -> str:
    name = short_name(state.interview.interviewee_name)
    asked = " ".join(core_of(question.content).split())
    answer = words.rstrip(" .!,").lower()
    given = answer if answer in ("yes", "no") else f"“{words.strip().rstrip('.')}”"
    return f"Asked “{asked}”, {name} answered {given}."[:1_900]


def _worded(statement: Statement, topic: Topic, name: str) -> str:
    if _is_fragment(statement.text) and not statement.is_event and not (topic == "when" and _beyond_time(statement)):
        label = {"when": "Time given", "where": "Place given", "who": "Person named"}.get(topic)
        if label == "Place given" and statement.places and hedged_spans(statement.text):
            return f"{label}: {'; '.join(phrase_as_claim(piece.text, name) for piece in statement.places)}."
        if label:
            return f"{label}: {phrase_as_claim(statement.text, name).rstrip('.')}."
    return as_claim(statement.text, name)


def _beyond_time(statement: Statement) -> bool:
    """Whether more is said than a time."""
    text = statement.text
    for span in statement.times:
        text = text.replace(span.text, " ")
    return len(re.findall(r"\w{3,}", _SMALL.sub(" ", text))) > 1


def _is_fragment(text: str) -> bool:
    return len(text.split()) <= FRAGMENT_WORDS and not has_verb(text) and not _PREDICATE.match(text)


def _certainty(statement: Statement, topic: Topic) -> Certainty:
    if topic == "when" and any(span.is_approximate for span in statement.times):
        return "uncertain"
    return (
        "uncertain"
        if any(_concerns_more(statement, start, end) for start, end in hedged_spans(statement.text))
        else "certain"
    )


def _concerns_more(statement: Statement, start: int, end: int) -> bool:
    """Whether a reservation is about more than a time alone; one about a person's character is about no fact at all."""
    text = statement.text[start:end]
    if is_opinion(text):
        return False
    if statement.topics[0] == "when" or not statement.times:
        return True
    for span in statement.times:
        if start <= span.start and span.end <= end:
            text = text.replace(span.text, " ")
    left = _SMALL.sub(" ", without_hedges(text))
    return bool(re.search(r"[a-z]{2}", left, re.IGNORECASE)) or not any(
        start <= span.start < end for span in statement.times
    )


def _told_times(statement: Statement) -> list[TimeSpan]:
    told = [span for span in statement.times if any(unit != "relative" for unit, _ in span.units)]
    return [span for span in told if not _REFUSED.search(statement.text[: span.start])]


def is_its_own(text: str, span: TimeSpan) -> bool:
    """Whether a time is that of the statement itself, and not of a clause that only explains somebody or something."""
    before = text[: span.start]
    return not (
        _MEANT_FOR.search(before) or _EXPLAINS.search(before) or _LATER_SAID.search(before) or _SINCE.match(span.text)
    )


def _time_of(
    state: InterviewState, said: Message, statement: Statement, span: TimeSpan, origin: Origin, place: int
) -> ProposedFact:
    unsure = span.is_approximate or is_hedged(statement.text, span.start, span.end)
    return ProposedFact(
        topic="when",
        claim=f"Time given: {' '.join(span.text.split())}.",
        quote=span.text,
        message_id=said.message_id,
        timestamp=span.text[:200],
        parsed_time=suggestion(span, state.interview.created_at, statement.text),
        confidence="uncertain" if unsure else "certain",
        source=origin.source,
        completes=place if is_its_own(statement.text, span) else None,
    )


def _place_of(said: Message, statement: Statement, origin: Origin, place: int, start: int, text: str) -> ProposedFact:
    return ProposedFact(
        topic="where",
        claim=f"Place given: {' '.join(text.split())}.",
        quote=text,
        message_id=said.message_id,
        confidence="uncertain" if is_hedged(statement.text, start, start + len(text)) else "certain",
        source=origin.source,
        completes=place,
    )


def _people_of(
    state: InterviewState, said: Message, statement: Statement, origin: Origin, place: int
) -> list[ProposedFact]:
    """A fact for each person who is named, or spoken of by a role, for the first time."""
    known = " ".join(fact.quote.lower() for fact in state.interview.facts)
    until = said.content[: statement.start].lower()
    name = short_name(state.interview.interviewee_name)
    facts: list[ProposedFact] = []
    for mention in _mentions(state, statement.text):
        if mention.text.lower() in known or mention.text.lower() in until:
            continue
        facts.append(
            ProposedFact(
                topic="who",
                claim=f"Person named: {phrase_as_claim(mention.text, name)}.",
                quote=mention.text,
                message_id=said.message_id,
                confidence="uncertain" if is_hedged(statement.text, mention.start, mention.start + 1) else "certain",
                source=origin.source,
                completes=place,
            )
        )
    return facts


def _mentions(state: InterviewState, text: str) -> list[Mention]:
    """Named people with their role beside them where it stands so, and people known by their role alone."""
    named = name_mentions(text, names_of(state))
    roles = [mention for mention in role_mentions(text) if (mention.role or "").split()[-1].lower() not in _VAGUE]
    joined: list[Mention] = []
    for mention in named:
        role = role_of(mention.name or "", text)
        joined.append(_together(text, mention, role) if role else mention)
    alone = [role for role in roles if not any(role.text in one.text for one in joined)]
    return sorted([*joined, *alone])


def _together(text: str, name: Mention, role: Mention) -> Mention:
    start = min(name.start, role.start)
    end = max(name.start + len(name.text), role.start + len(role.text))
    return Mention(start, text[start:end], name.name, role.role)


def _source_for(state: InterviewState, before: Origin | None) -> Source:
    return origin_in_context("It.", state.interview.interviewee_role, before).source


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def all_statements(messages: Sequence[Message]) -> list[tuple[Message, Statement]]:
    """Every statement of everything that the interviewee said, in order."""
    return [(said, one) for said in messages if said.role == "interviewee" for one in statements(said.content)]
