"""An interview that a test answers line by line."""

from functools import partial

from domain.actor import Actor
from providers.interviewers.rules import RulesInterviewer
from services.interviews.service import InterviewService
from services.session_manager import SessionManager
from tests.services.interviews.conduct import Silent
from tests.services.interviews.memory import MemoryStorage

ACTOR = Actor(user_id="u")


class Talk:
    """An interview that is answered line by line."""

    ACTOR = ACTOR

    def __init__(self, summary="", role="witness"):
        self.service = InterviewService(partial(SessionManager, MemoryStorage()), RulesInterviewer(), Silent())
        opened = self.service.open(
            ACTOR,
            incident_name="An incident",
            interviewee_name="Hannah Vogt",
            interviewee_role=role,
            summary=summary,
        )
        self.session_id, self.number = opened.session_id, 0
        self.session, self.asked = opened, [opened.current_question]

    def say(self, text):
        self.number += 1
        answer = self.service.answer(ACTOR, self.session_id, message_id=f"m{self.number}", content=text)
        self.session = answer.session
        self.asked.append(answer.question)
        return answer.question

    def say_until_read_back(self, text, limit=30):
        while self.session.stage != "read_back" and len(self.asked) < limit:
            self.say(text)
        return self.asked
