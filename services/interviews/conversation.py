"""Brings an interview up to date with its transcript; what every access does first, and so what heals a crash.

A message is stored before anything else happens with it. Then it is read, the next question is stored, and last the
header, which says in `heard` how far the transcript went into it. Whatever was cut off in between is done again from
the transcript, with the same ids: nothing is lost and nothing is stored twice.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from domain.errors import Busy, SessionAccessDenied, StaleSession, TransitionRefused
from domain.interview import Interview, InterviewStatus, Stage, Topic
from domain.session import Message, Session
from providers.interviewers.base import Interviewer, InterviewState, Wish
from services.interviews.answered import question_meta
from services.interviews.asking import next_turn
from services.interviews.confidence import judge
from services.interviews.extracted import after_correction
from services.interviews.goals import new_goals
from services.interviews.reading import keep_contradictions, take_in
from services.interviews.reports import make_report
from services.session_manager import SessionManager

TRIES = 8
SUMMARY_ID = "summary"
OURS = "interviewer-"
"""How the ids of the interviewer's own messages begin; nobody else may send one."""


class Conversation:
    """One interview's transcript and header, kept in step. Made for each call; holds nothing between calls."""

    def __init__(
        self, sessions: SessionManager, interviewer: Interviewer, clock: Callable[[], datetime], by: str
    ) -> None:
        self.sessions = sessions
        self.interviewer = interviewer
        self.clock = clock
        self.by = by

    def catch_up(self, session_id: str) -> Interview:
        """The interview with everything taken in that was said. Raises Busy when others keep writing in between."""
        for _ in range(TRIES):
            interview = self.load(session_id)
            if not is_behind(interview):
                return interview
            try:
                self._step(interview)
            except (StaleSession, TransitionRefused):
                continue
        interview = self.load(session_id)
        if is_behind(interview):
            raise Busy("Too many others answer in this interview at once; try again.", session_id=session_id)
        return interview

    def load(self, session_id: str) -> Interview:
        """The header as it is stored. A session of another kind counts as missing."""
        return as_interview(self.sessions.load_session(session_id, messages=0))

    def _step(self, interview: Interview) -> None:
        if interview.status == InterviewStatus.PROCESSING:
            self._finish(interview)
        elif _is_to_close(interview):
            self._move(interview, InterviewStatus.PROCESSING, why="the interview came to its end")
        else:
            self._converse(interview)

    def _converse(self, interview: Interview) -> None:
        transcript = self._transcript(interview)
        unheard = unheard_answers(interview, transcript)
        wish = self._hear(interview, transcript, unheard)
        last = transcript[-1].n if transcript else 0
        if unheard or interview.current_question is None:
            asked = self._ask(interview, transcript)
            last = max(last, asked.n) if asked.n <= last + 1 else last
        interview.heard = last
        self.sessions.save_session(interview)
        if wish == "pause":
            self._move(interview, InterviewStatus.PAUSED, why="asked for by the interviewee")

    def _finish(self, interview: Interview) -> None:
        """Store the report, then leave `processing`; no current question says that the report is there."""
        if interview.current_question is None:
            self._move(interview, InterviewStatus.COMPLETE, why=f"report {len(interview.reports)} is stored")
            return
        transcript = self._transcript(interview)
        self._hear(interview, transcript, unheard_answers(interview, transcript))
        state = InterviewState(interview=interview, messages=transcript)
        interview.reports = [*interview.reports, make_report(self.interviewer, state, self.clock())]
        interview.stage = Stage.CLOSED
        interview.current_question, interview.current_question_id = None, None
        interview.current_topic, interview.answers = None, []
        interview.heard = transcript[-1].n if transcript else 0
        self.sessions.save_session(interview)

    def _transcript(self, interview: Interview) -> list[Message]:
        messages = self.sessions.messages(interview.session_id)
        if not messages and interview.summary.strip():
            said = self._message(SUMMARY_ID, "interviewee", interview.summary, {"part": "summary"})
            messages = [self.sessions.append_message(interview.session_id, said)]
        return messages

    def _hear(self, interview: Interview, transcript: Sequence[Message], unheard: Sequence[Message]) -> Wish | None:
        """Read what was not read yet, oldest first; return what the interviewee asked for last instead of going on."""
        interview.goals = [msgspec.structs.replace(goal) for goal in interview.goals] or new_goals()
        wish: Wish | None = None
        for said in unheard:
            state = InterviewState(interview=interview, messages=[m for m in transcript if m.n <= said.n])
            reading = self.interviewer.read_answer(state, said)
            take_in(interview, transcript, said, reading)
            wish = reading.wish
            interview.turn_count += said.message_id != SUMMARY_ID
            reconsider(interview, transcript, self.interviewer)
        if not interview.facts:
            reconsider(interview, transcript, self.interviewer)
        return wish

    def _ask(self, interview: Interview, transcript: Sequence[Message]) -> Message:
        """Store the next question and make it the current one; one that was stored before a crash is kept."""
        through = max((said.n for said in transcript if said.role == "interviewee"), default=0)
        question_id = _question_id(interview, through)
        earlier = [message for message in transcript if message.message_id != question_id]
        turn = next_turn(self.interviewer, InterviewState(interview=interview, messages=earlier))
        meta = question_meta(turn, interview, through)
        asked = self._message(question_id, "interviewer", turn.question, meta)
        stored = self.sessions.append_message(interview.session_id, asked)
        interview.current_question, interview.current_question_id = stored.content, stored.message_id
        interview.current_topic = stored.meta.get("topic")
        interview.answers = list(stored.meta.get("suggestions", []))
        return stored

    def _message(self, message_id: str, role: str, content: str, meta: dict[str, Any]) -> Message:
        return Message(message_id=message_id, role=role, content=content, meta=meta, timestamp=self.clock())

    def _move(self, interview: Interview, to: InterviewStatus, *, why: str) -> None:
        self.sessions.transition(interview.session_id, to, by=self.by, why=why)


def as_interview(session: Session) -> Interview:
    """The session, when it is an interview; another kind counts as missing."""
    if not isinstance(session, Interview):
        raise SessionAccessDenied(session.session_id)
    return session


def is_behind(interview: Interview) -> bool:
    """Whether something is left to do before the interview rests: read, ask, close, report."""
    if interview.status == InterviewStatus.PROCESSING:
        return True
    if interview.status != InterviewStatus.ACTIVE:
        return False
    return interview.current_question is None or interview.message_count > interview.heard or _is_to_close(interview)


def unheard_answers(interview: Interview, transcript: Sequence[Message]) -> list[Message]:
    """What the interviewee said that has not gone into the header yet."""
    return [said for said in transcript if said.n > interview.heard and said.role == "interviewee"]


def reconsider(interview: Interview, transcript: Sequence[Message], interviewer: Interviewer) -> None:
    """Draw summary, contradictions and goals anew from everything that was said, from the top."""
    state = InterviewState(interview=interview, messages=transcript)
    keep_contradictions(interview, interviewer.contradictions(state))
    interview.goals = judge(
        interview.goals,
        interview.facts,
        interview.contradictions,
        threshold=interview.confidence_threshold,
        asked_about=_asked_about(transcript),
    )
    interview.extracted_summary = after_correction(interviewer.extract(state), interview.summary_correction)


def _asked_about(transcript: Sequence[Message]) -> list[tuple[str, Topic]]:
    answers = (said for said in transcript if said.role == "interviewee")
    return [(said.message_id, said.meta["topic"]) for said in answers if said.meta.get("topic")]


def _is_to_close(interview: Interview) -> bool:
    return (
        interview.status == InterviewStatus.ACTIVE
        and interview.stage == Stage.CLOSED
        and interview.current_question is not None
        and interview.message_count <= interview.heard
    )


def _question_id(interview: Interview, through: int) -> str:
    if interview.current_question is None and interview.reports:
        return f"{OURS}reopened-{len(interview.reports)}"
    return f"{OURS}{through}"
