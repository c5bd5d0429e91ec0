"""Home: what runs, what comes next, what waits, what was lately."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from domain import clock
from domain.session import SessionSummary
from web.auth import current_actor, login_required
from web.pages.times import viewer_zone
from web.services import app_services

home = Blueprint("home", __name__)

GREETINGS = ((5, "Good night"), (12, "Good morning"), (18, "Good afternoon"), (24, "Good evening"))
"""Up to which hour each is said."""


class Day(NamedTuple):
    """Today as a line: where on it we are and where something is planned, in minutes since midnight."""

    date: str
    clock: str
    minute: int
    marks: list[int]
    greeting: str


@home.get("/dashboard")
@login_required
def dashboard() -> str:
    """Everything that concerns this person, of every kind."""
    at_home = app_services().overview.at_home(current_actor())
    notices = app_services().notices.list_unread(current_actor())
    return render_template("home/dashboard.html", at_home=at_home, notices=notices, day=_day(at_home.upcoming))


@home.post("/notices/<uuid:notice_id>/dismiss")
@login_required
def dismiss_notice(notice_id: UUID) -> Response:
    """Show a notice of mine no more."""
    app_services().notices.dismiss(current_actor(), str(notice_id))
    return redirect(url_for("home.dashboard"))


def _day(upcoming: Sequence[SessionSummary]) -> Day:
    now = clock.now().astimezone(viewer_zone())
    starts = [row.starts_at.astimezone(viewer_zone()) for row in upcoming if row.starts_at]
    return Day(
        date=f"{now:%A}, {now.day} {now:%B}",
        clock=f"{now:%H:%M}",
        minute=now.hour * 60 + now.minute,
        marks=[start.hour * 60 + start.minute for start in starts if start.date() == now.date()],
        greeting=next(words for until, words in GREETINGS if now.hour < until),
    )
