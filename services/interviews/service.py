"""Interviews as web, jobs and scripts reach them. How a question comes about is in `conversation` and `asking`."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from domain import clock as domain_clock
from domain.actor import Actor
from domain.checks import check_text, check_update
from domain.errors import Busy, CorruptSession, Invalid, NotAllowed, SessionExists, StaleSession
from domain.interview import ExtractedSummary, Interview, InterviewStatus, Report
from domain.session import Message
from providers.events.base import EventBus
from providers.interviewers.base import Interviewer
from services.interviews.answered import Answered, answered
from services.interviews.assessment import assess
from services.interviews.confidence import against
from services.interviews.conversation import OURS, SUMMARY_ID, TRIES, Conversation, as_interview
from services.interviews.errors import MessageIdTaken, ReportNotReady, check_open
from services.interviews.extracted import check_corrected, correct, merged
from services.interviews.once import check_same, opened_once
from services.session_manager import SessionManager
from storage.base import Page

CHANGEABLE = ("title", "incident_name", "interviewee_name", "interviewee_role", "confidence_threshold")
CONTENT_LIMIT = 100_000
"""As long as a message may be (`domain.session.MessageText`)."""


class InterviewService:
    """Conducts interviews and keeps what comes of them.

    Every method takes the actor first and reaches only that actor's own interviews: missing and foreign ones raise the
    same SessionAccessDenied. A guest may read and answer the one interview of their link, and nothing else. Whatever
    access finds an interview that a crash left half done brings it up to date.
    """

    def __init__(
        self,
        sessions: Callable[[str | None], SessionManager],
        interviewer: Interviewer,
        bus: EventBus,
        clock: Callable[[], datetime] = domain_clock.now,
    ) -> None:
        self._sessions = sessions
        self._interviewer = interviewer
        self._bus = bus
        self._clock = clock

    # --- opening and reading ------------------------------------------------------------------------------------------

    def open(
        self,
        actor: Actor,
        *,
        incident_name: str,
        interviewee_name: str,
        interviewee_role: str,
        confidence_threshold: int = 90,
        summary: str = "",
        mode: str = "text",
        idempotency_key: str | None = None,
    ) -> Interview:
        """Begin an interview; the summary is read as its first message. Returns it with its first question.

        The same `idempotency_key` of the same actor again returns the interview that was opened with it. Raises Invalid
        naming the field, KeyReused when the key came with other fields, NotAllowed for a guest.
        """
        if actor.guest is not None:
            raise NotAllowed("A guest takes part in one interview and opens none.")
        fields = {
            "incident_name": _not_blank("incident_name", incident_name),
            "interviewee_name": _not_blank("interviewee_name", interviewee_name),
            "interviewee_role": interviewee_role,
            "confidence_threshold": confidence_threshold,
            "summary": summary,
            "mode": mode,
        }
        checked = check_update(Interview, fields)
        once = {} if idempotency_key is None else opened_once(actor, idempotency_key, fields)
        sessions = self._sessions(actor.user_id)
        try:
            created = sessions.create_session(
                "interview", user_email=actor.email, created_at=self._clock(), **checked, **once
            )
        except SessionExists:
            interview = self.load(actor, once["session_id"], messages=0)
            check_same(interview, fields)
            return interview
        return self._changed(actor, created.session_id)

    def load(self, actor: Actor, session_id: str, *, messages: int | None = None) -> Interview:
        """The interview with all its messages; `messages=0` brings the header alone, `messages=20` the last twenty."""
        interview = self._part(actor, session_id).catch_up(session_id)
        if messages == 0:
            return interview
        owner = actor.owner_for(session_id)
        return as_interview(self._sessions(owner).load_session(session_id, messages=messages))

    def list_interviews(
        self,
        actor: Actor,
        *,
        statuses: Sequence[str] | None = None,
        mode: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> Page:
        """A page of the actor's interviews, the newest first."""
        return self._sessions(actor.user_id).list_sessions(
            kind="interview", statuses=statuses, mode=mode, since=since, until=until, cursor=cursor, limit=limit
        )

    def messages(self, actor: Actor, session_id: str, *, after: int = 0, limit: int | None = None) -> list[Message]:
        """The messages behind place `after`, oldest first; to a guest without what was noted beside them."""
        self._part(actor, session_id).catch_up(session_id)
        found = self._sessions(actor.owner_for(session_id)).messages(session_id, after=after, limit=limit)
        return [msgspec.structs.replace(said, meta={}) for said in found] if actor.guest else found

    # --- the conversation ---------------------------------------------------------------------------------------------

    def answer(self, actor: Actor, session_id: str, *, message_id: str, content: str) -> Answered:
        """Keep an answer and ask on.

        Once this returns, the answer survives the death of the process. The same `message_id` again brings the same
        response again and stores nothing; with other words it is refused (Conflict `message_id_taken`). Raises Conflict
        `interview_paused`, `interview_complete` or `interview_failed`, and Invalid for a blank answer.
        """
        _check_answer(message_id, content)
        interview = self._part(actor, session_id).catch_up(session_id)
        sessions = self._sessions(actor.owner_for(session_id))
        said = _find(sessions.messages(session_id), message_id)
        if said is None:
            check_open(interview)
            meta = {"part": "answer", "answers": interview.current_question_id, "topic": interview.current_topic}
            answer = Message(
                message_id=message_id, role="interviewee", content=content, meta=meta, timestamp=self._clock()
            )
            said = sessions.append_message(session_id, answer)
            interview = self._changed(actor, session_id)
        if said.content != content:
            raise MessageIdTaken("Another answer was sent under this message_id; send this one under a new id.")
        return _response(sessions, interview, said)

    def pause(self, actor: Actor, session_id: str) -> Interview:
        """Rest the interview; pausing a paused one changes nothing. Raises TransitionRefused once it is complete."""
        return self._move(actor, session_id, InterviewStatus.PAUSED, why="paused")

    def resume(self, actor: Actor, session_id: str) -> Interview:
        """Go on where the interview was paused; resuming a running one changes nothing."""
        interview = self._conversation(actor).catch_up(session_id)
        if interview.status in (InterviewStatus.COMPLETE, InterviewStatus.FAILED):
            check_open(interview)
        return self._move(actor, session_id, InterviewStatus.ACTIVE, why="resumed")

    def complete(self, actor: Actor, session_id: str) -> Interview:
        """End the interview now, paused or running, and store its report; a complete one stays as it is."""
        interview = self._conversation(actor).catch_up(session_id)
        if interview.status == InterviewStatus.COMPLETE:
            return interview
        if interview.status == InterviewStatus.PAUSED:
            self._move(actor, session_id, InterviewStatus.ACTIVE, why="resumed to be ended")
        return self._move(actor, session_id, InterviewStatus.PROCESSING, why="ended by hand")

    def reopen(self, actor: Actor, session_id: str) -> Interview:
        """Take a complete or failed interview up again; its reports are kept and the next one is a new version."""
        return self._move(actor, session_id, InterviewStatus.ACTIVE, why="reopened")

    def delete(self, actor: Actor, session_id: str) -> None:
        """Remove the interview with everything said in it, even one that cannot be read any more.

        Raises SessionAccessDenied when there is none.
        """
        with suppress(CorruptSession):  # whose it is decides the storage
            self._conversation(actor).load(session_id)
        self._sessions(actor.user_id).delete_session(session_id)
        self._bus.publish(topic_of(session_id))

    # --- corrections by hand ------------------------------------------------------------------------------------------

    def change(
        self, actor: Actor, session_id: str, changes: Mapping[str, Any], *, revision: int | None = None
    ) -> Interview:
        """Change what the interview is called, whom it is with, its threshold, or the extracted summary.

        Of the summary only what is given changes, as `extracted.merged` says. Raises Invalid naming the field,
        StaleSession when `revision` is given and is not the present one.
        """
        wanted = dict(changes)
        if unknown := sorted(set(wanted) - {*CHANGEABLE, "extracted_summary"}):
            raise Invalid(unknown[0], wanted[unknown[0]], sorted({*CHANGEABLE, "extracted_summary"}))
        checked = check_update(Interview, wanted)
        for name in ("title", "incident_name", "interviewee_name"):
            if name in checked:
                _not_blank(name, checked[name])
        if summary := checked.pop("extracted_summary", None):
            check_corrected(summary)
        given = wanted.get("extracted_summary")
        return self._edit(actor, session_id, lambda interview: _apply(interview, checked, given), revision)

    def correct_summary(
        self, actor: Actor, session_id: str, corrected: ExtractedSummary, *, revision: int | None = None
    ) -> Interview:
        """Put the whole extracted summary right; what was changed is noted in the report, and outlasts answers."""
        return self.change(actor, session_id, {"extracted_summary": corrected}, revision=revision)

    # --- the report ---------------------------------------------------------------------------------------------------

    def report(self, actor: Actor, session_id: str) -> Report:
        """The newest report. Raises Conflict `report_not_ready` while the interview runs."""
        return _report_of(self._conversation(actor).catch_up(session_id))

    def assess(self, actor: Actor, session_id: str) -> Report:
        """The newest report with an assessment in figures, added now if it has none yet."""

        def add(interview: Interview) -> None:
            report = _report_of(interview)
            if report.assessment is None:
                assessed = msgspec.structs.replace(report, assessment=assess(interview, report))
                interview.reports = [*interview.reports[:-1], assessed]

        return _report_of(self._edit(actor, session_id, add, revision=None))

    # --- how it is done -----------------------------------------------------------------------------------------------

    def _conversation(self, actor: Actor) -> Conversation:
        """For what only the owner may do."""
        return Conversation(self._sessions(actor.user_id), self._interviewer, self._clock, by=actor.user_id)

    def _part(self, actor: Actor, session_id: str) -> Conversation:
        """For what a guest may do as well."""
        owner = actor.owner_for(session_id)
        return Conversation(self._sessions(owner), self._interviewer, self._clock, by=actor.user_id)

    def _changed(self, actor: Actor, session_id: str) -> Interview:
        """Bring the interview up to date after a change, and tell whoever listens."""
        interview = self._part(actor, session_id).catch_up(session_id)
        self._bus.publish(topic_of(session_id))
        return interview

    def _move(self, actor: Actor, session_id: str, to: InterviewStatus, *, why: str) -> Interview:
        conversation = self._conversation(actor)
        interview = conversation.catch_up(session_id)
        if interview.status == to:
            return interview
        self._sessions(actor.user_id).transition(session_id, to, by=actor.user_id, why=why)
        return self._changed(actor, session_id)

    def _edit(
        self, actor: Actor, session_id: str, edit: Callable[[Interview], object], revision: int | None
    ) -> Interview:
        """Load, edit, save; tried again when somebody saved in between, unless the caller named a revision."""
        conversation = self._conversation(actor)
        for _ in range(TRIES):
            interview = conversation.catch_up(session_id)
            if revision is not None and interview.revision != revision:
                raise StaleSession(session_id, interview.revision)
            edit(interview)
            try:
                self._sessions(actor.user_id).save_session(interview)
            except StaleSession:
                continue
            return self._changed(actor, session_id)
        raise Busy("Too many others change this interview at once; try again.", session_id=session_id)


def topic_of(session_id: str) -> str:
    """The topic of the event bus on which changes of a session are told."""
    return f"session:{session_id}"


def _response(sessions: SessionManager, interview: Interview, said: Message) -> Answered:
    replies = sessions.messages(interview.session_id, after=said.n)
    reply = next((message for message in replies if message.meta.get("through", 0) >= said.n), None)
    if reply is None:
        check_open(interview)
        raise Busy("The answer is kept; the next question is still being prepared. Try again.")
    return answered(interview, reply)


def _apply(
    interview: Interview, checked: Mapping[str, Any], summary: ExtractedSummary | Mapping[str, Any] | None
) -> None:
    for name, value in checked.items():
        setattr(interview, name, value)
    if "confidence_threshold" in checked:
        interview.goals = against(interview.goals, interview.confidence_threshold)
    if summary is not None:
        correct(interview, merged(interview.extracted_summary or ExtractedSummary(), summary))


def _report_of(interview: Interview) -> Report:
    if interview.status != InterviewStatus.COMPLETE or interview.report is None:
        raise ReportNotReady("The report is made when the interview is complete.", status=str(interview.status))
    return interview.report


def _check_answer(message_id: str, content: str) -> None:
    check_text("message_id", message_id, limit=200)
    if not message_id.strip() or message_id == SUMMARY_ID or message_id.startswith(OURS):
        raise Invalid("message_id", message_id, f"an id of your own; “{SUMMARY_ID}” and “{OURS}…” are ours")
    check_text("content", content, limit=CONTENT_LIMIT)
    _not_blank("content", content)


def _not_blank(field: str, value: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Invalid(field, value, "a text that is not blank")
    return value


def _find(transcript: Sequence[Message], message_id: str) -> Message | None:
    return next((message for message in transcript if message.message_id == message_id), None)
