"""The rules that look at one header each."""

import re

from scripts.testing.scoring.answer import Answer, Finding
from scripts.testing.scoring.csp import Malformed, policy_of

SIX_MONTHS = 15_552_000
PRIVATE = frozenset({"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"})
TELLING = frozenset({"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"})
OPENER = {"same-origin": 10, "same-origin-allow-popups": 10, "noopener-allow-popups": 10, "unsafe-none": 0}
EMBEDDER = {"require-corp": 10, "credentialless": 10, "unsafe-none": 0}
RESOURCE = {"same-origin": 10, "same-site": 10, "cross-origin": 0}


def strict_transport_security(answer: Answer) -> Finding:
    """Browsers are told to come back over TLS only, for half a year at least."""
    rule, given = "strict-transport-security", answer.first("Strict-Transport-Security")
    if not answer.is_https:
        return Finding(rule, -20, "no TLS, so nothing can be said")
    if not given:
        return Finding(rule, -20, "missing")
    age = re.search(r"(?:^|;)\s*max-age=(\d+)", given.lower())
    if age is None or "," in given:
        return Finding(rule, -20, f"cannot be read: {given}")
    if int(age[1]) < SIX_MONTHS:
        return Finding(rule, -10, f"for {age[1]} seconds only")
    return Finding(rule, 0, "for half a year or more")


def referrer_policy(answer: Answer) -> Finding:
    """No path of ours is told to other sites. The last value that a browser knows counts."""
    rule = "referrer-policy"
    given = [part.strip().lower() for value in answer.all("Referrer-Policy") for part in value.split(",")]
    known = [part for part in given if part in PRIVATE | TELLING]
    if not given:
        return Finding(rule, 0, "missing")
    if not known:
        return Finding(rule, -5, f"cannot be read: {', '.join(given)}")
    return Finding(rule, 5 if known[-1] in PRIVATE else -5, known[-1])


def content_type_options(answer: Answer) -> Finding:
    """A browser takes what it gets for what it is called."""
    given = answer.first("X-Content-Type-Options").lower()
    return Finding("x-content-type-options", 0 if given == "nosniff" else -5, given or "missing")


def frame_options(answer: Answer) -> Finding:
    """No other site shows a page of ours inside of one of its own."""
    rule, given = "x-frame-options", answer.first("X-Frame-Options").lower()
    try:
        by_policy = "frame-ancestors" in policy_of(answer)
    except Malformed:
        by_policy = False
    if by_policy:
        return Finding(rule, 5, "by frame-ancestors of the policy")
    if given in {"deny", "sameorigin"}:
        return Finding(rule, 5, given)
    if given.startswith("allow-from"):
        return Finding(rule, 0, given)
    return Finding(rule, -20, f"cannot be read: {given}" if given else "missing")


def resource_policy(answer: Answer) -> Finding:
    """Who may load it as a part of a page."""
    return _one_of("cross-origin-resource-policy", answer, RESOURCE)


def opener_policy(answer: Answer) -> Finding:
    """Whether the window that opened a page keeps a hand on it."""
    return _one_of("cross-origin-opener-policy", answer, OPENER)


def embedder_policy(answer: Answer) -> Finding:
    """Whether a page loads from elsewhere only what agrees to it."""
    return _one_of("cross-origin-embedder-policy", answer, EMBEDDER)


def cross_origin_sharing(answer: Answer) -> Finding:
    """Other sites cannot read answers as whoever is logged in."""
    rule, shared = "cross-origin-resource-sharing", answer.first("Access-Control-Allow-Origin")
    with_cookies = answer.first("Access-Control-Allow-Credentials").lower() == "true"
    if not shared:
        return Finding(rule, 0, "not shared")
    if answer.origin and shared == answer.origin and with_cookies:
        return Finding(rule, -50, "shared with every site, cookies and all")
    return Finding(rule, 0, f"shared with {shared}, without cookies")


def _one_of(rule: str, answer: Answer, points: dict[str, int]) -> Finding:
    given = answer.all(rule)
    if not given:
        return Finding(rule, 0, "missing")
    policy = given[0].partition(";")[0].strip()
    if len(given) > 1 or policy not in points:
        return Finding(rule, -5, f"cannot be read: {', '.join(given)}")
    return Finding(rule, points[policy], policy)
