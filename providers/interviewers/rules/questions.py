"""The questions of each goal, from open to narrow, worded for who is asked; what was asked once is not asked again.

A question is neutral: it takes nothing for granted that was not said, and names no fact of its own.
"""

from collections.abc import Callable, Iterator

import msgspec

from domain.interview import Fact, IntervieweeRole, Topic
from providers.interviewers.base import InterviewState, Turn
from providers.interviewers.rules import deepening, identity, probes, told
from providers.interviewers.rules.account import names_of, questions_of, texts_of
from providers.interviewers.rules.bystanders import who_could_tell
from providers.interviewers.rules.episodes import are_several, first_of_all
from providers.interviewers.rules.hearsay import hearsay
from providers.interviewers.rules.incident import events
from providers.interviewers.rules.whereabouts import is_place_known, own_place_known

PER_TOPIC = 3
"""So many questions on one goal; what is not known then stays open."""
TOTAL = 20
"""After so many questions only the last one is asked."""
LITTLE_KNOWN = 4
"""Whoever did not know so many goals is asked only once about the others."""
ALSO_ASKED = 3
"""So many questions on people and hearsay are asked although every goal stands well."""
NATURAL_ORDER: tuple[Topic, ...] = ("what", "sequence", "who", "when", "where", "how_known", "impact", "evidence")
SECONDHAND_ORDER: tuple[Topic, ...] = ("how_known", "what", "who", "when", "where", "sequence", "impact", "evidence")
FULL_ACCOUNT = 200
"""Whoever said so many words has told the heart of it."""
AFTERWARDS: frozenset[Topic] = frozenset({"impact", "evidence"})
"""What followed is asked about only after each open goal of the account itself had a question."""
STEP = 30
"""Goals that stand within as many points of each other count as equally uncertain: the natural order decides."""

_OTHERS = (IntervieweeRole.SECONDHAND, IntervieweeRole.FRIEND)


class Ask(msgspec.Struct, frozen=True):
    """One wording: its key, the question for those who were there, and the one for those who know it from others."""

    key: str
    there: str
    told: str = ""
    suggestions: tuple[str, ...] = ()


_GENERAL: dict[Topic, tuple[Ask, ...]] = {
    "what": (
        Ask("what-tell", "Please tell me what happened, in your own words, as if I knew nothing about it.", "Please tell me what you know about what happened, in your own words."),
        Ask("what-left-out", "Is there anything about what happened that has not come up yet?", "Is there anything you know about it that has not come up yet?", ("No, that is all",)),
        Ask("what-said-done", "What was said, and what was done? Please be as exact as you can.", "What exactly was said and done, as far as you were told?"),
        Ask("what-noticed", "What did you notice first?"),
    ),
    "sequence": (
        Ask("sequence-order", "Please go through it once more in order: what came first, and what came after that?", "In which order did it happen, as far as you know?"),
        Ask("sequence-before", "What was going on before it began?", "Do you know what went before it?"),
        Ask("sequence-end", "How did it end?", "Do you know how it ended?"),
    ),
    "who": (
        Ask("who-involved", "Who was involved?", "Who was involved, as far as you know?"),
        Ask("who-present", "Who else was there, or close enough to see or hear something?", "Who was there, as far as you know?", ("Nobody else",)),
        Ask("who-together", "How do the people you spoke of know each other?", "How do you know the people you spoke of?"),
    ),
    "when": (
        Ask("when-open", "When did this happen? Day and time, as well as you remember.", "When did it happen, as far as you were told?"),
        Ask("when-placed", "What helps you to place it in time – something before or after it, a message, a clock?", "What helps to place it in time?"),
        Ask("when-long", "How long did it last, as well as you can tell?", "Do you know how long it lasted?", ("Seconds", "Minutes", "Longer")),
    ),
    "where": (
        Ask("where-open", "Where did this happen?", "Do you know where it happened?"),
        Ask("where-self", "Where were you yourself when it happened?"),
        Ask("where-describe", "What is that place like – how near were people to each other, and how well could one see and hear?", "Do you know the place where it happened, and what can you say about it?"),
    ),
    "how_known": (
        Ask("how-own", "Which parts of this did you see, hear or go through yourself, and which did you learn from others?", "Who told you about this, and when?", ("I was there for all of it",)),
        Ask("how-words", "How well could you see and hear what was going on?", "As exactly as you remember: in which words were you told?"),
        Ask("how-sure", "Which part of it, if any, are you less sure about?", "How does the person who told you know it?", ("No part of it",)),
    ),
    "impact": (
        Ask("impact-open", "What, if anything, followed from it – for you, for others, or for things?", "What, if anything, followed from it, as far as you know?"),
        Ask("impact-you", "How were you while it happened, and afterwards?", "How did you find the people concerned afterwards, if you met them?"),
        Ask("impact-done", "What, if anything, has been done about it since then?", "", ("Nothing that I know of",)),
    ),
    "evidence": (
        Ask("evidence-things", "What is there, if anything, that could show what happened – a message, a photo, a camera, a document, a trace?", "", ("Nothing that I know of",)),
        Ask("evidence-more", "Besides what you mentioned: what else is there, if anything, that could show what happened?", "", ("Nothing that I know of",)),
        Ask("evidence-people", "Who else could tell something about it?", "", ("Nobody that I know of",)),
        Ask("evidence-kept", "What has been written down or kept since then, if anything, by you or by others?", "", ("Nothing that I know of",)),
    ),
}  # fmt: skip


def best_question(state: InterviewState, closed: frozenset[Topic] = frozenset()) -> Turn | None:
    """The next question on the least certain goal that still has one; None when nothing is left to ask."""
    asked = _keys_asked(state)
    if len(asked) >= TOTAL:
        return None
    weighty = next(
        (
            one
            for one in (*first_of_all(state), *identity.claims(state))
            if one.key not in asked and "what" not in closed
        ),
        None,
    )
    if weighty is not None and not _is_exhausted(state, "what"):
        return weighty
    if not any(key.startswith("words-") for key in asked) and _by_need(state, closed):
        words = next((one for one in probes.first(state, "what") if one.key.startswith("words-")), None)
        if words is not None:
            return words
    for topic in _by_need(state, closed):
        if _times_asked(state, topic) < _limit(state, topic):
            turn = next((one for one in _questions(state, topic) if one.key not in asked), None)
            if turn is not None:
                return turn
    return None


def due_question(state: InterviewState) -> Turn | None:
    """What is asked once however well the goals stand: who somebody is, how others know, what happened at its heart."""
    asked = _keys_asked(state)
    exhausted = {goal.topic for goal in state.interview.goals if goal.exhausted}
    others = (
        *identity.strangers(state),
        *hearsay(state),
        *deepening.unsure(state),
        *identity.mentioned_once(state),
    )
    if sum(turn.key in asked for turn in others) >= ALSO_ASKED or len(asked) >= TOTAL:
        return None
    return next((turn for turn in others if turn.key not in asked and turn.topic not in exhausted), None)


def _heart(state: InterviewState) -> tuple[Turn, ...]:
    """The heart of it, when no question hung on it yet and it was told in few words."""
    used = {said.meta.get("about") for said in questions_of(state)}
    length = sum(len(text.split()) for text in texts_of(state))
    asked = tuple(one for one in probes.more_of_it(state) if one.key in _keys_asked(state))
    return (
        asked or tuple(one for one in probes.more_of_it(state) if one.about not in used and length < FULL_ACCOUNT)[:1]
    )


def last_question(state: InterviewState) -> Turn | None:
    """What the person wants to say that nobody asked about; once, at the end."""
    if "last" in _keys_asked(state):
        return None
    text = "Before I read back what I understood: is there anything I have not asked about that matters to you?"
    return Turn(question=text, key="last", suggestions=["No, that is all"])


def _keys_asked(state: InterviewState) -> set[str]:
    return {str(said.meta.get("key", "")).removesuffix("+") for said in questions_of(state)}


def _is_exhausted(state: InterviewState, topic: Topic) -> bool:
    return any(goal.topic == topic and goal.exhausted for goal in state.interview.goals)


def _limit(state: InterviewState, topic: Topic) -> int:
    """Who was not there is asked less of what they cannot know."""
    if sum(goal.unknown_answers > 0 for goal in state.interview.goals) >= LITTLE_KNOWN:
        return 1
    return PER_TOPIC - (state.interview.interviewee_role in _OTHERS and topic not in ("what", "how_known"))


def _by_need(state: InterviewState, closed: frozenset[Topic]) -> list[Topic]:
    """The goals below the threshold, the least certain first; the natural order among those about equally uncertain.

    What was just not known is not asked on at once, as long as there is something else.
    """
    second_hand = state.interview.interviewee_role == IntervieweeRole.SECONDHAND
    order = SECONDHAND_ORDER if second_hand else NATURAL_ORDER
    goals = {goal.topic: goal for goal in state.interview.goals}
    open_ones = [
        topic
        for topic in order
        if goals[topic].confidence < state.interview.confidence_threshold
        and not goals[topic].exhausted
        and topic not in closed
    ]
    before = questions_of(state)[-1].meta.get("topic") if questions_of(state) else None
    account_left = any(topic not in AFTERWARDS and not _times_asked(state, topic) for topic in open_ones)
    return sorted(
        open_ones,
        key=lambda topic: (
            account_left and topic in AFTERWARDS,
            topic == before and goals[topic].unknown_answers > 0,
            goals[topic].confidence // STEP,
            order.index(topic),
        ),
    )


def _times_asked(state: InterviewState, topic: Topic) -> int:
    return sum(1 for said in questions_of(state) if said.meta.get("topic") == topic and said.meta.get("key") != "open")


def _questions(state: InterviewState, topic: Topic) -> Iterator[Turn]:
    """What may be asked about a topic, the best first: what hangs on the person's own words, then what is general."""
    yield from probes.first(state, topic)
    yield from deepening.deeper(state, topic)
    general = [ask for ask in _GENERAL[topic] if _is_of_use(state, ask)]
    for ask in general[:1]:
        yield _turn(state, topic, ask)
    yield from probes.later(state, topic)
    for ask in general[1:]:
        yield _turn(state, topic, ask)


def _is_of_use(state: InterviewState, ask: Ask) -> bool:
    """Whether the answer is not known already."""
    facts = [fact for fact in state.interview.facts if fact.replaced_by is None]
    known: dict[str, Callable[[], bool]] = {
        **_known_of_the_account(state, facts),
        "who-involved": lambda: len(names_of(state)) > 0 or any(fact.topic == "who" for fact in facts),
        "who-present": lambda: probes.presence_known(facts),
        "who-together": lambda: len(names_of(state)) < 2,  # noqa: PLR2004  # it takes two
        "where-open": lambda: is_place_known(state),
        "where-self": lambda: _is_told(state) or own_place_known(state),
        "where-describe": lambda: not any(fact.topic == "where" for fact in facts),
        "impact-open": lambda: bool(told.consequences(state)),
        "impact-you": lambda: _told_own_state(facts),
        "evidence-things": lambda: told.evidence_named(state),
        "evidence-more": lambda: not told.evidence_named(state) or "evidence-things" in _keys_asked(state),
    }
    return not known.get(ask.key, lambda: False)()


def _known_of_the_account(state: InterviewState, facts: list[Fact]) -> dict[str, Callable[[], bool]]:
    """What need not be asked about what happened, when, and how it is known."""
    others = _is_told(state)
    return {
        "what-tell": lambda: any(fact.speaks_to("what") for fact in facts),
        "what-noticed": lambda: any(fact.speaks_to("what") for fact in facts),
        "sequence-order": lambda: len(events(facts)) < 2 or told.order_told(state),  # noqa: PLR2004  # an order takes two
        "when-placed": lambda: any(fact.topic == "when" for fact in facts),
        "when-open": lambda: (
            told.when_told(state) if others else any(fact.topic == "when" or fact.timestamp for fact in facts)
        ),
        "when-long": lambda: told.duration_told(state) or not told.is_of_moments(events(facts)) or are_several(state),
        "how-own": lambda: told.teller_known(state) if others else told.went_through_it(state),
        "how-words": lambda: not others and (not deepening.perceived(facts) or told.view_told(state)),
        "how-sure": lambda: others and any(key.startswith("saw-") for key in _keys_asked(state)),
    }


def _is_told(state: InterviewState) -> bool:
    return state.interview.interviewee_role in _OTHERS


def _told_own_state(facts: list[Fact]) -> bool:
    return any(fact.topic == "impact" and fact.quote.startswith(("I ", "I'")) for fact in facts)


def _turn(state: InterviewState, topic: Topic, ask: Ask) -> Turn:
    by_others = bool(ask.told) and _is_told(state)
    names = list(names_of(state))[:4] if ask.key == "who-involved" else []
    names = who_could_tell(state) if ask.key == "evidence-people" else names
    offered = [one for one in ask.suggestions if not (by_others and one.startswith("I "))]
    suggestions = [*names, *(["Somebody else"] if names else []), *offered]
    return Turn(
        question=ask.told if by_others else ask.there,
        key=ask.key,
        topic=topic,
        suggestions=list(dict.fromkeys(suggestions)),
    )
