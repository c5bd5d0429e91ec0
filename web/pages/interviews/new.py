"""Opening an interview."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import IntegerRangeField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from domain.errors import Invalid
from web.auth import current_actor, login_required
from web.forms import Form
from web.pages.forms import attach
from web.pages.interviews.blueprint import interviews
from web.pages.words import ROLES
from web.services import app_services

SHORT = Length(max=200, message="At most 200 characters.")


class NewInterviewForm(Form):
    """What an interview begins with."""

    incident_name = StringField(
        "What is it about?",
        [InputRequired("Give the incident a name."), SHORT],
    )
    interviewee_name = StringField("Who tells it?", [InputRequired("Enter the name."), SHORT])
    interviewee_role = RadioField(
        "How do they stand to it?",
        choices=[SelectChoice(role, word) for role, (word, _) in ROLES.items()],
        validators=[InputRequired("Choose one.")],
    )
    confidence_threshold = IntegerRangeField(
        "How sure is sure enough?", [NumberRange(20, 95, "Choose between 20 and 95.")], default=90
    )
    summary = TextAreaField(
        "What is known so far", [Length(max=20_000, message="At most 20,000 characters; your text is kept above.")]
    )


@interviews.get("/new")
@login_required
def new() -> str:
    """The empty form."""
    return render_template("interviews/new.html", form=NewInterviewForm(formdata=None))


@interviews.post("/new")
@login_required
def create() -> Response | tuple[str, int]:
    """Open it and go to the first question."""
    form = NewInterviewForm()
    if form.validate_on_submit():
        try:
            opened = app_services().interviews.open(
                current_actor(),
                incident_name=form.incident_name.data.strip(),
                interviewee_name=form.interviewee_name.data.strip(),
                interviewee_role=form.interviewee_role.data,
                confidence_threshold=form.confidence_threshold.data,
                summary=(form.summary.data or "").strip(),
            )
        except Invalid as refusal:
            attach(form, refusal)
        else:
            return redirect(url_for("interviews.conversation", session_id=opened.session_id, opened=1))
    return render_template("interviews/new.html", form=form), 422
