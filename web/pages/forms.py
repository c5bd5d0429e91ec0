"""How the refusals of services find their way to the fields they are about."""

from flask_wtf import FlaskForm

from domain.errors import GreenroomError


def attach(form: FlaskForm, refusal: GreenroomError) -> None:
    """Show a refusal at the field it names, else above the form."""
    name = str(refusal.facts.get("field", "")).split(".")[0].split("[")[0]
    field = form._fields.get(name)
    if field is None:
        form.form_errors.append(refusal.message)
        return
    allowed = refusal.facts.get("allowed")
    field.errors = [*field.errors, f"Please enter {allowed}." if allowed else refusal.message]
