"""Tokens for programs."""

from typing import Any

from flask import Response

from web.api.documents import TokenDocument, json_response
from web.api.frame import ApiBlueprint
from web.api.schemas import CredentialsSchema
from web.limits import limit_login
from web.services import app_services

blueprint = ApiBlueprint("api_tokens", __name__, url_prefix="/api/auth", description="Tokens for programs.")


@blueprint.operation("POST", "/token", body=CredentialsSchema, document=TokenDocument, refuses=(401,), public=True)
@limit_login
def issue(body: dict[str, Any]) -> Response:
    """Get a bearer token.

    Good for `expires_in` seconds. Attempts are limited per address, per user and per e-mail address aimed at.
    """
    token = app_services().tokens.issue(body["email"], body["password"])
    return json_response(TokenDocument(access_token=token.access_token, expires_in=token.expires_in))
