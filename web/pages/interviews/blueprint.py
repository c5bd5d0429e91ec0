"""The blueprint that the modules beside this one add their pages to."""

from flask import Blueprint

interviews = Blueprint("interviews", __name__, url_prefix="/interviews")
