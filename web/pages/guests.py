"""The door for guests: a link lets somebody without an account into one session of whoever sent it."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.guest_link import GuestLinkGone
from web.auth import admit_guest
from web.limits import limit_secrets
from web.services import app_services

guests = Blueprint("guests", __name__)


@guests.route("/g/<token>", methods=["GET", "POST"])
@limit_secrets
def come_in(token: str) -> str | Response | tuple[str, int]:
    """Say who asks and what for; then go on to the session."""
    try:
        guest = app_services().guests.look_at(token)
    except GuestLinkGone as gone:
        return render_template("guests/gone.html", message=gone.message), 404
    if request.method == "GET":
        host = app_services().accounts.load_user(guest.owner_id)
        return render_template("guests/come_in.html", guest=guest, host=host)
    admit_guest(guest)
    return redirect(url_for("interviews.conversation", session_id=guest.session_id))
