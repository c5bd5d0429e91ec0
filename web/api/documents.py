"""What the API answers: one struct for each document, from which its part of the OpenAPI description is made."""

from datetime import datetime
from inspect import cleandoc
from typing import Any, Self

import msgspec
from flask import Response

from domain.interview import Contradiction, ExtractedSummary, Fact, Goal, Interview, Report
from domain.session import Message, SessionSummary


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
    """A bearer token, and for how many seconds it is good."""

    access_token: str
    expires_in: int


DOCUMENTS = (InterviewDocument, AnswerDocument, ReportDocument, InterviewList, MessageList, TokenDocument)


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
