"""Fields that several forms of the account share, worded once."""

from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from domain.user import User
from web.pages.times import zone_names
from web.services import app_services

EMAIL_LENGTH, PASSWORD_LENGTH, NAME_LENGTH = 320, 1_000, 200


def email_field(label: str = "E-mail address") -> EmailField:
    """An e-mail address."""
    return EmailField(label, [InputRequired("Enter your e-mail address."), Length(max=EMAIL_LENGTH)])


def name_field() -> StringField:
    """How somebody is called."""
    return StringField("Your name", [InputRequired("Enter your name."), Length(max=NAME_LENGTH)])


def present_password_field(label: str = "Password") -> PasswordField:
    """The password that somebody has."""
    return PasswordField(label, [InputRequired("Enter your password."), Length(max=PASSWORD_LENGTH)])


def chosen_password_field(label: str = "Password") -> PasswordField:
    """The password that somebody will have."""
    return PasswordField(label, [InputRequired("Choose a password."), Length(max=PASSWORD_LENGTH)])


def time_zone_field() -> HiddenField:
    """The zone that the browser names by itself."""
    return HiddenField("Time zone")


def in_zone(user: User, time_zone: str | None) -> User:
    """The user with the zone that their browser named; one without a script, or with a zone of its own, names none."""
    if time_zone not in zone_names():
        return user
    return app_services().accounts.set_profile(user.user_id, time_zone=time_zone)
