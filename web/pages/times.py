"""Times as people read them: in the viewer's zone, with the machine's form beside."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from flask_login import current_user
from markupsafe import Markup

from domain import clock


def viewer_zone() -> ZoneInfo:
    """The zone of whoever looks; UTC for a visitor, whose browser then puts the times into its own."""
    if not current_user.is_authenticated:
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(current_user.user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        # The zone was known when it was chosen; a machine with older zone data still shows a time.
        return ZoneInfo("UTC")


def moment(when: datetime) -> Markup:
    """A `<time>` that says day and time of day: Today, 10:04."""
    local = when.astimezone(viewer_zone())
    return _time(when, f"{_day(local)}, {local:%H:%M}")


def clock_time(when: datetime) -> Markup:
    """A `<time>` that says the time of day alone."""
    return _time(when, f"{when.astimezone(viewer_zone()):%H:%M}", shape="clock")


def full_moment(when: datetime) -> Markup:
    """A `<time>` for documents: the whole date, whatever day it is read on, with its zone."""
    local = when.astimezone(viewer_zone())
    return _time(when, f"{local.day} {local:%B %Y, %H:%M} {local.tzname()}", shape="full")


def in_words(when: datetime) -> str:
    """How long until then: in 25 minutes, in 3 hours, in 2 days."""
    minutes = max(0, round((when - clock.now()).total_seconds() / 60))
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if count := minutes // size:
            return f"in {count} {unit}{'s' if count > 1 else ''}"
    return "now"


def zone_names() -> list[str]:
    """The zones somebody may choose from: places, and UTC."""
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))]


def _day(local: datetime) -> str:
    today = clock.now().astimezone(local.tzinfo).date()
    days = (local.date() - today).days
    named = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get(days)
    return named or f"{local.day} {local:%b}" + (f" {local:%Y}" if local.year != today.year else "")


def _time(when: datetime, text: str, shape: str = "moment") -> Markup:
    local = when.astimezone(viewer_zone())
    title = f"{local:%A}, {local.day} {local:%B %Y, %H:%M} {local.tzname()}"
    local_to = Markup("") if current_user.is_authenticated else Markup(' data-local="{}"').format(shape)
    markup = Markup('<time datetime="{}" title="{}"{}>{}</time>')
    return markup.format(when.isoformat(timespec="seconds"), title, local_to, text)
