"""Correcting what was understood: every line can be changed, added and removed, with no script needed."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.errors import Invalid, StaleSession
from domain.interview import ExtractedSummary, GeneralDetails, Interview, Person, PointOfConflict
from web.auth import current_actor, login_required
from web.pages.interviews.blueprint import interviews
from web.services import app_services

PEOPLE_LIMIT = 200


@interviews.get("/<session_id:session_id>/summary")
@login_required
def summary(session_id: str) -> str:
    """What was understood, as a form."""
    interview = app_services().interviews.load(current_actor(), session_id, messages=0)
    return _page(interview, interview.extracted_summary or ExtractedSummary(), interview.revision)


@interviews.post("/<session_id:session_id>/summary")
@login_required
def correct(session_id: str) -> str | Response | tuple[str, int]:
    """Keep the correction, or show the form again with a person more or less."""
    interview = app_services().interviews.load(current_actor(), session_id, messages=0)
    corrected = _read(request.form)
    revision = request.form.get("revision", type=int) or interview.revision
    if "add" in request.form:
        corrected.actors.append(Person(name=""))
        return _page(interview, corrected, revision)
    if "remove" in request.form:
        gone = request.form.get("remove", type=int)
        corrected.actors = [person for place, person in enumerate(corrected.actors) if place != gone]
        return _page(interview, corrected, revision)
    try:
        corrected.actors = [person for person in corrected.actors if person != Person(name="")]
        app_services().interviews.correct_summary(current_actor(), session_id, corrected, revision=revision)
    except (Invalid, StaleSession) as refusal:
        kept = f"{refusal.message} What you entered is kept here; look at it and send it again."
        status = 409 if isinstance(refusal, StaleSession) else 422
        return _page(interview, corrected, interview.revision, kept), status
    flash("Your correction is kept.", "done")
    return redirect(url_for("interviews.conversation", session_id=session_id, _anchor="answer"))


def _read(form: Mapping[str, str]) -> ExtractedSummary:
    """The summary as the form has it; lists stand one entry a line."""

    def text(name: str) -> str:
        return form.get(name, "").replace("\r\n", "\n").strip()

    def lines(name: str) -> list[str]:
        return [line.strip() for line in text(name).split("\n") if line.strip()]

    people = range(next((n for n in range(PEOPLE_LIMIT) if f"actors-{n}-name" not in form), PEOPLE_LIMIT))
    return ExtractedSummary(
        actors=[
            Person(
                name=text(f"actors-{n}-name"),
                role=text(f"actors-{n}-role"),
                relationships=lines(f"actors-{n}-relationships"),
                emotional_state=text(f"actors-{n}-emotional_state"),
            )
            for n in people
        ],
        point_of_conflict=PointOfConflict(primary=text("primary"), secondary=text("secondary")),
        general_details=GeneralDetails(
            timeline_markers=lines("timeline_markers"),
            location_context=text("location_context"),
            communication_history=text("communication_history"),
            emotional_atmosphere=text("emotional_atmosphere"),
        ),
        missing_info=lines("missing_info"),
    )


def _page(interview: Interview, shown: ExtractedSummary, revision: int, refusal: str = "") -> str:
    return render_template(
        "interviews/summary.html", interview=interview, shown=shown, revision=revision, refusal=refusal
    )
