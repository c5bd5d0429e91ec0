"""How people hear of things: by mail, worded when it is delivered, and by notices on their home page."""

from services.notifications.letters import Draft, Letter, TrialLetter
from services.notifications.mailer import Mailer
from services.notifications.notices import Notice, NoticeService
from services.notifications.wording import Wording

__all__ = ["Draft", "Letter", "Mailer", "Notice", "NoticeService", "TrialLetter", "Wording"]
