"""A forgotten password."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from domain.errors import Invalid
from domain.mailed_link import LinkGone
from web.auth import app_services
from web.forms import Form
from web.limits import limit_mail, limit_secrets
from web.pages.account.blueprint import HERE, account
from web.pages.account.fields import chosen_password_field, email_field
from web.pages.forms import attach


class ForgottenForm(Form):
    """Whose password is forgotten."""

    email = email_field()


class NewPasswordForm(Form):
    """The password that takes its place."""

    password = chosen_password_field("New password")


@account.route("/reset-password", methods=["GET", "POST"])
@limit_mail
def forgotten() -> str | tuple[str, int]:
    """Ask for a link. The answer is the same whether or not somebody has the address."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("account/forgotten.html", form=form), 422 if form.is_submitted() else 200
    try:
        app_services().recovery.request(form.email.data)
    except Invalid as refusal:
        attach(form, refusal)
        return render_template("account/forgotten.html", form=form), 422
    return render_template("account/mail_is_on_its_way.html", email=form.email.data, purpose="reset")


@account.route("/reset-password/<secret>", methods=["GET", "POST"])
@limit_secrets
def reset(secret: str) -> str | Response | tuple[str, int]:
    """Choose another password; every login of this account ends."""
    form = NewPasswordForm()
    recovery = app_services().recovery
    try:
        email = recovery.look_at(secret)
        if not form.validate_on_submit():
            page = render_template("account/reset.html", form=form, email=email)
            return page, 422 if form.is_submitted() else 200
        recovery.confirm(secret, password=form.password.data)
    except LinkGone:
        return render_template("account/link_gone.html", again="account.forgotten"), 404
    except Invalid as refusal:
        attach(form, refusal)
        return render_template("account/reset.html", form=form, email=email), 422
    flash("Your password is changed, and every login has ended. Log in with the new one.", "done")
    return redirect(url_for("account.login", next=url_for(HERE)))
