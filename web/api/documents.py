"""What the API answers: one struct for each document, from which its part of the OpenAPI description is made."""

from datetime import datetime
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Self

import msgspec
from flask import Response

from domain.interview import Contradiction, ExtractedSummary, Fact, Goal, Interview, Report
from domain.login import Login
from domain.session import Message, SessionSummary
from domain.user import User

if TYPE_CHECKING:
    from services.background_jobs import BackgroundJob
    from services.my_data import Export
    from services.notifications.notices import Notice


class InterviewDocument(msgspec.Struct, kw_only=True):
    """An interview as it stands. `current_question` is what the interviewee is asked now; null once it is over."""

    session_id: str
    kind: str
    title: str
    status: str
    stage: str
    mode: str
    incident_name: str
    interviewee_name: str
    interviewee_role: str
    confidence_threshold: int
    summary: str
    extracted_summary: ExtractedSummary | None
    summary_confirmed: bool
    current_question: str | None
    current_topic: str | None
    answers: list[str]
    goals: list[Goal]
    facts: list[Fact]
    contradictions: list[Contradiction]
    turn_count: int
    message_count: int
    revision: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, interview: Interview) -> Self:
        """The document of this interview."""
        return cls(**{name: getattr(interview, name) for name in cls.__struct_fields__})


class AnswerDocument(msgspec.Struct, kw_only=True):
    """What an answer led to. `done`: nothing is left to ask."""

    session: InterviewDocument
    question: str | None
    suggestions: list[str]
    facts: list[Fact]
    goals: list[Goal]
    done: bool


class ReportDocument(Report, kw_only=True):
    """The report of an interview; `assessment` only once somebody asked for it."""

    session_id: str

    @classmethod
    def of(cls, session_id: str, report: Report) -> Self:
        """The document of this report."""
        return cls(session_id=session_id, **{name: getattr(report, name) for name in Report.__struct_fields__})


class InterviewList(msgspec.Struct, kw_only=True):
    """A page of interviews, the newest first, and the cursor of the next; null on the last one."""

    items: list[SessionSummary]
    next_cursor: str | None


class MessageList(msgspec.Struct, kw_only=True):
    """Messages in order. `next_cursor` is the `after` of the next page; null when there are no more."""

    items: list[Message]
    next_cursor: str | None


class TokenDocument(msgspec.Struct, kw_only=True):
    """A bearer token, and for how many seconds it is good. `refresh_token` is null for what an API token brought."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105  # how to send it
    refresh_token: str | None = None
    refresh_expires_in: int | None = None


class AccountDocument(msgspec.Struct, kw_only=True):
    """One's own account."""

    user_id: str
    email: str
    email_verified_at: datetime | None
    display_name: str
    roles: list[str]
    time_zone: str
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        """The document of this user."""
        told = {name: getattr(user, name) for name in cls.__struct_fields__ if name != "roles"}
        return cls(**told, roles=sorted(str(role) for role in user.roles))


class LoginDocument(msgspec.Struct, kw_only=True):
    """A login of one's own: a browser, a program, or an API token. `is_this` is the one behind the request."""

    login_id: str
    kind: str
    name: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    is_this: bool = False

    @classmethod
    def of(cls, login: Login, this: str = "") -> Self:
        """The document of this login."""
        told = {name: getattr(login, name) for name in cls.__struct_fields__ if name != "is_this"}
        return cls(**told, is_this=login.login_id == this)


class LoginList(msgspec.Struct, kw_only=True):
    """Logins, the one seen last first. There are never more than one page of them."""

    items: list[LoginDocument]
    next_cursor: str | None = None


class ApiTokenDocument(LoginDocument, kw_only=True):
    """An API token with its secret, which is told this once."""

    api_token: str


class NoticeDocument(msgspec.Struct, kw_only=True):
    """Something a person is told. `link` is a path of this site, or null."""

    notice_id: str
    text: str
    link: str | None
    created_at: datetime

    @classmethod
    def of(cls, notice: "Notice") -> Self:
        """The document of this notice."""
        return cls(**{name: getattr(notice, name) for name in cls.__struct_fields__})


class NoticeList(msgspec.Struct, kw_only=True):
    """Notices, the newest first."""

    items: list[NoticeDocument]
    next_cursor: str | None = None


class ExportDocument(msgspec.Struct, kw_only=True):
    """An export, made or in the making. `total` is 0 while nobody knows; `bytes` is null unless it can be fetched."""

    job_id: str
    state: str
    done: int
    total: int
    step: str
    error: str | None
    created_at: datetime
    finished_at: datetime | None
    available_until: datetime | None
    bytes: int | None

    @classmethod
    def of(cls, export: "Export") -> Self:
        """The document of this export."""
        told = {name: getattr(export.job, name) for name in cls.__struct_fields__[:-2]}
        return cls(**told, available_until=export.available_until, bytes=export.bytes)


class ExportList(msgspec.Struct, kw_only=True):
    """One's own exports, the newest first, at most twenty."""

    items: list[ExportDocument]
    next_cursor: str | None = None


class ReceiptDocument(msgspec.Struct, kw_only=True):
    """What shows an erasure to whoever asked for it, once they have no login any more. `url` is a page for people."""

    receipt: str
    url: str


class ErasedCounts(msgspec.Struct, kw_only=True):
    """How much there was."""

    sessions: int
    messages: int
    exports: int
    mails: int


class ErasureDocument(msgspec.Struct, kw_only=True):
    """How far an erasure is. `erased` is null until everything was counted; `error` says why it waits, if it does."""

    state: str
    done: int
    total: int
    step: str
    error: str | None
    erased: ErasedCounts | None
    finished_at: datetime | None

    @classmethod
    def of(cls, job: "BackgroundJob") -> Self:
        """The document of this erasure."""
        told = {name: getattr(job, name) for name in cls.__struct_fields__ if name != "erased"}
        return cls(**told, erased=None if job.result is None else msgspec.convert(job.result, ErasedCounts))


class GuestLinkDocument(msgspec.Struct, kw_only=True):
    """A link for a guest. `url` is null when the key it was made with was replaced; it is good all the same."""

    link_id: str
    guest_name: str
    url: str | None
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime | None


class GuestLinkList(msgspec.Struct, kw_only=True):
    """The links of a session, the newest first. There are never more than one page of them."""

    items: list[GuestLinkDocument]
    next_cursor: str | None = None


DOCUMENTS = (
    InterviewDocument,
    AnswerDocument,
    ReportDocument,
    InterviewList,
    MessageList,
    TokenDocument,
    AccountDocument,
    LoginDocument,
    LoginList,
    NoticeDocument,
    NoticeList,
    ApiTokenDocument,
    ExportDocument,
    ExportList,
    ReceiptDocument,
    ErasureDocument,
    GuestLinkDocument,
    GuestLinkList,
)


def json_response(document: msgspec.Struct, status: int = 200) -> Response:
    """Answer with this document."""
    return Response(msgspec.json.encode(document), status=status, mimetype="application/json")


def output_schemas() -> dict[str, dict[str, Any]]:
    """The documents and all they are made of, as OpenAPI component schemas: `name -> schema`."""
    _, components = msgspec.json.schema_components(DOCUMENTS, ref_template="#/components/schemas/{name}")
    return {name: _as_answered(schema) for name, schema in components.items()}


def _as_answered(schema: dict[str, Any]) -> dict[str, Any]:
    """An answer always has all its fields, whichever of them have a default in the domain."""
    if "properties" not in schema:
        return schema
    properties = {
        name: {key: value for key, value in field.items() if key != "default"}
        for name, field in schema["properties"].items()
    }
    described = cleandoc(schema.get("description", ""))
    return {**schema, "description": described, "properties": properties, "required": list(properties)}
