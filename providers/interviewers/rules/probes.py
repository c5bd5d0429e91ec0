"""Questions that hang on the person's own words: “You said ‘…’. What happened right after that?”"""

import re
from collections.abc import Iterator, Sequence

from domain.interview import Fact, IntervieweeRole, Topic
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules.account import last_answer, names_of, questions_of
from providers.interviewers.rules.extraction import unnamed_roles
from providers.interviewers.rules.incident import events, main_events
from providers.interviewers.rules.people import name_mentions, role_mentions
from providers.interviewers.rules.sentences import clauses
from providers.interviewers.rules.sources import origin_of
from providers.interviewers.rules.statements import has_verb, statements
from providers.interviewers.rules.timeline import ordered_events
from providers.interviewers.rules.times import time_spans

SHOWN = 110
BARE_DEED = 3

_PRESENCE = re.compile(
    r"\b(?:nobody|no\s+one|noone|alone|only\s+(?:me|us)|just\s+(?:me|us)|by\s+myself|was\s+(?:also\s+)?there|were\s+(?:also\s+)?there|the\s+only\s+ones?"
    r"|witness(?:es)?|(?:saw|heard)\s+it)\b",
    re.IGNORECASE,
)
_TELLS = r"(?:says?|said|told|tells?|wrote|writes|thinks?|thought|claim\w*|mention\w*|explain\w*|report\w*|saw|heard|believes?|called|texted|admitted|confirmed|asked|knows?|knew)\b"
_THIS_DAY = re.compile(
    r"\b(?:this\s+(?:morning|afternoon|evening)|tonight|last\s+night|today|yesterday)\b", re.IGNORECASE
)
_SPOKEN = re.compile(r"\b(?:told|tells|said|says|wrote|writes)\b", re.IGNORECASE)
_NO_MORE = re.compile(r",?\s+(?:and\s+)?that['’]?s\s+(?:all|it|everything)(?:\s+I\s+\w+)?\W*$", re.IGNORECASE)
_KNOWS_FROM = re.compile(
    r"\b(?:heard|learned|knows?|knew|had|got|has)\s+(?:it|that|this)\s+(?:only\s+)?(?:from|through|by)\b|\b(?:saw|heard|watched)\s+(?:it|that|him|her|them|everything|the\s+whole\s+thing)\b"
    r"|\bwith\s+(?:his|her|their)\s+own\s+eyes\b|\bhad\s+been\s+there\b",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"\b(?:the|my|our|a|an|his|her|some|this)\s+(?:\w+\s+)?(?:cameras?|cctv|footage|videos?|photos?|pictures?|screenshots?|recordings?|e-?mails?|text\s+messages?|messages?|chats?|letters?|receipts?|invoices?"
    r"|logs?|log\s?book|accident\s+book|documents?|delivery\s+note|notes?|report|certificate|serial\s+number|frame\s+number|tape)\b",
    re.IGNORECASE,
)
_STRONG_WORDS = re.compile(
    r"\b(?:shout\w*|yell\w*|scream\w*|insult\w*|swore|threaten\w*|argu\w*|quarrel\w*|accus\w*|remarks?|mocked|cursed)\b",
    re.IGNORECASE,
)
_INFERRED = re.compile(
    r"\b(?:must\s+have|must've|probably|I\s+think|I\s+believe|maybe|seemed|might\s+have)\b", re.IGNORECASE
)


def first(state: InterviewState, topic: Topic) -> Iterator[Turn]:
    """Questions that come before the general one on this topic."""
    facts = standing(state)
    if topic == "what":
        yield from _spoken_words(state)
    elif topic == "when":
        yield from _narrower_time(state)
    elif topic == "how_known":
        yield from hearsay(state)
    elif topic == "sequence":
        yield from _around(state)
    elif topic == "evidence":
        yield from _items(facts)


def later(state: InterviewState, topic: Topic) -> Iterator[Turn]:
    """Questions that come after the first general one on this topic."""
    if topic == "what":
        yield from more_of_it(state)
    elif topic == "who":
        yield from _unnamed(state)
    elif topic == "where":
        yield from _narrower_place(state)
    elif topic == "how_known":
        yield from _inferred(state)


def presence_known(facts: Sequence[Fact]) -> bool:
    """Whether it was said who else was there, or that nobody was."""
    return any(_PRESENCE.search(fact.quote) for fact in facts)


def shown(quote: str) -> str:
    """A quote as it is put into a question: one line, cut at a clause when it is long."""
    flat = _NO_MORE.sub("", " ".join(quote.split())).rstrip(" .,;:!")
    if len(flat) <= SHOWN:
        return flat
    ends = [part.end for part in clauses(flat) if part.end <= SHOWN and has_verb(flat[: part.end])]
    text = flat[: ends[-1]] if ends else flat[: flat.rfind(" ", 0, SHOWN)]
    return f"{text.rstrip(' ,;:')} …"


def said(state: InterviewState, fact: Fact) -> str:
    """“You said …” with the person's own words, and when they said it where that helps."""
    last = last_answer(state)
    if _in_summary(state, fact):
        lead = "You said in your summary"
    elif last is not None and fact.message_id == last.message_id:
        lead = "You said just now"
    else:
        lead = "You said"
    return f"{lead}: “{shown(fact.quote)}”."


def _in_summary(state: InterviewState, fact: Fact) -> bool:
    return any(one.message_id == fact.message_id and one.meta.get("part") == "summary" for one in state.messages)


def _spoken_words(state: InterviewState) -> Iterator[Turn]:
    """When it was told that somebody spoke, and not what."""
    for fact in events(state.interview.facts):
        if fact.source == "hearsay":
            continue
        told = next((one for one in statements(fact.quote)), None)
        if (
            told
            and _STRONG_WORDS.search(fact.quote)
            and len(fact.quote.split()) > BARE_DEED
            and not told.has_literal_speech
        ):
            there = state.interview.interviewee_role != IntervieweeRole.SECONDHAND
            end = "as exactly as you remember?" if there else "as far as you were told?"
            yield anchored("what", f"words-{fact.fact_id}", f"{said(state, fact)} Which words were used, {end}", fact)


def _called(state: InterviewState, teller: str) -> str:
    """How to call somebody in a question: the name where there is one, “your manager” otherwise."""
    named = name_mentions(teller, names_of(state))
    if named:
        return named[0].text
    plain = re.sub(r"^(?:my|our)\b", "your", teller, flags=re.IGNORECASE)
    return plain if plain[:1].isupper() and " " not in plain else plain[:1].lower() + plain[1:]


def more_of_it(state: InterviewState) -> Iterator[Turn]:
    """The heart of it, once more and closer."""
    told = state.interview.interviewee_role == IntervieweeRole.SECONDHAND
    asking = (
        "What else were you told about that?" if told else "Please describe that moment more closely, step by step."
    )
    for fact in main_events(state.interview.facts)[:2]:
        yield anchored(
            "what",
            f"detail-{fact.fact_id}",
            f"{said(state, fact)} {asking}",
            fact,
        )


def _narrower_time(state: InterviewState) -> Iterator[Turn]:
    """Only the day, or only the time of day, was said: ask for the other."""
    if state.interview.interviewee_role == IntervieweeRole.SECONDHAND:
        return
    told = [fact for fact in standing(state) if fact.topic == "when"]
    spans = [(fact, span) for fact in told for span in time_spans(fact.quote)]
    days = [fact for fact, span in spans if span.has("day")]
    clocks = [fact for fact, span in spans if span.has("clock")]
    if days and not clocks:
        parts = ["In the morning", "In the afternoon", "In the evening or at night"]
        yield anchored("when", "when-clock", f"{said(state, days[0])} About what time of day was it?", days[0], parts)
    if not days and told and not any(_THIS_DAY.search(fact.quote) for fact in told):
        yield anchored("when", "when-day", f"{said(state, told[0])} On which day was that?", told[0])


def _narrower_place(state: InterviewState) -> Iterator[Turn]:
    for fact in standing(state):
        if fact.topic == "where":
            yield anchored("where", "where-exact", f"{said(state, fact)} Where exactly was that?", fact)


def _unnamed(state: InterviewState) -> Iterator[Turn]:
    for phrase in unnamed_roles(state)[:2]:
        yield Turn(
            question=f"You spoke of “{phrase}”. What is their name, or how could they be found or recognised?",
            key=f"name-{phrase.lower()}",
            topic="who",
        )


def hearsay(state: InterviewState) -> Iterator[Turn]:
    """What was told by others: by whom, and how those know it; of who was not there also in which words."""
    present = state.interview.interviewee_role in (IntervieweeRole.PARTICIPANT, IntervieweeRole.WITNESS)
    for fact, teller in _told_by_others(state):
        if teller is None:
            if present and not _SPOKEN.search(fact.quote):
                yield anchored("how_known", "who-told", f"{said(state, fact)} From whom did you hear that?", fact)
            continue
        name = _called(state, teller)
        if " and " in name or not _is_person(state, name, fact):
            continue
        if not present:
            asking = f"What did {name} say, as exactly as you remember?"
            yield anchored("how_known", f"words-of-{name.lower()}", f"{said(state, fact)} {asking}", fact)
        if not _knowing_told(state, fact):
            asking = f"How does {name} know that, as far as you know?"
            ways = ["From seeing or hearing it", "From somebody else"]
            yield anchored("how_known", f"saw-{name.lower()}", f"{said(state, fact)} {asking}", fact, ways)


def _is_person(state: InterviewState, name: str, fact: Fact) -> bool:
    """Not everything that “says” something is somebody: a badge, a sign, a letter."""
    roles = (mention.text.lower() for mention in role_mentions(fact.quote))
    last = re.escape(name.rsplit(maxsplit=1)[-1])
    if not re.search(
        rf"\b{last}\b\W+(?:\w+\W+){{0,3}}?{_TELLS}|\baccording\s+to\s+(?:\w+\s+){{0,2}}?{last}\b|\b(?:heard|learned|learnt|told|know)\b.*\b(?:from|by)\s+(?:\w+\s+){{0,2}}?{last}\b",
        fact.quote,
        re.I,
    ):
        return False
    return bool(name_mentions(name, names_of(state))) or any(role.split()[-1] in name.lower() for role in roles)


def hearsay_tellers(state: InterviewState) -> set[str]:
    """The names of those whose words were passed on."""
    told = [_called(state, teller) for _, teller in _told_by_others(state) if teller is not None]
    return {mention.name for name in told for mention in name_mentions(name, names_of(state)) if mention.name}


def _told_by_others(state: InterviewState) -> Iterator[tuple[Fact, str | None]]:
    """The facts that others told, with who told them; “he” and “she” are left out, whose words came before."""
    for fact in standing(state):
        if fact.source == "hearsay" and fact.topic not in ("when", "where", "who"):
            teller = origin_of(fact.quote).teller
            if teller is None or teller.lower() not in ("he", "she", "they"):
                yield fact, teller


def _knowing_told(state: InterviewState, fact: Fact) -> bool:
    """Whether the same answer already says how the teller knows it."""
    whole = next((one.content for one in state.messages if one.message_id == fact.message_id), "")
    return bool(_KNOWS_FROM.search(whole[whole.find(fact.quote) :]))


def _inferred(state: InterviewState) -> Iterator[Turn]:
    for fact in standing(state):
        guessed = fact.confidence == "uncertain" and _INFERRED.search(fact.quote)
        if guessed and fact.source == "first_hand" and fact.topic in ("what", "sequence", "who"):
            yield anchored("how_known", f"why-{fact.fact_id}", f"{said(state, fact)} What makes you think so?", fact)
            return


def _around(state: InterviewState) -> Iterator[Turn]:
    told = ordered_events(state)
    own = [fact for fact in told if fact.source == "first_hand"] or told
    asked = [str(one.meta.get("key", "")).partition("-")[0] for one in questions_of(state)]
    told_of = state.interview.interviewee_role in (IntervieweeRole.SECONDHAND, IntervieweeRole.FRIEND)
    end = ", as far as you know?" if told_of else "?"
    if own and "after" not in asked:
        last = _end_of_account(own)
        question = f"{said(state, last)} What happened right after that{end}"
        yield anchored("sequence", f"after-{last.fact_id}", question, last, ["Nothing more happened"])
    main = next((fact for fact in main_events(state.interview.facts) if fact in own), None)
    if main and "before" not in asked and main != _end_of_account(own):
        question = f"{said(state, main)} What had happened just before that{end}"
        yield anchored("sequence", f"before-{main.fact_id}", question, main)


def _end_of_account(told: Sequence[Fact]) -> Fact:
    """Where the fullest telling came to its end: an earlier or shorter one is not gone back to."""
    messages = [fact.message_id for fact in told]
    fullest = max(messages, key=messages.count)
    return [fact for fact in told if fact.message_id == fullest][-1]


def _items(facts: list[Fact]) -> Iterator[Turn]:
    for fact in facts:
        found = _ITEM.search(fact.quote) if fact.speaks_to("evidence") else None
        if found:
            item = re.sub(r"^my\b", "your", found.group(), flags=re.IGNORECASE)
            yield anchored(
                "evidence",
                f"item-{item.lower()}",
                f"You mentioned {_lower(item)}. Where is that now, as far as you know?",
                fact,
            )
            return


def _lower(text: str) -> str:
    return re.sub(r"^(?:a|an|some|his|her|this)\b", "the", text[:1].lower() + text[1:])


def standing(state: InterviewState) -> list[Fact]:
    """The facts that no correction took the place of."""
    return [fact for fact in state.interview.facts if fact.replaced_by is None]


def anchored(topic: Topic, key: str, question: str, fact: Fact, suggestions: Sequence[str] = ()) -> Turn:
    """A question that hangs on this fact."""
    return Turn(
        question=question, key=key, topic=topic, about=fact.about or fact.fact_id, suggestions=list(suggestions)
    )
