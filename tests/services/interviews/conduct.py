"""Conducts the incidents of `tests/data/incidents` through the real service, each answered by a scripted person.

python -m tests.services.interviews.conduct              # print question and answer of every incident
python -m tests.services.interviews.conduct --write      # regenerate the reports that the tests compare with
python -m tests.services.interviews.conduct stolen       # only those whose name contains the word
"""

import re
import sys
import tomllib
from collections import defaultdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from domain.actor import Actor
from providers.interviewers.rules import RulesInterviewer
from services.interviews.markdown import report_as_markdown
from services.interviews.service import InterviewService
from services.session_manager import SessionManager
from tests.services.interviews.memory import MemoryStorage

INCIDENTS = Path(__file__).parents[2] / "data" / "incidents"
REPORTS = INCIDENTS / "reports"
MOMENT = datetime(2026, 11, 13, 9, 30, tzinfo=UTC)
ACTOR = Actor(user_id="interviewer-of-the-tests")


class Silent:
    """An event bus that nobody listens to."""

    def publish(self, topic):
        self.last = topic


class Persona:
    """Answers by what the question is about, in the order of the script, and then has nothing more to say."""

    def __init__(self, script):
        self.by_topic = defaultdict(list, {topic: list(says) for topic, says in script.get("answers", {}).items()})
        self.reacts = list(script.get("reacts", []))
        self.read_back = list(script.get("read_back", ["Yes, that's right."]))

    def answer(self, question, topic, stage):
        for reaction in self.reacts:
            if re.search(reaction["to"], question, re.IGNORECASE):
                self.reacts.remove(reaction)
                return reaction["say"]
        if stage == "read_back":
            return self.read_back.pop(0) if self.read_back else "No, that is all."
        says = self.by_topic[topic] or self.by_topic["otherwise"]
        return (
            says.pop(0)
            if len(says) > 1 or (says and says is self.by_topic[topic])
            else (says or ["I don't know any more."])[0]
        )


class Conducted:
    """An incident that was conducted to its end."""

    def __init__(self, name):
        self.name = name
        self.script = tomllib.loads((INCIDENTS / f"{name}.toml").read_text(encoding="utf-8"))
        self.service = InterviewService(
            partial(SessionManager, MemoryStorage()), RulesInterviewer(), Silent(), clock=lambda: MOMENT
        )
        fields = ("incident_name", "interviewee_name", "interviewee_role", "summary", "confidence_threshold")
        opened = self.service.open(ACTOR, **{name: self.script[name] for name in fields if name in self.script})
        self.session_id = opened.session_id
        self._converse(Persona(self.script))
        self.interview = self.service.load(ACTOR, self.session_id)
        self.report = self.service.report(ACTOR, self.session_id)
        self.markdown = report_as_markdown(self.interview, self.report)

    def _converse(self, persona, limit=40):
        for turn in range(limit):
            now = self.service.load(ACTOR, self.session_id, messages=0)
            if now.status == "complete":
                return
            says = persona.answer(now.current_question, now.current_topic, now.stage)
            self.service.answer(ACTOR, self.session_id, message_id=f"turn-{turn}", content=says)
        raise AssertionError(f"{self.name} did not end within {limit} turns")

    @property
    def questions(self):
        return [said.content for said in self.interview.messages if said.role == "interviewer"]

    @property
    def told(self):
        return "\n".join(said.content for said in self.interview.messages if said.role == "interviewee")


def incident_names():
    return sorted(path.stem for path in INCIDENTS.glob("*.toml"))


def main(arguments):
    words = [argument for argument in arguments if not argument.startswith("--")]
    for name in incident_names():
        if words and not any(word in name for word in words):
            continue
        conducted = Conducted(name)
        if "--write" in arguments:
            (REPORTS / f"{name}.md").write_text(conducted.markdown, encoding="utf-8")
        else:
            print(f"\n=== {name} ({conducted.interview.turn_count} turns)")
            for said in conducted.interview.messages:
                print(f"{'Q' if said.role == 'interviewer' else 'A'} {said.content}\n")
            print(conducted.markdown)


if __name__ == "__main__":
    main(sys.argv[1:])
