"""Making an account: the address first, and the password once its mail was read."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import Length

from domain.errors import Conflict, Invalid
from domain.mailed_link import LinkGone
from web.auth import app_services, find_actor, log_in
from web.forms import Form
from web.limits import limit_mail, limit_secrets
from web.pages.account.blueprint import HERE, account
from web.pages.account.fields import (
    PASSWORD_LENGTH,
    chosen_password_field,
    email_field,
    in_zone,
    name_field,
    time_zone_field,
)
from web.pages.forms import attach


class RegisterForm(Form):
    """Who wants an account."""

    display_name = name_field()
    email = email_field()
    access_password = PasswordField("Password of your organisation", [Length(max=PASSWORD_LENGTH)])


class ChoosePasswordForm(Form):
    """The password of a new account."""

    password = chosen_password_field()
    time_zone = time_zone_field()


@account.route("/register", methods=["GET", "POST"])
@limit_mail
def register() -> str | Response | tuple[str, int]:
    """Ask for an account. The answer is the same whether or not the address has one already."""
    if request.method == "GET" and find_actor() is not None:
        return redirect(url_for(HERE))
    form = RegisterForm()
    if not app_services().registration.asks_for_password:
        del form.access_password
    if not form.validate_on_submit():
        return render_template("account/register.html", form=form), 422 if form.is_submitted() else 200
    fields = {name: field.data for name, field in form._fields.items() if name != "csrf_token"}
    try:
        app_services().registration.request(**fields)
    except (Invalid, Conflict) as refusal:
        attach(form, refusal)
        return render_template("account/register.html", form=form), 422
    return render_template("account/mail_is_on_its_way.html", email=form.email.data, purpose="register")


@account.route("/register/<secret>", methods=["GET", "POST"])
@limit_secrets
def finish_registration(secret: str) -> str | Response | tuple[str, int]:
    """Choose a password and come in."""
    form = ChoosePasswordForm()
    registration = app_services().registration
    try:
        link = registration.look_at(secret)
        if not form.validate_on_submit():
            page = render_template("account/finish_registration.html", form=form, link=link)
            return page, 422 if form.is_submitted() else 200
        user = registration.confirm(secret, password=form.password.data)
    except LinkGone:
        return render_template("account/link_gone.html", again="account.register"), 404
    except Invalid as refusal:
        attach(form, refusal)
        return render_template("account/finish_registration.html", form=form, link=link), 422
    log_in(in_zone(user, form.time_zone.data))
    flash("Your account is made. This is your home.", "done")
    return redirect(url_for(HERE))
