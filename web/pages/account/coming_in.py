"""Coming in and going out."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField

from domain.errors import LoginFailed
from web.auth import app_services, find_actor, log_in, log_out, safe_next
from web.forms import Form
from web.limits import limit_login
from web.pages.account.blueprint import HERE, account
from web.pages.account.fields import email_field, present_password_field


class LoginForm(Form):
    """E-mail and password."""

    email = email_field()
    password = present_password_field()
    remember = BooleanField("Stay logged in on this device for 30 days")


@account.route("/login", methods=["GET", "POST"])
@limit_login
def login() -> str | Response | tuple[str, int]:
    """Log in and go on to where one was heading."""
    target = safe_next(request.args.get("next"), url_for(HERE))
    if request.method == "GET" and find_actor() is not None:
        return redirect(target)
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("account/login.html", form=form), 422 if form.is_submitted() else 200
    try:
        user = app_services().accounts.check_password(form.email.data, form.password.data)
    except LoginFailed as refusal:
        return render_template("account/login.html", form=form, refusal=refusal.message), 401
    log_in(user, remember=form.remember.data)
    return redirect(target)


@account.post("/logout")
def logout() -> Response:
    """End the login of this browser."""
    log_out()
    flash("You are logged out.", "done")
    return redirect(url_for("public.home"))
