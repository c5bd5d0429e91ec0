"""Tokens that I give to my programs."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from domain.errors import Conflict, Invalid
from domain.login import API_TOKEN_DAYS as DAYS
from domain.login import API_TOKEN_NAME_LIMIT as NAME_LIMIT
from web.auth import app_services, current_actor, current_login, login_required, origin
from web.forms import Form
from web.pages.account.blueprint import account
from web.pages.forms import attach

LIFETIMES = {7: "A week", 30: "A month", 90: "Three months", 365: "A year"}


class TokenForm(Form):
    """What a token is for, and for how long."""

    name = StringField("What is it for?", [InputRequired("Say what it is for."), Length(max=NAME_LIMIT)])
    days = SelectField(
        "Good for", coerce=int, choices=[SelectChoice(days, LIFETIMES[days]) for days in DAYS], default=90
    )


@account.get("/account/tokens")
@login_required
def tokens() -> str:
    """My tokens."""
    return _page(TokenForm(formdata=None))


@account.post("/account/tokens")
@login_required
def create_token() -> str | tuple[str, int]:
    """Make a token, and show it this once."""
    form = TokenForm()
    if form.validate_on_submit():
        try:
            made, secret = app_services().api_tokens.create(
                current_actor(),
                name=form.name.data,
                days=form.days.data,
                by=current_login().kind,
                address=origin().address,
            )
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            return _page(TokenForm(formdata=None), made=made.name, secret=secret)
    return _page(form), 422


@account.post("/account/tokens/<uuid:token_id>/end")
@login_required
def end_token(token_id: object) -> Response:
    """End a token; whatever uses it is shut out."""
    app_services().api_tokens.revoke(current_actor(), str(token_id))
    flash("That token has ended.", "done")
    return redirect(url_for("account.tokens"))


def _page(form: TokenForm, **made: str) -> str:
    own = app_services().api_tokens.list_own(current_actor())
    return render_template("account/tokens.html", form=form, tokens=own, **made)
