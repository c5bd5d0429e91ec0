"""The default interviewer: readable rules, no key, no network, no model."""

from providers.interviewers.rules.interviewer import RulesInterviewer

__all__ = ["RulesInterviewer"]
