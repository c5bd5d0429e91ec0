"""Reads an answer in the light of its question."""

import re

import msgspec

from domain.interview import Contradiction, Fact, Topic
from domain.session import Message
from providers.interviewers.base import InterviewState, ProposedFact, Reading
from providers.interviewers.rules import talk
from providers.interviewers.rules.corrections import DETAIL_WORDS, Corrected, corrected, on_what_they_correct
from providers.interviewers.rules.counts import NUMBERS
from providers.interviewers.rules.facts import bare_answer, core_of, propose

_YES_NO = re.compile(r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|so)\b", re.IGNORECASE)
SHORT_WORDS = 6
TOLD = "the interviewee said that this was answered already"
ALL_SAID = "the interviewee had nothing more to say about it"
STOP_KEY = "stop"

_NOTHING_WRONG = re.compile(
    r"^\W*(?:(?:no|nope|nothing)\b.*\b(?:that(?:'s|\s+is)\s+all|else|more|wrong|missing|add|correct)|no|nope|nothing(?:\s+else)?|that(?:'s|\s+is)\s+(?:all|it|everything|right|correct)|all\s+(?:good|correct|right|fine)|looks\s+(?:good|right|fine|correct)|perfect|none)\W*$",
    re.IGNORECASE,
)
_ONLY_THANKS = re.compile(r"^\W*(?:no\W+)?(?:ok(?:ay)?\W+)?thanks?(?:\s+you)?\W*$", re.IGNORECASE)
"""Said to the whole summary it may mean anything; after a correction it means that this was all."""
_WHAT_NEXT = re.compile(
    r"^\W*(?:yes\W+)?(?:something(?:\s+else)?\s+is\s+(?:wrong|missing)|i\s+(?:want|would\s+like)\s+to\s+(?:add|correct|change)\s+something|not\s+(?:quite|entirely|really|exactly|right|correct)|that(?:'s|\s+is)\s+(?:not\s+right|wrong|not\s+correct)|(?:it\s+is\s+)?wrong|one\s+thing)\W*$",
    re.IGNORECASE,
)
_FIRST, _SECOND = (
    re.compile(r"\bthe\s+first\b|\bformer\b", re.IGNORECASE),
    re.compile(r"\bthe\s+(?:second|last|latter)\b", re.IGNORECASE),
)
_BOTH = re.compile(r"\b(?:both|go\s+together|no\s+contradiction|not\s+a\s+contradiction|neither)\b", re.IGNORECASE)
_VALUES = ("the day", "the time", "the place", "the colour", "how many", "where the ")
"""Of two times, places, colours or counts, a word of one side chooses it; of a deed it may only tell more of it."""


def read(state: InterviewState, said: Message) -> Reading:
    """What one message says. The summary is read as an account; everything else as the answer to its question."""
    question = state.question_for(said)
    if question is None:
        return Reading(facts=propose(state, said, None, None))
    if (wish := _wish(said.content, question)) is not None:
        return msgspec.structs.replace(wish, facts=propose(state, said, None, None))
    if question.meta.get("stage") == "read_back":
        return _read_back(state, said, question)
    return _answer(state, said, question)


def is_yes_no_question(question: str) -> bool:
    """Whether a bare yes or no answers it."""
    return bool(_YES_NO.match(question))


def _wish(text: str, question: Message) -> Reading | None:
    if talk.wants_to_pause(text):
        return Reading(wish="pause")
    if question.meta.get("stage") == "read_back" and (talk.wants_to_stop(text) or talk.wants_to_finish(text)):
        return Reading(wish="finish")
    stopping = question.meta.get("key", "").startswith(STOP_KEY)
    if stopping and talk.wants_to_finish(text):
        return Reading(wish="finish")
    if talk.wants_to_stop(text) or talk.wants_to_finish(text):
        return Reading(wish="pause") if stopping else Reading()
    return Reading() if stopping and (talk.wants_to_go_on(text) or talk.is_yes(text) or talk.is_no(text)) else None


def _answer(state: InterviewState, said: Message, question: Message) -> Reading:
    topic: Topic | None = question.meta.get("topic")
    text = said.content
    if talk.wants_to_skip(text):
        return Reading(skipped=True)
    if talk.has_said_all(text):
        return Reading(closed={topic: ALL_SAID} if topic and question.meta.get("key") != "open" else {})
    rest = talk.without_unknown(text)
    if rest is not None and len(rest.split()) < 3:  # noqa: PLR2004  # a “sorry” or “really” beside it
        return Reading(unknown=[topic] if topic else [])
    bare = (talk.is_yes(text) or talk.is_no(text)) and not talk.rest_after_yes_or_no(text)
    if bare and topic and not is_yes_no_question(core_of(question.content).rpartition("”. ")[2]):
        return _no_more(topic, question.content) if talk.is_no(text) else Reading(unknown=[topic])
    facts = [] if bare else propose(state, said, topic, question.meta.get("about"))
    if not facts and topic and _says_something(text):
        facts = [bare_answer(state, said, question, topic)]
    put_right = corrected(text, facts, state.interview.facts)
    facts = on_what_they_correct(facts, state.interview.facts, put_right)
    settled = _settled(state, question, text, facts)
    return Reading(
        facts=facts,
        unknown=[topic] if rest is not None and topic and not any(_on(fact, topic) for fact in facts) else [],
        closed={topic: TOLD} if topic and talk.says_was_told(text) else {},
        replaces=[*put_right.replaces, *settled.replaces],
        amends=[*put_right.amends, *settled.amends],
        explains=question.meta.get("contradiction") if facts and rest is None else None,
    )


def _no_more(topic: Topic, question: str) -> Reading:
    """A bare no: there is nothing else, nothing at all, or it answers an open question with nothing."""
    if re.search(r"\b(?:what|who)\s+else\b", question, re.IGNORECASE):
        return Reading(closed={topic: ALL_SAID})
    return Reading() if re.search(r"\bif\s+any(?:thing)?\b", question, re.IGNORECASE) else Reading(unknown=[topic])


def _read_back(state: InterviewState, said: Message, question: Message) -> Reading:
    """Agreement closes; anything else that says something is a correction, kept word for word."""
    text = said.content
    first = question.meta.get("key") == "read-back"
    if talk.is_courtesy(text) and (not first or not _ONLY_THANKS.search(text)):
        return Reading(agreed=True)
    if talk.asks_back(text) or talk.is_emergency(text):
        return Reading()
    if not first and (_NOTHING_WRONG.search(text) or talk.wants_to_skip(text)):
        return Reading(agreed=True)
    if talk.is_yes(text) and not talk.rest_after_yes_or_no(text) and (first or len(text.split()) > 1):
        return Reading(agreed=True)
    if first and _NOTHING_WRONG.search(text) and not re.fullmatch(r"\W*no\w*\W*", text, re.IGNORECASE):
        return Reading(agreed=True)
    if talk.without_unknown(text) == "" or talk.wants_to_skip(text):
        return Reading() if first else Reading(wish="finish")
    if _WHAT_NEXT.search(text) or re.fullmatch(r"\W*(?:yes|no|nope|yeah)\W*", text, re.IGNORECASE):
        return Reading()
    facts = propose(state, said, None, None)
    put_right = corrected(text, facts, state.interview.facts)
    return Reading(facts=facts, corrections=[text.strip()], replaces=put_right.replaces, amends=put_right.amends)


def _says_something(text: str) -> bool:
    """Whether a short answer answers: not a question put back, not only thanks or anger."""
    if talk.asks_back(text) or talk.is_emergency(text) or talk.says_was_told(text):
        return False
    short = len(text.split()) <= SHORT_WORDS
    return short and bool(re.search(r"\w", text)) and (talk.is_yes(text) or talk.is_no(text) or not talk.is_talk(text))


def _on(fact: ProposedFact, topic: Topic) -> bool:
    return topic == fact.topic or topic in fact.also


def _settled(state: InterviewState, question: Message, text: str, facts: list[ProposedFact]) -> Corrected:
    """When an answer plainly takes one side of a contradiction, the other side is replaced by it.

    A long sentence tells more than what was in question: it stands, and the answer goes along with it.
    """
    wanted = question.meta.get("contradiction")
    found = next((one for one in state.interview.contradictions if one.contradiction_id == wanted), None)
    if found is None or not facts or _BOTH.search(text):
        return Corrected([], [])
    first, second = _sides(state, found)
    if first is None or second is None:
        return Corrected([], [])
    by_words = found.about.startswith(_VALUES)
    takes_first = bool(_FIRST.search(text)) or (by_words and _mentions_only(text, first.quote, second.quote))
    takes_second = bool(_SECOND.search(text)) or (by_words and _mentions_only(text, second.quote, first.quote))
    if takes_first == takes_second:
        return Corrected([], [])
    wrong = second if takes_first else first
    pairs = [(wrong.fact_id, 0)]
    return Corrected(pairs, []) if len(wrong.quote.split()) <= DETAIL_WORDS else Corrected([], pairs)


def _sides(state: InterviewState, found: Contradiction) -> tuple[Fact | None, Fact | None]:
    facts = {fact.fact_id: fact for fact in state.interview.facts}
    return facts.get(found.first_fact_id), facts.get(found.second_fact_id)


def _mentions_only(text: str, one: str, other: str) -> bool:
    """Whether the text affirms a word that only one side says, and none that only the other says."""
    affirmed = re.sub(r"(?:\bnot|n['’]t)\s+(?:on\s+|at\s+|in\s+|the\s+|a\s+){0,2}\w+", " ", text, flags=re.IGNORECASE)
    words, of_one, of_other = (_words(part) for part in (affirmed, one, other))
    return bool(words & (of_one - of_other)) and not words & (of_other - of_one)


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3 or word.isdigit() or word in NUMBERS}  # noqa: PLR2004
