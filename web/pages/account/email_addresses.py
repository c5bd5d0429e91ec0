"""The two links by which an address is verified. A page comes first: programs that look into mails follow links too."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.mailed_link import LinkGone, Purpose
from domain.user import User
from web.auth import app_services, find_actor
from web.limits import limit_secrets
from web.pages.account.blueprint import account


@account.route("/verify-email/<secret>", methods=["GET", "POST"])
@limit_secrets
def verify_email(secret: str) -> str | Response | tuple[str, int]:
    """Say that one reads the mail of this address."""
    return _confirm(Purpose.VERIFY, secret)


@account.route("/change-email/<secret>", methods=["GET", "POST"])
@limit_secrets
def change_email(secret: str) -> str | Response | tuple[str, int]:
    """Take this address for one's account."""
    return _confirm(Purpose.CHANGE, secret)


def _confirm(purpose: Purpose, secret: str) -> str | Response | tuple[str, int]:
    addresses = app_services().email_addresses
    try:
        link = addresses.look_at(purpose, secret)
        if request.method == "GET":
            return render_template("account/confirm_email.html", link=link)
        user = _confirmed(purpose, secret)
    except LinkGone:
        return render_template("account/link_gone.html", again="account.security"), 404
    flash(f"{user.email} is verified.", "done")
    mine = url_for("account.security")
    return redirect(mine if find_actor() else url_for("account.login", next=mine))


def _confirmed(purpose: Purpose, secret: str) -> User:
    addresses = app_services().email_addresses
    if purpose is Purpose.VERIFY:
        return addresses.confirm_verification(secret)
    return addresses.confirm_change(secret)
