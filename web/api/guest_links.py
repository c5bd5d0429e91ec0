"""Links by which somebody without an account takes part in an interview."""

from typing import Any

from flask import Response, url_for

from domain.actor import Actor
from domain.guest_link import GuestLink
from web.api.documents import GuestLinkDocument, GuestLinkList, json_response
from web.api.frame import ApiBlueprint
from web.api.schemas import NewGuestLinkSchema
from web.public_url import public_url
from web.services import app_services

blueprint = ApiBlueprint(
    "api_guest_links", __name__, url_prefix="/api/interviews", description="Links for guests of an interview."
)
operation = blueprint.operation

LINKS = "/<session_id:session_id>/guest-links"


@operation("GET", LINKS, document=GuestLinkList)
def list_links(actor: Actor, session_id: str) -> Response:
    """List the links of an interview that are good, the newest first."""
    links = app_services().guests.list_links(actor, session_id)
    return json_response(GuestLinkList(items=[_told(link) for link in links]))


@operation("POST", LINKS, body=NewGuestLinkSchema, document=GuestLinkDocument, answers=201, refuses=(409,))
def invite(actor: Actor, session_id: str, body: dict[str, Any]) -> Response:
    """Make a link. Whoever has it reads the conversation and answers in it, and sees nothing else."""
    return json_response(_told(app_services().guests.invite(actor, session_id, **body)), 201)


@operation("DELETE", f"{LINKS}/<uuid:link_id>", answers=204)
def end(actor: Actor, session_id: str, link_id: object) -> Response:
    """End a link: whoever came by it is shut out."""
    app_services().guests.end(actor, session_id, str(link_id))
    return Response(status=204)


def _told(link: GuestLink) -> GuestLinkDocument:
    return GuestLinkDocument(
        link_id=link.link_id,
        guest_name=link.guest_name,
        url=public_url(url_for("guests.come_in", token=link.token)) if link.token else None,
        created_at=link.created_at,
        expires_at=link.expires_at,
        last_seen_at=link.last_seen_at,
    )
