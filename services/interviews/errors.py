"""What an interview refuses because of where it stands."""

from domain.errors import Conflict
from domain.interview import Interview, InterviewStatus


class InterviewPaused(Conflict):
    """Nothing is asked or answered while an interview is paused."""

    code = "interview_paused"


class InterviewComplete(Conflict):
    """A complete interview takes no answers until it is reopened."""

    code = "interview_complete"


class InterviewFailed(Conflict):
    """A failed interview takes no answers until it is reopened."""

    code = "interview_failed"


class ReportNotReady(Conflict):
    """The report is made when the interview is complete."""

    code = "report_not_ready"


class MessageIdTaken(Conflict):
    """Another answer was sent under this id."""

    code = "message_id_taken"


def check_open(interview: Interview) -> None:
    """Refuse an answer to an interview that takes none now, saying what to do."""
    if interview.status == InterviewStatus.PAUSED:
        raise InterviewPaused("This interview is paused. Resume it, then send the answer again.")
    if interview.status == InterviewStatus.COMPLETE:
        raise InterviewComplete("This interview is complete. Reopen it to add something.")
    if interview.status == InterviewStatus.FAILED:
        raise InterviewFailed("This interview has failed. Reopen it, then send the answer again.")
