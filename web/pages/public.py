"""The door: what everybody may see without a login."""

from flask import Blueprint, render_template

from web.services import app_services

public = Blueprint("public", __name__)


@public.get("/")
def home() -> str:
    """What this place is, what is live, what is coming up."""
    services = app_services()
    return render_template("public/home.html", door=services.overview.at_the_door())
