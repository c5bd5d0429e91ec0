"""One's own account: who one is, what lets one in, and where one is logged in."""

from typing import Any

from flask import Response

from domain.actor import Actor
from domain.login import LoginKind
from domain.user import User
from web.api.documents import (
    AccountDocument,
    ApiTokenDocument,
    LoginDocument,
    LoginList,
    NoticeDocument,
    NoticeList,
    json_response,
)
from web.api.frame import ApiBlueprint
from web.api.schemas import (
    AccountChangesSchema,
    AddressSchema,
    EmailChangeSchema,
    MailedSecretSchema,
    NewApiTokenSchema,
    NewPasswordSchema,
    PasswordChangeSchema,
    RegistrationSchema,
)
from web.auth import current_login, origin
from web.limits import limit_login, limit_mail, limit_secrets
from web.services import app_services

blueprint = ApiBlueprint("api_account", __name__, url_prefix="/api/account", description="One's own account.")
operation = blueprint.operation
# What takes a password is `repeatable`: a memory of the request would be a fast hash of that password.

LOGIN = "/logins/<uuid:login_id>"
TOKEN = "/tokens/<uuid:token_id>"  # noqa: S105  # a path


# --- making one, and getting back in ----------------------------------------------------------------------------------


@operation("POST", "/registration", body=RegistrationSchema, answers=202, refuses=(409, 429), public=True)
@limit_mail
def register(body: dict[str, Any]) -> Response:
    """Ask for an account. A link is mailed; the answer is the same whether or not the address has one already."""
    app_services().registration.request(**body)
    return Response(status=202)


@operation(
    "POST", "/registration/confirm", body=NewPasswordSchema, document=AccountDocument, answers=201,
    refuses=(404, 429), public=True,
)  # fmt: skip
@limit_secrets
def finish_registration(body: dict[str, Any]) -> Response:
    """Make the account, with the last part of the mailed link and a password."""
    user = app_services().registration.confirm(body["secret"], password=body["password"])
    return _account(user, 201)


@operation("POST", "/password/reset", body=AddressSchema, answers=202, refuses=(429,), public=True)
@limit_mail
def forgotten(body: dict[str, Any]) -> Response:
    """Have a link mailed to choose another password; the answer is the same whether or not somebody has the address."""
    app_services().recovery.request(body["email"])
    return Response(status=202)


@operation("POST", "/password/reset/confirm", body=NewPasswordSchema, answers=204, refuses=(404, 429), public=True)
@limit_secrets
def reset(body: dict[str, Any]) -> Response:
    """Choose another password, with the last part of the mailed link; every login and token of the account ends."""
    app_services().recovery.confirm(body["secret"], password=body["password"])
    return Response(status=204)


@operation("POST", "/email/verification/confirm", body=MailedSecretSchema, answers=204, refuses=(404, 429), public=True)
@limit_secrets
def verify_email(body: dict[str, Any]) -> Response:
    """Verify the address of an account, with the last part of the mailed link."""
    app_services().email_addresses.confirm_verification(body["secret"])
    return Response(status=204)


@operation("POST", "/email/confirm", body=MailedSecretSchema, answers=204, refuses=(404, 429), public=True)
@limit_secrets
def change_email(body: dict[str, Any]) -> Response:
    """Take the new address, with the last part of the link that was mailed there."""
    app_services().email_addresses.confirm_change(body["secret"])
    return Response(status=204)


# --- my account -------------------------------------------------------------------------------------------------------


@operation("GET", "", document=AccountDocument)
def load(actor: Actor) -> Response:
    """Load my account."""
    return _account(app_services().accounts.load_user(actor.user_id))


@operation("PATCH", "", body=AccountChangesSchema, document=AccountDocument)
def change(actor: Actor, body: dict[str, Any]) -> Response:
    """Change my name or my time zone."""
    return _account(app_services().accounts.set_profile(actor.user_id, **body))


@operation("POST", "/password", body=PasswordChangeSchema, answers=204, refuses=(429,), repeatable=True)
@limit_login
def change_password(actor: Actor, body: dict[str, Any]) -> Response:
    """Take a new password. Every login and token of mine ends, that of this request too, so it cannot come twice."""
    accounts = app_services().accounts
    accounts.change_password(actor.user_id, current=body["current_password"], new=body["new_password"])
    return Response(status=204)


@operation("POST", "/email", body=EmailChangeSchema, answers=202, refuses=(429,), repeatable=True)
@limit_mail
@limit_login
def request_email_change(actor: Actor, body: dict[str, Any]) -> Response:
    """Have a link mailed to the address that is to be mine; nothing changes before it is followed."""
    app_services().email_addresses.request_change(actor, email=body["email"], password=body["password"])
    return Response(status=202)


@operation("POST", "/email/verification", answers=202, refuses=(429,))
@limit_mail
def request_verification(actor: Actor) -> Response:
    """Have a link mailed to my own address."""
    app_services().email_addresses.request_verification(actor)
    return Response(status=202)


# --- where I am logged in ---------------------------------------------------------------------------------------------


@operation("GET", "/logins", document=LoginList)
def list_logins(actor: Actor) -> Response:
    """List the browsers and programs that are logged in as me, the one seen last first."""
    logins = app_services().logins.list_own(actor, LoginKind.BROWSER, LoginKind.PROGRAM)
    here = current_login().login_id
    return json_response(LoginList(items=[LoginDocument.of(login, here) for login in logins]))


@operation("DELETE", LOGIN, answers=204)
def end_login(actor: Actor, login_id: object) -> Response:
    """End one login of mine, with every token that came of it."""
    app_services().logins.end(actor, str(login_id), LoginKind.BROWSER, LoginKind.PROGRAM)
    return Response(status=204)


@operation("POST", "/logins/end-others", answers=204)
def end_other_logins(actor: Actor) -> Response:
    """End every login of mine but the one behind this request; API tokens stay."""
    app_services().logins.end_others(actor, current_login().login_id)
    return Response(status=204)


# --- tokens for my programs -------------------------------------------------------------------------------------------


@operation("GET", "/tokens", document=LoginList)
def list_tokens(actor: Actor) -> Response:
    """List my API tokens, the one used last first; never their secrets."""
    return json_response(
        LoginList(items=[LoginDocument.of(each) for each in app_services().api_tokens.list_own(actor)])
    )


@operation("POST", "/tokens", body=NewApiTokenSchema, document=ApiTokenDocument, answers=201, refuses=(403, 409))
def create_token(actor: Actor, body: dict[str, Any]) -> Response:
    """Make an API token. Its secret is told this once. 403 for who came by an API token."""
    made_by = current_login().kind
    login, secret = app_services().api_tokens.create(actor, **body, address=origin().address, by=made_by)
    told = LoginDocument.of(login)
    return json_response(
        ApiTokenDocument(**{name: getattr(told, name) for name in told.__struct_fields__}, api_token=secret), 201
    )


@operation("DELETE", TOKEN, answers=204)
def end_token(actor: Actor, token_id: object) -> Response:
    """End an API token, with every access token it was exchanged for."""
    app_services().api_tokens.revoke(actor, str(token_id))
    return Response(status=204)


# --- what I am told ---------------------------------------------------------------------------------------------------


@operation("GET", "/notices", document=NoticeList)
def list_notices(actor: Actor) -> Response:
    """List the notices that I have not dismissed, the newest first, at most fifty."""
    return json_response(
        NoticeList(items=[NoticeDocument.of(each) for each in app_services().notices.list_unread(actor)])
    )


@operation("DELETE", "/notices/<uuid:notice_id>", answers=204)
def dismiss_notice(actor: Actor, notice_id: object) -> Response:
    """Dismiss a notice of mine."""
    app_services().notices.dismiss(actor, str(notice_id))
    return Response(status=204)


def _account(user: User, status: int = 200) -> Response:
    return json_response(AccountDocument.of(user), status)
