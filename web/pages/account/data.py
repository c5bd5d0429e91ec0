"""Everything of mine: taken along, or erased for good; and, for whoever has no account any more, how far that is."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from domain.errors import Conflict, Invalid
from web.archives import archive_response
from web.auth import app_services, current_actor, log_out, login_required
from web.forms import Form
from web.limits import limit_login
from web.pages.account.blueprint import account
from web.pages.account.fields import present_password_field
from web.pages.forms import attach
from web.pages.rendering import is_partial


class ErasureForm(Form):
    """The password that shows who asks."""

    password = present_password_field()


@account.get("/account/data")
@login_required
def data() -> str:
    """What an export holds, and my exports; htmx asks for the exports alone."""
    own = app_services().exports.list_own(current_actor())
    template = "account/_exports.html" if is_partial() else "account/data.html"
    return render_template(template, exports=own, in_the_making=any(each.job.finished_at is None for each in own))


@account.post("/account/data/exports")
@login_required
def start_export() -> Response:
    """Have an export made."""
    app_services().exports.start(current_actor())
    flash("Your export is being made. You may leave this page: a mail tells you when it is ready.", "done")
    return redirect(url_for("account.data"))


@account.get("/account/data/exports/<uuid:job_id>")
@login_required
def fetch_export(job_id: object) -> Response:
    """The archive of an export that is done."""
    exports = app_services().exports
    made_at = exports.load(current_actor(), str(job_id)).job.created_at
    return archive_response(exports.open(current_actor(), str(job_id)), made_at)


@account.get("/account/erase")
@login_required
def confirm_erasure() -> str:
    """What goes, and that nobody can bring it back."""
    return render_template("account/erase.html", form=ErasureForm(formdata=None))


@account.post("/account/erase")
@limit_login
@login_required
def erase() -> Response | tuple[str, int]:
    """Shut my account for good, and have everything of it erased."""
    form = ErasureForm()
    if form.validate_on_submit():
        try:
            receipt = app_services().erasures.request(current_actor(), password=form.password.data)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            log_out()
            return redirect(url_for("account.erasure", receipt=receipt))
    return render_template("account/erase.html", form=form), 422


@account.get("/erasure/<receipt>")
def erasure(receipt: str) -> str:
    """How far an erasure is; nobody is logged in here any more, so the address itself is what lets one see it."""
    job = app_services().erasures.look_at(receipt)
    template = "account/_erasure.html" if is_partial() else "account/erasure.html"
    return render_template(template, job=job, receipt=receipt)
