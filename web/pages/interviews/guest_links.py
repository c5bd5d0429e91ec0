"""Links by which somebody else tells it themselves: make one, copy it, end it."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from domain.errors import Conflict, Invalid
from domain.guest_link import GUEST_LINK_DAYS as DAYS
from web.auth import current_actor, login_required
from web.forms import Form
from web.pages.forms import attach
from web.pages.interviews.blueprint import interviews
from web.services import app_services

LIFETIMES = {1: "A day", 7: "A week", 30: "A month"}


class GuestForm(Form):
    """For whom a link is, and for how long."""

    guest_name = StringField("Who is it for?", [InputRequired("Say who it is for."), Length(max=200)])
    days = SelectField(
        "Good for", coerce=int, choices=[SelectChoice(days, LIFETIMES[days]) for days in DAYS], default=7
    )


@interviews.get("/<session_id:session_id>/guests")
@login_required
def guest_links(session_id: str) -> str:
    """The links into this interview."""
    return _page(session_id, GuestForm(formdata=None))


@interviews.post("/<session_id:session_id>/guests")
@login_required
def invite_guest(session_id: str) -> Response | tuple[str, int]:
    """Make a link."""
    form = GuestForm()
    if form.validate_on_submit():
        try:
            app_services().guests.invite(
                current_actor(), session_id, guest_name=form.guest_name.data, days=form.days.data
            )
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            flash("The link is made. Copy it and send it to whom it is for.", "done")
            return redirect(url_for("interviews.guest_links", session_id=session_id))
    return _page(session_id, form), 422


@interviews.post("/<session_id:session_id>/guests/<uuid:link_id>/end")
@login_required
def end_guest_link(session_id: str, link_id: object) -> Response:
    """Shut out whoever came by this link."""
    app_services().guests.end(current_actor(), session_id, str(link_id))
    flash("That link has ended; nobody comes in by it any more.", "done")
    return redirect(url_for("interviews.guest_links", session_id=session_id))


def _page(session_id: str, form: GuestForm) -> str:
    actor = current_actor()
    interview = app_services().interviews.load(actor, session_id, messages=0)
    links = app_services().guests.list_links(actor, session_id)
    return render_template("interviews/guest_links.html", interview=interview, links=links, form=form)
