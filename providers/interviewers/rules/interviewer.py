"""Conducts an interview by rules: what it asks, what it reads and how it reports are each in a module beside this one."""

from typing import ClassVar

from domain.interview import Contradiction, ExtractedSummary, Stage, Topic
from domain.session import Message
from providers.interviewers.base import (
    Interviewer,
    InterviewState,
    ProposedContradiction,
    Reading,
    ReportDraft,
    Turn,
)
from providers.interviewers.rules import answers, contradictions, extraction, remarks, talk
from providers.interviewers.rules.account import last_answer, questions_of, texts_of
from providers.interviewers.rules.anchors import shown
from providers.interviewers.rules.answers import STOP_KEY
from providers.interviewers.rules.facts import core_of
from providers.interviewers.rules.gaps import open_questions
from providers.interviewers.rules.opening import opening
from providers.interviewers.rules.questions import best_question, due_question, last_question
from providers.interviewers.rules.receipt import receipt
from providers.interviewers.rules.replies import reply_to
from providers.interviewers.rules.sides import in_full, in_short
from providers.interviewers.rules.timeline import timeline

CONTRADICTIONS_LIMIT = 4
WEIGHTY: tuple[Topic, ...] = ("when", "who", "how_known", "what", "where")
BRIEF_WORDS = 8
SAID_ALL_LIMIT = 3
WHICH = {
    "what-left-out": "Please tell me about it.",
    "last": "Please tell me about it.",
}
"""What is asked after a bare yes."""


class RulesInterviewer(Interviewer):
    """Asks one open question at a time, in the person's own words, and reads answers by rules. Needs nothing outside."""

    name: ClassVar[str] = "rules"

    def extract(self, state: InterviewState) -> ExtractedSummary:
        """What is understood so far, in the interviewee's own words."""
        return extraction.extract(state)

    def read_answer(self, state: InterviewState, answer: Message) -> Reading:
        """What this message says; never raises."""
        return answers.read(state, answer)

    def contradictions(self, state: InterviewState) -> list[ProposedContradiction]:
        """The pairs among the present facts that cannot both be true as said."""
        asked = {said.message_id for said in questions_of(state) if said.meta.get("contradiction")}
        explanations = {said.message_id for said in state.messages if said.meta.get("answers") in asked}
        read_back = {said.message_id for said in questions_of(state) if said.meta.get("stage") == Stage.READ_BACK}
        corrections = {said.message_id for said in state.messages if said.meta.get("answers") in read_back}
        return contradictions.find(state.interview.facts, explanations, corrections)

    def next_turn(self, state: InterviewState) -> Turn:
        """What to say next: what the person needs first, then the least certain goal, then contradictions."""
        said = last_answer(state)
        if said is None or not questions_of(state):
            return opening(state)
        asked = state.question_for(said)
        if asked is not None and (turn := _for_the_person(state, said, asked)) is not None:
            return turn
        turn = (asked and _which(said, asked)) or _next_question(state)
        return turn if turn.done else _with_remark(remarks.remark_on(state, said), turn)

    def report(self, state: InterviewState) -> ReportDraft:
        """What happened, in order, and what stayed open."""
        return ReportDraft(timeline=timeline(state), open_questions=open_questions(state))


def _for_the_person(state: InterviewState, said: Message, asked: Message) -> Turn | None:
    """Stopping, pausing, being in need, asking back: these come before any question of ours."""
    text = said.content
    stopping = str(asked.meta.get("key", "")).startswith(STOP_KEY)
    if talk.wants_to_pause(text) or (stopping and talk.wants_to_stop(text)):
        return _again(state, asked, remarks.paused("{}"))
    if talk.wants_to_stop(text) or (talk.wants_to_finish(text) and not stopping):
        return _offer(asked)
    if stopping and (talk.wants_to_go_on(text) or talk.is_yes(text) or talk.is_no(text)):
        return _again(state, asked, "Good, then let us go on. {}")
    if talk.is_emergency(text) and (remark := remarks.remark_on(state, said)):
        return _offer(asked, remark)
    if state.interview.stage == Stage.READ_BACK:
        return _correcting(state, said, asked)
    if _only_corrects(state, said) and not asked.meta.get("contradiction") and not _was_repeated(asked):
        return _again(state, asked, f"{remarks.noted(state, said)} To come back to my question: {{}}".strip())
    question = talk.asks_back(text)
    heard = any(fact.message_id == said.message_id for fact in state.interview.facts)
    if question is not None and not heard and not talk.says_was_told(text):
        return _again(state, asked, f"{reply_to(question)} To come back to my question: {{}}")
    return None


def _only_corrects(state: InterviewState, said: Message) -> bool:
    """Whether everything in an answer puts right what was said before, so that the question is still open."""
    right = {one for fact in state.interview.facts for one in (fact.replaced_by, *fact.corrected_by)}
    whole = [fact for fact in state.interview.facts if fact.message_id == said.message_id and fact.about is None]
    return bool(whole) and all(fact.fact_id in right for fact in whole)


def _was_repeated(asked: Message) -> bool:
    """Whether this was a question come back to; the last one of all, and the first, are not come back to."""
    key = str(asked.meta.get("key", ""))
    return key.endswith("+") or key in ("open", "last")


def _which(said: Message, asked: Message) -> Turn | None:
    """After a bare yes: who or what it is."""
    key, topic = str(asked.meta.get("key", "")), asked.meta.get("topic")
    if not talk.is_yes(said.content) or talk.rest_after_yes_or_no(said.content) or key not in WHICH:
        return None
    return Turn(question=WHICH[key], key=f"{key}-which", topic=topic)


def _offer(asked: Message, remark: str = "") -> Turn:
    text = remark or remarks.stopping()
    key = asked.meta.get("key", "")
    return Turn(
        question=text,
        key=key if key.startswith(STOP_KEY) else f"{STOP_KEY}:{asked.message_id}",
        suggestions=["Pause here", "Finish now", "Go on"],
    )


def _again(state: InterviewState, asked: Message, frame: str) -> Turn:
    """The question that was open, within other words."""
    key = str(asked.meta.get("key", ""))
    if key.startswith(f"{STOP_KEY}:"):
        wanted = key.partition(":")[2]
        asked = next((one for one in questions_of(state) if one.message_id == wanted), asked)
        key = str(asked.meta.get("key", ""))
    base = key.removesuffix("+")
    first = next((one for one in questions_of(state) if one.meta.get("key") == base), asked)
    words = first.content.rpartition("\n\n")[2]
    core = words[words.find("Please") :] if base == "open" else core_of(words)
    text = "Please look at the summary once more. Is it right?" if key.startswith("read-back") else core
    return Turn(
        question=frame.replace("{}", text),
        key=f"{base}+",
        about=asked.meta.get("about"),
        topic=asked.meta.get("topic"),
        suggestions=list(asked.meta.get("suggestions", [])),
        contradiction_id=asked.meta.get("contradiction"),
    )


def _correcting(state: InterviewState, said: Message, asked: Message) -> Turn:
    """In the read-back: confirm what was noted, or ask what is to be put right."""
    number = len(questions_of(state))
    if question := talk.asks_back(said.content):
        text = f"{reply_to(question)} Is the summary right, or is something wrong or missing?"
    elif said.content.strip()[:20_000] in state.interview.corrections:
        text = f"{receipt(state, said)} Is there anything else to correct or to add?"
    elif talk.without_unknown(said.content) == "" or talk.wants_to_skip(said.content):
        text = "That is all right. Is there anything you want to change? If not, we close here."
    elif asked.meta.get("key") == "read-back-what":
        text = (
            "Just write the sentence as it should be, and I will note it word for word. Or shall we leave it as it is?"
        )
    else:
        return Turn(question="Please tell me what is wrong or missing, in your own words.", key="read-back-what")
    return Turn(
        question=text, key=f"read-back-more-{number}", suggestions=["No, that is all", "Something else is wrong"]
    )


def _next_question(state: InterviewState) -> Turn:
    told = " ".join(texts_of(state)).split()
    asked = {said.meta.get("key") for said in questions_of(state)}
    if len(told) < BRIEF_WORDS and "what-tell" not in asked and not _goal_closed(state, "what"):
        return Turn(
            question="Please tell me a little more: what happened, from the beginning to the end?",
            key="what-tell",
            topic="what",
        )
    turn = None if _is_at_the_end(state) else best_question(state) or due_question(state)
    return turn or _contradiction(state) or last_question(state) or Turn(done=True)


def _is_at_the_end(state: InterviewState) -> bool:
    """The last question was asked, or it was said often enough that there is nothing more to say."""
    finished = sum(said.role == "interviewee" and talk.has_said_all(said.content) for said in state.messages)
    asked = any(str(said.meta.get("key", "")).startswith("last") for said in questions_of(state))
    return asked or finished >= SAID_ALL_LIMIT


def _goal_closed(state: InterviewState, topic: Topic) -> bool:
    return any(goal.topic == topic and goal.exhausted for goal in state.interview.goals)


def _contradiction(state: InterviewState) -> Turn | None:
    """Both statements side by side, with no hint which to prefer."""
    still_open = [one for one in state.interview.contradictions if _is_open(state, one)]
    found = sorted(still_open, key=lambda one: WEIGHTY.index(one.topic))
    asked = sum(one.asked for one in state.interview.contradictions)
    if not found or asked >= CONTRADICTIONS_LIMIT:
        return None
    one = found[0]
    facts = {fact.fact_id: fact for fact in state.interview.facts}
    first, second = facts[one.first_fact_id], facts[one.second_fact_id]
    return Turn(
        question=(
            f"I would like to understand two things that you said. At one point: “{shown(in_full(state, first))}”. "
            f"At another: “{shown(in_full(state, second))}”. How do these go together?"
        ),
        key=f"contradiction-{one.contradiction_id}",
        topic="contradictions",
        suggestions=[
            f"The first is right: “{in_short(first.quote)}”",
            f"The second is right: “{in_short(second.quote)}”",
            "Both are right",
        ],
        contradiction_id=one.contradiction_id,
    )


def _is_open(state: InterviewState, one: Contradiction) -> bool:
    """Not asked yet, and neither side corrected since."""
    replaced = {fact.fact_id for fact in state.interview.facts if fact.replaced_by is not None}
    return not one.asked and not one.resolution and not {one.first_fact_id, one.second_fact_id} & replaced


def _with_remark(remark: str, turn: Turn) -> Turn:
    if not remark:
        return turn
    return Turn(
        question=f"{remark} {turn.question}".strip(),
        key=turn.key,
        about=turn.about,
        topic=turn.topic,
        suggestions=turn.suggestions,
        contradiction_id=turn.contradiction_id,
        done=turn.done,
    )
