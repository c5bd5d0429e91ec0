"""What an interview wants to know, in the order in which a conversation would naturally come to it."""

from domain.interview import Goal, Topic

DESCRIPTIONS: dict[Topic, str] = {
    "what": "What happened, and what was said and done",
    "who": "Who took part, who was there, and how they belong together",
    "when": "When it happened",
    "where": "Where it happened",
    "sequence": "In which order it happened, what came before and after",
    "how_known": "How the interviewee knows it: seen, heard, or told by others",
    "impact": "What followed from it for people and things",
    "evidence": "What or who else could show it",
    "contradictions": "Whether the statements agree with each other",
}


def new_goals() -> list[Goal]:
    """The goals of an interview that has not begun."""
    return [Goal(topic=topic, description=text) for topic, text in DESCRIPTIONS.items()]


def goal_of(goals: list[Goal], topic: Topic) -> Goal:
    """The goal of a topic; every interview has one for each."""
    return next(goal for goal in goals if goal.topic == topic)
