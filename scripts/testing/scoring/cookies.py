"""The rule about cookies: each is Secure and has SameSite, and one that stands for a login is HttpOnly as well."""

from typing import NamedTuple

from scripts.testing.scoring.answer import Answer, Finding

RULE = "cookies"
LOGIN_WORDS = ("login", "sess")
LOGIN_COOKIES = ("greenroom", "__Host-greenroom")
"""Ours, whose name the published rule would not know for a login."""
SAME_SITE = frozenset({"lax", "strict", "none"})


class Cookie(NamedTuple):
    """One cookie as the server set it; `same_site` is None when nothing is said."""

    name: str
    secure: bool
    http_only: bool
    same_site: str | None

    @property
    def is_login(self) -> bool:
        """Whether it stands for a login."""
        return self.name in LOGIN_COOKIES or any(word in self.name.lower() for word in LOGIN_WORDS)


def cookies(answer: Answer, *, kept_by_hsts: bool) -> Finding:
    """The worst that can be said of any cookie of this answer."""
    found = [_read(text) for text in answer.all("Set-Cookie")]
    if not found:
        return Finding(RULE, 0, "none set")
    wrong = [complaint for cookie in found for complaint in _complaints(cookie, kept_by_hsts=kept_by_hsts)]
    if wrong:
        points, reason = min(wrong)
        return Finding(RULE, points, reason)
    if any(cookie.same_site is None for cookie in found):
        return Finding(RULE, 0, "Secure, but not all with SameSite")
    return Finding(RULE, 5, "Secure, logins HttpOnly, all with SameSite")


def _complaints(cookie: Cookie, *, kept_by_hsts: bool) -> list[tuple[int, str]]:
    same_site = cookie.same_site
    invalid = same_site is not None and (same_site not in SAME_SITE or (same_site == "none" and not cookie.secure))
    rules = (
        (cookie.is_login and not cookie.secure, -10 if kept_by_hsts else -40, "stands for a login and is not Secure"),
        (cookie.is_login and not cookie.http_only, -30, "stands for a login and is not HttpOnly"),
        (invalid, -20, f"has SameSite={same_site}"),
        ("csrf" in cookie.name.lower() and same_site is None, -20, "is against forgery and has no SameSite"),
        (not cookie.secure, -5 if kept_by_hsts else -20, "is not Secure"),
    )
    return [(points, f"{cookie.name} {reason}") for wrong, points, reason in rules if wrong]


def _read(text: str) -> Cookie:
    pair, *attributes = text.split(";")
    given = {
        name.strip().lower(): value.strip().lower() for name, _, value in (part.partition("=") for part in attributes)
    }
    return Cookie(pair.partition("=")[0].strip(), "secure" in given, "httponly" in given, given.get("samesite"))
