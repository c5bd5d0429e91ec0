"""Coming in and going out, the first account of a fresh installation, and one's own settings."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from domain.errors import Conflict, Invalid, LoginFailed
from domain.user import User
from web.auth import app_services, current_actor, find_actor, log_in, log_out, login_required, safe_next
from web.forms import Form
from web.limits import limit_login
from web.pages.forms import attach
from web.pages.rendering import THEMES, theme_cookie
from web.pages.times import zone_names

account = Blueprint("account", __name__)

THEME_COOKIE_SECONDS = 365 * 24 * 3600
HERE = "home.dashboard"


class LoginForm(Form):
    """E-mail and password."""

    email = EmailField("E-mail address", [InputRequired("Enter your e-mail address."), Length(max=320)])
    password = PasswordField("Password", [InputRequired("Enter your password."), Length(max=1000)])


class FirstRunForm(Form):
    """The account of whoever sets up this installation."""

    display_name = StringField("Your name", [InputRequired("Enter your name."), Length(max=200)])
    email = EmailField("E-mail address", [InputRequired("Enter your e-mail address."), Length(max=320)])
    password = PasswordField("Password", [InputRequired("Choose a password."), Length(max=1000)])
    time_zone = HiddenField("Time zone")


class ProfileForm(Form):
    """Name and time zone."""

    display_name = StringField("Your name", [InputRequired("Enter your name."), Length(max=200)])
    time_zone = SelectField("Time zone", validate_choice=False)


class PasswordForm(Form):
    """The password now, and the one to be."""

    current_password = PasswordField("Password now", [InputRequired("Enter your present password."), Length(max=1000)])
    new_password = PasswordField("New password", [InputRequired("Choose a new password."), Length(max=1000)])


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
    log_in(user)
    return redirect(target)


@account.post("/logout")
def logout() -> Response:
    """End the login of this browser."""
    log_out()
    flash("You are logged out.", "done")
    return redirect(url_for("public.home"))


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
    log_in(_in_zone(user, form.time_zone.data))
    flash("Your account is made. This is your home.", "done")
    return redirect(url_for(HERE))


def _in_zone(user: User, time_zone: str | None) -> User:
    """The user with the zone that their browser named; one without a script, or with a zone of its own, names none."""
    if time_zone not in zone_names():
        return user
    return app_services().accounts.set_time_zone(user.user_id, time_zone)


@account.get("/account")
@login_required
def profile() -> str:
    """My name, time zone, theme and password."""
    return _profile_page(_filled_profile(), PasswordForm(formdata=None))


@account.post("/account")
@login_required
def change_profile() -> Response | tuple[str, int]:
    """Keep my name and time zone."""
    form = ProfileForm()
    if form.validate_on_submit():
        try:
            accounts, user_id = app_services().accounts, current_actor().user_id
            accounts.set_display_name(user_id, form.display_name.data)
            accounts.set_time_zone(user_id, form.time_zone.data)
        except Invalid as refusal:
            attach(form, refusal)
        else:
            flash("Your settings are kept.", "done")
            return redirect(url_for("account.profile"))
    return _profile_page(form, PasswordForm(formdata=None)), 422


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
        except (LoginFailed, Invalid) as refusal:
            attach(form, refusal, otherwise="current_password")
        else:
            log_in(user)
            flash("Your password is changed. Every other login of yours has ended.", "done")
            return redirect(url_for("account.profile"))
    return _profile_page(_filled_profile(), form), 422


@account.post("/theme")
def theme() -> Response:
    """Remember light, dark or the device's own for this browser, and go back to where it was chosen."""
    chosen = request.form.get("theme", "")
    if chosen not in THEMES:
        raise Invalid("theme", chosen, THEMES)
    back = redirect(_came_from())
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    back.set_cookie(theme_cookie(), chosen, max_age=THEME_COOKIE_SECONDS, secure=secure, samesite="Lax", httponly=True)
    return back


def _came_from() -> str:
    """The path of our own page that the request came from; home when the browser does not say."""
    home = url_for("public.home")
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:
        return home
    if came_from.netloc != request.host:
        return home
    query = f"?{came_from.query}" if came_from.query else ""
    return safe_next(came_from.path + query, home)


def _filled_profile() -> ProfileForm:
    user = current_user.user
    return ProfileForm(formdata=None, display_name=user.display_name, time_zone=user.time_zone)


def _profile_page(form: ProfileForm, password_form: PasswordForm) -> str:
    form.time_zone.choices = zone_names()
    return render_template("account/profile.html", form=form, password_form=password_form)
