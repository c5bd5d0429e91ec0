"""Tokens for programs."""

from typing import TYPE_CHECKING, Any

from flask import Response

from domain.actor import Actor
from web.api.documents import TokenDocument, json_response
from web.api.frame import ApiBlueprint
from web.api.schemas import CredentialsSchema, RefreshSchema, RevokeSchema
from web.auth import current_login, origin
from web.limits import limit_login, limit_secrets
from web.services import app_services

if TYPE_CHECKING:
    from services.accounts.tokens import AccessToken

blueprint = ApiBlueprint("api_tokens", __name__, url_prefix="/api/auth", description="Tokens for programs.")


@blueprint.operation("POST", "/token", body=CredentialsSchema, document=TokenDocument, refuses=(401,), public=True)
@limit_login
def issue(body: dict[str, Any]) -> Response:
    """Get a bearer token, for e-mail address and password or for an API token.

    Good for `expires_in` seconds. A password also brings a refresh token; an API token is asked with again. Attempts
    are limited per address, per user and per e-mail address aimed at.
    """
    tokens = app_services().tokens
    if "api_token" in body:
        return _answer(tokens.exchange(body["api_token"]))
    return _answer(tokens.issue(body["email"], body["password"], origin()))


@blueprint.operation("POST", "/refresh", body=RefreshSchema, document=TokenDocument, refuses=(401, 429), public=True)
@limit_secrets
def refresh(body: dict[str, Any]) -> Response:
    """Get the next bearer token, and the next refresh token: the one you give is spent.

    A spent one that comes back ends the login with every token that came of it, because somebody else had it. So keep
    the new one before you use it, and refresh from one place only.
    """
    return _answer(app_services().tokens.refresh(body["refresh_token"]))


@blueprint.operation("POST", "/revoke", body=RevokeSchema, answers=204)
def revoke(actor: Actor, body: dict[str, Any]) -> Response:
    """Void the access token of yours with this `jti`; without one, end the login behind this request.

    With a login end its access tokens and its refresh token.
    """
    if "jti" in body:
        app_services().tokens.revoke(actor, body["jti"])
    else:
        app_services().logins.end(actor, current_login().login_id)
    return Response(status=204)


def _answer(token: "AccessToken") -> Response:
    return json_response(
        TokenDocument(
            access_token=token.access_token,
            expires_in=token.expires_in,
            refresh_token=token.refresh_token,
            refresh_expires_in=token.refresh_expires_in,
        )
    )
