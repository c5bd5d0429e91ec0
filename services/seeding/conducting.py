"""Makes one seeded interview: opened, conducted and ended as a person would, in a time that passes by itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.actor import Actor
from domain.errors import Busy
from domain.interview import Interview, InterviewStatus, Stage
from services.interviews.conversation import as_interview
from services.interviews.service import InterviewService
from services.seeding import marks
from services.seeding.scenario import Ending, Seed
from services.session_manager import SessionManager

NOTHING_MORE = "No, that is all."
READ_BACK = ("Yes, that's right.", NOTHING_MORE)
SECONDS_BETWEEN_WORDS = 20
ANSWERS_AT_MOST = 60
"""More than any interview asks."""


class PassingTime:
    """A clock that goes on a little whenever it is read, and stands still once it reaches the present."""

    def __init__(self, begins: datetime, present: datetime) -> None:
        self.moment = begins
        self.present = present

    def __call__(self) -> datetime:
        self.moment = min(self.moment + timedelta(seconds=SECONDS_BETWEEN_WORDS), self.present)
        return self.moment


class Conducting:
    """One seed, for one owner. `interviews` reads the time from `time`; `sessions` are those of the owner."""

    def __init__(
        self, seed: Seed, actor: Actor, sessions: SessionManager, interviews: InterviewService, time: PassingTime
    ) -> None:
        self.seed = seed
        self.actor = actor
        self.sessions = sessions
        self.interviews = interviews
        self.time = time

    def conduct(self) -> Interview:
        """Make the session; only the last write marks it as whole.

        Raises SessionExists, and Busy when somebody else took part in it.
        """
        self._open()
        given = sum(1 for _ in self._answers())
        self._end()
        made = as_interview(self.sessions.load_session(self.seed.session_id))
        if made.turn_count != given:
            raise Busy("Somebody answered in this interview while it was made; seed again.", session_id=made.session_id)
        made.archived_at = self.time() if self.seed.archived else None
        made.extra = {**made.extra, **marks.finished(self.seed, made)}
        return as_interview(self.sessions.save_session(made))

    def _open(self) -> None:
        story = self.seed.story
        began = self.time()
        self.sessions.create_session(
            session_id=self.seed.session_id,
            incident_name=story.incident_name,
            interviewee_name=story.interviewee_name,
            interviewee_role=story.interviewee_role,
            summary=story.summary,
            mode=self.seed.mode,
            user_email=self.actor.email,
            created_at=began,
            extra=marks.begun(self.seed),
        )
        if self.seed.mode == "voice":
            conversation = f"conversation-{self.seed.session_id}"
            self._note_call(hume_conversation_id=conversation, voice_call_started_at=began)

    def _answers(self) -> Iterator[str]:
        """Give the answers, and yield each that was given."""
        left = {topic: list(says) for topic, says in self.seed.story.answers.items()}
        read_back = list(READ_BACK)
        for turn in range(ANSWERS_AT_MOST if self.seed.turns is None else self.seed.turns):
            now = self.interviews.load(self.actor, self.seed.session_id, messages=0)
            if now.status != InterviewStatus.ACTIVE:
                return
            says = read_back if now.stage == Stage.READ_BACK else left.get(now.current_topic or "what")
            content = says.pop(0) if says else NOTHING_MORE
            self.interviews.answer(self.actor, self.seed.session_id, message_id=f"seed-{turn}", content=content)
            yield content
        self.interviews.load(self.actor, self.seed.session_id, messages=0)  # asks its first question at least

    def _end(self) -> None:
        session_id, ending = self.seed.session_id, self.seed.ending
        if ending == Ending.PAUSED:
            self.interviews.pause(self.actor, session_id)
        elif ending == Ending.FAILED:
            why = "the connection broke off and was not taken up again"
            self.sessions.transition(session_id, InterviewStatus.FAILED, by=self.actor.user_id, why=why)
        elif ending == Ending.COMPLETE:
            self.interviews.complete(self.actor, session_id)
        if self.seed.mode == "voice" and ending != Ending.RUNNING:
            self._note_end_of_call()

    def _note_end_of_call(self) -> None:
        began = as_interview(self.sessions.load_session(self.seed.session_id, messages=0)).voice_call_started_at
        ended = self.time()
        seconds = (ended - began).total_seconds() if began else 0.0
        self._note_call(voice_call_ended_at=ended, voice_call_duration_seconds=seconds)

    def _note_call(self, **fields: object) -> None:
        self.sessions.update_voice_metadata(self.seed.session_id, **fields)
