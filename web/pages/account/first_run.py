"""The first account of a fresh installation."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from domain.errors import Conflict, Invalid
from web.auth import app_services, log_in
from web.forms import Form
from web.limits import limit_login
from web.pages.account.blueprint import HERE, account
from web.pages.account.fields import chosen_password_field, email_field, in_zone, name_field, time_zone_field
from web.pages.forms import attach


class FirstRunForm(Form):
    """The account of whoever sets up this installation."""

    display_name = name_field()
    email = email_field()
    password = chosen_password_field()
    time_zone = time_zone_field()


@account.route("/first-run/<token>", methods=["GET", "POST"])
@limit_login
def first_run(token: str) -> str | Response | tuple[str, int]:
    """Make the first account, once."""
    form = FirstRunForm()
    if app_services().accounts.has_users():
        return render_template("account/first_run_over.html"), 410
    if not form.validate_on_submit():
        return render_template("account/first_run.html", form=form), 422 if form.is_submitted() else 200
    try:
        user = app_services().accounts.claim_first_run(
            token, email=form.email.data, password=form.password.data, display_name=form.display_name.data
        )
    except (Invalid, Conflict) as refusal:
        attach(form, refusal)
        return render_template("account/first_run.html", form=form), 422
    log_in(in_zone(user, form.time_zone.data))
    flash("Your account is made. This is your home.", "done")
    return redirect(url_for(HERE))
