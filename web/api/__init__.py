"""The JSON API under `/api`: described by OpenAPI 3.1 at `/api/openapi.json`, to be read at `/api/docs`."""

from flask import Flask

from web.api.account import blueprint as account
from web.api.auth import blueprint as auth
from web.api.docs import blueprint as docs
from web.api.documents import output_schemas
from web.api.frame import GreenroomApi
from web.api.guest_links import blueprint as guest_links
from web.api.interviews import blueprint as interviews
from web.api.my_data import blueprint as my_data
from web.api.my_data import erasures
from web.forms import csrf

BLUEPRINTS = (auth, account, my_data, erasures, interviews, guest_links)

DESCRIPTION = """\
Everything the pages can do. Programs send a token (`POST /api/auth/token`, then `Authorization: Bearer …`); a browser
uses its login cookie and sends `X-CSRFToken` with every write. Errors have
one shape: `code`, `status`, `message`, `errors`.

With an `Idempotency-Key` a POST is done once, however often it is sent, and answered the same for 24 hours. Operations
that are open to everybody read none.
"""


def register_api(app: Flask) -> None:
    """Hang the API into the application."""
    app.config.update(
        API_TITLE="Greenroom",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = GreenroomApi(app, spec_kwargs={"info": {"description": DESCRIPTION}})
    for name, schema in output_schemas().items():
        api.spec.components.schema(name, schema)
    for blueprint in BLUEPRINTS:
        csrf.exempt(blueprint)  # `login_required` checks writes by cookie; a token needs no protection against forgery
        api.register_blueprint(blueprint)
    app.register_blueprint(docs)
