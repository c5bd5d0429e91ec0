"""What lets me in: my password, my e-mail address, and where I am logged in."""

from flask import flash, redirect, render_template, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import Invalid
from domain.login import LoginKind
from web.auth import app_services, current_actor, current_login, log_in, log_out, login_required
from web.forms import Form
from web.limits import limit_login, limit_mail
from web.pages.account.blueprint import account
from web.pages.account.fields import chosen_password_field, email_field, present_password_field
from web.pages.forms import attach

SHOWN = (LoginKind.BROWSER, LoginKind.PROGRAM)


class PasswordForm(Form):
    """The password now, and the one to be."""

    current_password = present_password_field("Password now")
    new_password = chosen_password_field("New password")


class EmailForm(Form):
    """The address to be, and the password that shows who asks."""

    email = email_field("New e-mail address")
    password = present_password_field()


@account.get("/account/security")
@login_required
def security() -> str:
    """My password, my address, my logins."""
    return _page()


@account.post("/account/password")
@limit_login
@login_required
def change_password() -> Response | tuple[str, int]:
    """Take a new password; every other login of mine ends."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            user = app_services().accounts.change_password(
                current_actor().user_id, current=form.current_password.data, new=form.new_password.data
            )
        except Invalid as refusal:
            attach(form, refusal)
        else:
            log_in(user, remember=_is_remembered())
            flash("Your password is changed. Every other login of yours has ended.", "done")
            return _back()
    return _page(password_form=form), 422


@account.post("/account/email")
@limit_mail
@limit_login
@login_required
def request_email_change() -> Response | tuple[str, int]:
    """Have a link mailed to the address that is to be mine."""
    form = EmailForm()
    if form.validate_on_submit():
        try:
            app_services().email_addresses.request_change(
                current_actor(), email=form.email.data, password=form.password.data
            )
        except Invalid as refusal:
            attach(form, refusal)
        else:
            flash(f"A link is on its way to {form.email.data}. Your address changes once you follow it.", "done")
            return _back()
    return _page(email_form=form), 422


@account.post("/account/email/verification")
@limit_mail
@login_required
def request_verification() -> Response:
    """Have a link mailed to my own address."""
    app_services().email_addresses.request_verification(current_actor())
    flash(f"A link is on its way to {current_user.user.email}.", "done")
    return _back()


@account.post("/account/logins/<uuid:login_id>/end")
@login_required
def end_login(login_id: object) -> Response:
    """End one login of mine; this one too."""
    if str(login_id) == current_login().login_id:
        log_out()
        flash("You are logged out.", "done")
        return redirect(url_for("public.home"))
    app_services().logins.end(current_actor(), str(login_id), *SHOWN)
    flash("That login has ended.", "done")
    return _back()


@account.post("/account/logins/end-others")
@login_required
def end_other_logins() -> Response:
    """End every login of mine but this one."""
    ended = app_services().logins.end_others(current_actor(), current_login().login_id)
    flash("One other login has ended." if ended == 1 else f"{ended} other logins have ended.", "done")
    return _back()


def _is_remembered() -> bool:
    return bool(session.permanent)


def _back() -> Response:
    return redirect(url_for("account.security"))


def _page(*, password_form: PasswordForm | None = None, email_form: EmailForm | None = None) -> str:
    return render_template(
        "account/security.html",
        password_form=password_form or PasswordForm(formdata=None),
        email_form=email_form or EmailForm(formdata=None),
        logins=app_services().logins.list_own(current_actor(), *SHOWN),
        here=current_login().login_id,
    )
