"""Everything of mine: as an archive to take along, or erased for good."""

from typing import Any

from flask import Response, url_for

from domain.actor import Actor
from web.api.documents import (
    ErasureDocument,
    ExportDocument,
    ExportList,
    ReceiptDocument,
    json_response,
)
from web.api.frame import ApiBlueprint
from web.api.schemas import ErasureSchema
from web.archives import ZIP, archive_response
from web.limits import limit_login
from web.public_url import public_url
from web.services import app_services

blueprint = ApiBlueprint("api_my_data", __name__, url_prefix="/api/account", description="Exports, and erasure.")
erasures = ApiBlueprint("api_erasures", __name__, url_prefix="/api/erasures", description="How far an erasure is.")
operation = blueprint.operation

ONE = "/exports/<uuid:job_id>"


@operation("POST", "/exports", document=ExportDocument, answers=202)
def start_export(actor: Actor) -> Response:
    """Have an archive of everything of mine made; while one is being made, that one is told."""
    exports = app_services().exports
    job_id = exports.start(actor)
    response = json_response(ExportDocument.of(exports.load(actor, job_id)), 202)
    response.headers["Location"] = url_for(".load_export", job_id=job_id)
    return response


@operation("GET", "/exports", document=ExportList)
def list_exports(actor: Actor) -> Response:
    """List my exports, the newest first."""
    own = app_services().exports.list_own(actor)
    return json_response(ExportList(items=[ExportDocument.of(export) for export in own]))


@operation("GET", ONE, document=ExportDocument)
def load_export(actor: Actor, job_id: object) -> Response:
    """Load one of my exports: how far it is, and until when it can be fetched."""
    return json_response(ExportDocument.of(app_services().exports.load(actor, str(job_id))))


@operation("GET", f"{ONE}/archive", media_type=ZIP)
def fetch_export(actor: Actor, job_id: object) -> Response:
    """Fetch the archive of an export that is done."""
    exports = app_services().exports
    made_at = exports.load(actor, str(job_id)).job.created_at
    return archive_response(exports.open(actor, str(job_id)), made_at)


@operation(
    "POST", "/erasure", body=ErasureSchema, document=ReceiptDocument, answers=202, refuses=(409, 429), repeatable=True
)
@limit_login
def erase(actor: Actor, body: dict[str, Any]) -> Response:
    """Erase my account and everything of it, for good. Every login and token of mine ends, that of this request too."""
    receipt = app_services().erasures.request(actor, **body)
    page = public_url(url_for("account.erasure", receipt=receipt))
    return json_response(ReceiptDocument(receipt=receipt, url=page), 202)


@erasures.operation("GET", "/<receipt>", document=ErasureDocument, public=True)
def load_erasure(receipt: str) -> Response:
    """How far an erasure is. Whoever has the receipt may ask."""
    return json_response(ErasureDocument.of(app_services().erasures.look_at(receipt)))
