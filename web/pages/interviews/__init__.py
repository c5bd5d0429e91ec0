"""Interviews: the list, opening one, the conversation, correcting what was understood, the report."""

from web.pages.interviews import actions, conversation, guest_links, listing, new, report, summary
from web.pages.interviews.blueprint import interviews

__all__ = ["actions", "conversation", "guest_links", "interviews", "listing", "new", "report", "summary"]
