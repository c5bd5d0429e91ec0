"""What all forms share: protection of cookie writes against forgery, and the base of every form."""

from typing import Any

from flask import current_app, g, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, CSRFProtect, validate_csrf
from wtforms import ValidationError

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Csrf(CSRFProtect):
    """Refuses a write by cookie without our token (field `csrf_token` or header `X-CSRFToken`).

    Flask-WTF reads only the current secret key; here a token signed with a key that was rotated out still counts, so a
    form that stood open over the rotation can be sent.
    """

    def protect(self, apply_exemptions: bool = False) -> None:
        """Check the present request. Raises CSRFError (400)."""
        if apply_exemptions and (not request.endpoint or self._is_exempt()):
            return
        if request.method not in WRITES:
            return
        keys = [current_app.secret_key, *(current_app.config.get("SECRET_KEY_FALLBACKS") or ())]
        if not any(_signed_with(str(key), self._get_csrf_token()) for key in keys):
            raise CSRFError("The form was open too long, or came from elsewhere. Load the page again and resend it.")
        g.csrf_valid = True


def _signed_with(key: str, token: str | None) -> bool:
    try:
        validate_csrf(token, secret_key=key)
    except ValidationError:
        return False
    return True


csrf = Csrf()


class Form(FlaskForm):
    """The base of all forms: protected against forgery, and closed to fields it does not declare."""

    class Meta(FlaskForm.Meta):
        """See WTForms."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Only what a form sends. Flask-WTF would also read JSON and files, where limits look for no address."""
            return None if super().wrap_formdata(form, formdata) is None else request.form

    def unknown_fields(self) -> list[str]:
        """Names that came with the request and belong to no field of this form."""
        known = {field.name for field in self} | {current_app.config["WTF_CSRF_FIELD_NAME"]}
        return sorted(set(request.form) - known)
