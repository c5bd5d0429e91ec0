"""The blueprint that the modules beside this one add their pages to, and the page after a login."""

from flask import Blueprint

account = Blueprint("account", __name__)

HERE = "home.dashboard"
