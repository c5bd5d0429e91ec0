"""What an owner does with an interview as a whole: pause, resume, end, reopen, delete."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.errors import CorruptSession
from web.auth import current_actor, login_required, safe_next
from web.pages.interviews.blueprint import interviews
from web.services import app_services


@interviews.post("/<session_id:session_id>/pause")
@login_required
def pause(session_id: str) -> Response:
    """Stop here; everything said is kept."""
    app_services().interviews.pause(current_actor(), session_id)
    flash("Paused. Everything said so far is kept; resume it whenever you like, on any device.", "done")
    return _back_to(session_id)


@interviews.post("/<session_id:session_id>/resume")
@login_required
def resume(session_id: str) -> Response:
    """Go on where it stopped."""
    app_services().interviews.resume(current_actor(), session_id)
    return _back_to(session_id)


@interviews.post("/<session_id:session_id>/complete")
@login_required
def complete(session_id: str) -> Response:
    """End the interview and show its report."""
    app_services().interviews.complete(current_actor(), session_id)
    return redirect(url_for("interviews.report", session_id=session_id))


@interviews.post("/<session_id:session_id>/reopen")
@login_required
def reopen(session_id: str) -> Response:
    """Go on with an interview that was over; its reports are kept."""
    app_services().interviews.reopen(current_actor(), session_id)
    flash("The interview is open again. The report so far is kept as a version.", "done")
    return redirect(url_for("interviews.conversation", session_id=session_id))


@interviews.get("/<session_id:session_id>/delete")
@login_required
def confirm_delete(session_id: str) -> str:
    """Ask before what cannot be undone."""
    try:
        interview = app_services().interviews.load(current_actor(), session_id, messages=0)
    except CorruptSession:  # it can be deleted all the same, by whom the storage still knows as its owner
        interview = None
    return render_template("interviews/delete.html", interview=interview, session_id=session_id)


@interviews.post("/<session_id:session_id>/delete")
@login_required
def delete(session_id: str) -> Response:
    """Remove the interview with everything said in it."""
    app_services().interviews.delete(current_actor(), session_id)
    flash("The interview is deleted, with everything said in it.", "done")
    return redirect(url_for("interviews.index"))


def _back_to(session_id: str) -> Response:
    here = url_for("interviews.conversation", session_id=session_id, _anchor="answer")
    return redirect(safe_next(request.form.get("next"), here))
