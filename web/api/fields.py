"""Input fields as strict as the domain: what JSON Schema calls valid is accepted here, and nothing else."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import marshmallow as ma
from marshmallow import validate

from domain.checks import check_text
from domain.clock import whole_milliseconds
from domain.errors import Invalid

_DIGITS = re.compile(r"[0-9]{1,9}")
NO_NUL = r"^[^\u0000]*$"
NOT_BLANK = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"


class StrictSchema(ma.Schema):
    """The base of every input: a field that is not declared is refused."""

    class Meta:
        unknown = ma.RAISE


class Text(ma.fields.String):
    """A text of at most `limit` characters that every storage can keep: no NUL, no lone surrogate."""

    def __init__(self, limit: int, *, blank: bool = True, **options: Any) -> None:
        self.limit = limit
        pattern = {"pattern": NO_NUL if blank else NOT_BLANK}
        length = validate.Length(max=limit) if blank else validate.Length(min=1, max=limit)
        super().__init__(validate=length, metadata={**pattern, **options.pop("metadata", {})}, **options)
        self.blank = blank

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            check_text(attr or "text", text, limit=max(self.limit, len(text)))
        except Invalid as error:
            raise ma.ValidationError(f"Allowed is {error.facts['allowed']}.") from None
        if not self.blank and not text.strip():
            raise ma.ValidationError("Must not be blank.")
        return text


class WholeNumber(ma.fields.Integer):
    """A whole number as JSON has it: 90 and 90.0 are the same, "90" is a text."""

    def __init__(self, lowest: int, highest: int, **options: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(lowest, highest), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        return super()._deserialize(whole, attr, data, **kwargs)


class QueryNumber(ma.fields.Integer):
    """A whole number in a query: plain digits."""

    def __init__(self, lowest: int, highest: int, **options: Any) -> None:
        super().__init__(validate=validate.Range(lowest, highest), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not _DIGITS.fullmatch(value):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class Moment(ma.fields.AwareDateTime):
    """A time with its zone, brought to UTC milliseconds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        try:
            return whole_milliseconds(moment)
        except Invalid:  # so near the beginning or the end of time that UTC has no date for it
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from None
