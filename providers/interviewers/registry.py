"""The interviewers by name. A new one is a module beside this one and an entry here."""

from domain.registry import Registry
from providers.interviewers.base import Interviewer

INTERVIEWERS: Registry[Interviewer] = Registry(
    "GREENROOM_INTERVIEWER",
    Interviewer,  # type: ignore[type-abstract]  # mypy has no spelling for "an abstract class as a value"
    {"rules": "providers.interviewers.rules:RulesInterviewer"},
)
