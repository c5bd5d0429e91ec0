"""Who I am and where, and how the pages look to me."""

from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import SelectField

from domain.errors import Invalid
from web.auth import app_services, current_actor, login_required, safe_next
from web.forms import Form
from web.pages.account.blueprint import account
from web.pages.account.fields import name_field
from web.pages.forms import attach
from web.pages.rendering import THEMES, theme_cookie
from web.pages.times import zone_names

THEME_COOKIE_SECONDS = 365 * 24 * 3600


class ProfileForm(Form):
    """Name and time zone."""

    display_name = name_field()
    time_zone = SelectField("Time zone", validate_choice=False)


@account.get("/account")
@login_required
def profile() -> str:
    """My name, time zone and theme."""
    return _profile_page(_filled_profile())


@account.post("/account")
@login_required
def change_profile() -> Response | tuple[str, int]:
    """Keep my name and time zone."""
    form = ProfileForm()
    if form.validate_on_submit():
        try:
            app_services().accounts.set_profile(
                current_actor().user_id, display_name=form.display_name.data, time_zone=form.time_zone.data
            )
        except Invalid as refusal:
            attach(form, refusal)
        else:
            flash("Your settings are kept.", "done")
            return redirect(url_for("account.profile"))
    return _profile_page(form), 422


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


def _profile_page(form: ProfileForm) -> str:
    form.time_zone.choices = zone_names()
    return render_template("account/profile.html", form=form)
