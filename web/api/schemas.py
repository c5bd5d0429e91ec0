"""What the API accepts. Limits are those of the domain; a test compares the two."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from domain.guest_link import GUEST_LINK_DAYS as GUEST_DAYS
from domain.interview import IntervieweeRole, InterviewStatus
from domain.login import API_TOKEN_DAYS as TOKEN_DAYS
from domain.session import PAGE_LIMIT
from web.api.fields import Moment, QueryNumber, StrictSchema, Text, WholeNumber

SHORT, TEXT, LONG, MESSAGE = 200, 2_000, 20_000, 100_000
LIST_LIMIT = 200
MODES = ("text", "voice")
UUID_PATTERN = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


class Nothing(StrictSchema):
    """No fields at all."""


class CredentialsSchema(StrictSchema):
    """E-mail address and password of a user, or an API token of theirs."""

    email = Text(320, blank=False)
    password = Text(1_024)
    api_token = Text(SHORT, blank=False)

    @ma.validates_schema
    def one_or_the_other(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse half of a login, and two at once."""
        wanted = {"api_token"} if "api_token" in data else {"email", "password"}
        missing, beside = wanted - set(data), set(data) - wanted
        if missing:
            raise ma.ValidationError({name: ["Missing data for required field."] for name in missing})
        if beside:
            raise ma.ValidationError({name: ["Not together with an API token."] for name in beside})


class RefreshSchema(StrictSchema):
    """A refresh token."""

    refresh_token = Text(SHORT, blank=False, required=True)


class RevokeSchema(StrictSchema):
    """The access token that is to be void; the login behind the request when none is named."""

    jti = fields.String(validate=validate.Regexp(UUID_PATTERN), metadata={"pattern": UUID_PATTERN})


class RegistrationSchema(StrictSchema):
    """Who wants an account."""

    email = Text(320, blank=False, required=True)
    display_name = Text(SHORT, blank=False, required=True)
    access_password = Text(1_024, load_default="")


class AddressSchema(StrictSchema):
    """An e-mail address."""

    email = Text(320, blank=False, required=True)


class MailedSecretSchema(StrictSchema):
    """The last part of a link that was mailed."""

    secret = Text(SHORT, blank=False, required=True)


class NewPasswordSchema(MailedSecretSchema):
    """The last part of a link that was mailed, and the password that is to be."""

    password = Text(1_024, required=True)


class AccountChangesSchema(StrictSchema):
    """What may be changed in an account; at least one of them."""

    display_name = Text(SHORT, blank=False)
    time_zone = Text(SHORT, blank=False)

    @ma.validates_schema
    def something_changes(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an empty change: whoever sends one has misspelt something."""
        if not data:
            raise ma.ValidationError("At least one field.")


class PasswordChangeSchema(StrictSchema):
    """The password now, and the one to be."""

    current_password = Text(1_024, required=True)
    new_password = Text(1_024, required=True)


class EmailChangeSchema(StrictSchema):
    """The address to be, and the password that shows who asks."""

    email = Text(320, blank=False, required=True)
    password = Text(1_024, required=True)


class ErasureSchema(StrictSchema):
    """The password that shows who asks."""

    password = Text(1_024, required=True)


class NewApiTokenSchema(StrictSchema):
    """What an API token is for, and for how many days."""

    name = Text(SHORT, blank=False, required=True)
    days = fields.Integer(strict=True, validate=validate.OneOf(TOKEN_DAYS), load_default=90)


class NewGuestLinkSchema(StrictSchema):
    """For whom a link is, and for how many days."""

    guest_name = Text(SHORT, blank=False, required=True)
    days = fields.Integer(strict=True, validate=validate.OneOf(GUEST_DAYS), load_default=7)


class NewInterviewSchema(StrictSchema):
    """What an interview is opened with."""

    incident_name = Text(SHORT, blank=False, required=True)
    interviewee_name = Text(SHORT, blank=False, required=True)
    interviewee_role = fields.Enum(IntervieweeRole, by_value=fields.String, required=True)
    confidence_threshold = WholeNumber(20, 95, load_default=90)
    summary = Text(LONG, load_default="")
    mode = fields.String(validate=validate.OneOf(MODES), load_default="text")


class CorrectedPersonSchema(StrictSchema):
    """Somebody who plays a part in the incident."""

    name = Text(SHORT, blank=False, required=True)
    role = Text(TEXT)
    relationships = fields.List(Text(TEXT), validate=validate.Length(max=LIST_LIMIT))
    emotional_state = Text(TEXT)


class CorrectedConflictSchema(StrictSchema):
    """What the incident is about."""

    primary = Text(TEXT)
    secondary = Text(TEXT)


class CorrectedDetailsSchema(StrictSchema):
    """What surrounds the incident."""

    timeline_markers = fields.List(Text(TEXT), validate=validate.Length(max=LIST_LIMIT))
    location_context = Text(TEXT)
    communication_history = Text(TEXT)
    emotional_atmosphere = Text(TEXT)


class CorrectedSummarySchema(StrictSchema):
    """Parts of the extracted summary as their owner wants them.

    What is left out keeps its value, in `point_of_conflict` and `general_details` too. A list replaces the whole list,
    its entries as they are given; an empty list or text empties.
    """

    actors = fields.List(fields.Nested(CorrectedPersonSchema), validate=validate.Length(max=LIST_LIMIT))
    point_of_conflict = fields.Nested(CorrectedConflictSchema)
    general_details = fields.Nested(CorrectedDetailsSchema)
    missing_info = fields.List(Text(TEXT), validate=validate.Length(max=LIST_LIMIT))


class InterviewChangesSchema(StrictSchema):
    """What may be changed in an interview; at least one of them."""

    title = Text(SHORT, blank=False)
    incident_name = Text(SHORT, blank=False)
    interviewee_name = Text(SHORT, blank=False)
    interviewee_role = fields.Enum(IntervieweeRole, by_value=fields.String)
    confidence_threshold = WholeNumber(20, 95)
    extracted_summary = fields.Nested(CorrectedSummarySchema)

    @ma.validates_schema
    def something_changes(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an empty change: whoever sends one has misspelt something."""
        if not data:
            raise ma.ValidationError("At least one field.")


class AnswerSchema(StrictSchema):
    """An answer, with an id of the sender's own so that sending it again is no second answer."""

    message_id = Text(SHORT, blank=False, required=True)
    content = Text(MESSAGE, blank=False, required=True)


class InterviewFilterSchema(StrictSchema):
    """Which interviews a list shows."""

    status = fields.List(fields.Enum(InterviewStatus, by_value=fields.String), metadata={"description": "Repeatable."})
    mode = fields.String(validate=validate.OneOf(MODES))
    since = Moment(metadata={"description": "Created at or after."})
    until = Moment(metadata={"description": "Created before."})
    cursor = Text(TEXT, metadata={"description": "The `next_cursor` of the page before, with the same filters."})
    limit = QueryNumber(1, PAGE_LIMIT, load_default=20)


class MessageSliceSchema(StrictSchema):
    """Which messages a list shows."""

    after = QueryNumber(0, 999_999_999, load_default=0, metadata={"description": "Only messages with a greater `n`."})
    limit = QueryNumber(1, PAGE_LIMIT, load_default=100)


class StreamStartSchema(StrictSchema):
    """Where an event stream begins."""

    after = QueryNumber(0, 999_999_999, load_default=0, metadata={"description": "The last message seen, its `n`."})
