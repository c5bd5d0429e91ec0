"""The words that pages use for what programs call by shorter names, and the tone of each status."""

from typing import NamedTuple

from domain.interview import Goal, GoalStatus, Stage


class Chip(NamedTuple):
    """A status as people see it: a word, a tone (green, amber, red, slate) and an icon. Never the tone alone."""

    word: str
    tone: str
    icon: str


STATUS: dict[str, dict[str, Chip]] = {
    "interview": {
        "active": Chip("In conversation", "green", "chat-square-text"),
        "processing": Chip("Writing the report", "slate", "hourglass-split"),
        "paused": Chip("Paused", "amber", "pause"),
        "complete": Chip("Complete", "slate", "check2-circle"),
        "failed": Chip("Stopped by a fault", "red", "exclamation-triangle"),
    },
    "training": {
        "scheduled": Chip("Planned", "slate", "clock"),
        "live": Chip("Live now", "red", "broadcast"),
        "ended": Chip("Ended", "slate", "check2-circle"),
        "canceled": Chip("Cancelled", "slate", "x-lg"),
        "missed": Chip("Did not take place", "amber", "exclamation-triangle"),
    },
    "live": {
        "idle": Chip("Being prepared", "slate", "clock"),
        "ready": Chip("Ready", "green", "check-lg"),
        "publishing": Chip("About to begin", "amber", "hourglass-split"),
        "live": Chip("Live now", "red", "broadcast"),
        "ending": Chip("Ending", "amber", "hourglass-split"),
        "stopped": Chip("Ended", "slate", "check2-circle"),
        "cancelled": Chip("Cancelled", "slate", "x-lg"),
        "aborted": Chip("Interrupted", "red", "exclamation-triangle"),
    },
}

KINDS = {
    "interview": Chip("Interview", "slate", "chat-quote"),
    "training": Chip("Training", "slate", "mortarboard"),
    "live": Chip("Broadcast", "slate", "broadcast"),
}

ROLES = {
    "participant": ("Participant", "I was part of it"),
    "witness": ("Witness", "I saw or heard it myself"),
    "secondhand": ("Second-hand", "Somebody told me about it"),
    "friend": ("Friend", "I stand by somebody it happened to"),
}

MODES = {"text": "Text", "voice": "Voice"}

TOPICS = {
    "who": "Who was there",
    "what": "What happened",
    "when": "When",
    "where": "Where",
    "sequence": "In what order",
    "how_known": "How it is known",
    "impact": "What it led to",
    "evidence": "What shows it",
    "contradictions": "What does not fit",
}

STAGES = {
    Stage.ACCOUNT: "Your account",
    Stage.PROBING: "Going deeper",
    Stage.CONTRADICTIONS: "What does not fit",
    Stage.READ_BACK: "Reading back",
    Stage.CLOSED: "Closed",
}


def goal_state(goal: Goal) -> str:
    """Where a goal stands, in words."""
    if goal.exhausted:
        return "Not known"
    if goal.status == GoalStatus.COMPLETE:
        return "Clear"
    return "Open" if goal.status == GoalStatus.NOT_STARTED else "In progress"
