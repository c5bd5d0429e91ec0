"""Search in the top line: a person's own sessions of every kind, by their title."""

from flask import Blueprint, render_template, request

from web.auth import current_actor, login_required
from web.services import app_services

search = Blueprint("search", __name__)


@search.get("/search")
@login_required
def results() -> str:
    """What the words of `q` find."""
    text = request.args.get("q", "").strip()
    return render_template("search.html", q=text, found=app_services().search.find(current_actor(), text))
