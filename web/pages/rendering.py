"""What every template finds: the theme, the words, the times, and the status chips."""

from typing import Any

from flask import Blueprint, current_app, request

from domain.lifecycle import Phase
from web.pages import times, words
from web.public_url import public_url
from web.security import cookie_name

THEMES = {"system": "As the device", "light": "Light", "dark": "Dark"}
THEME_COOKIE = "theme"

FILTERS = (times.moment, times.clock_time, times.full_moment, times.in_words, words.goal_state)


def equip(blueprint: Blueprint) -> None:
    """Give all templates of the application what they render with."""
    for render in FILTERS:
        blueprint.add_app_template_filter(render)
    for name in ("STATUS", "KINDS", "ROLES", "MODES", "TOPICS", "STAGES"):
        blueprint.add_app_template_global(getattr(words, name), name)
    blueprint.add_app_template_global(Phase, "Phase")
    blueprint.add_app_template_global(public_url)
    blueprint.app_context_processor(_theme)


def theme_cookie() -> str:
    """The name of the cookie in which this installation remembers the theme."""
    return cookie_name(THEME_COOKIE, https=current_app.config["SESSION_COOKIE_SECURE"])


def chosen_theme() -> str:
    """The theme that this browser asked for; `system` when it never did, or sent nonsense."""
    chosen = request.cookies.get(theme_cookie(), "system")
    return chosen if chosen in THEMES else "system"


def is_partial() -> bool:
    """Whether htmx asks for the changing parts of a page it already shows."""
    return request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers


def _theme() -> dict[str, Any]:
    return {"theme": chosen_theme(), "themes": THEMES}
