"""The rules about the way to a page and about what it loads: redirection, and the integrity of scripts."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from scripts.testing.scoring.answer import Answer, Finding, Script


def redirection(answer: Answer) -> Finding:
    """Whoever comes without TLS is sent to TLS at once, on the same host."""
    rule, route = "redirection", answer.plain_route
    if route is None:
        return Finding(rule, 0, "nothing answers without TLS")
    points, reason = _judge_route([(step.scheme, step.hostname) for step in map(urlsplit, route)])
    return Finding(rule, points, reason)


def _judge_route(steps: Sequence[tuple[str, str | None]]) -> tuple[int, str]:
    """What is to be said of these schemes and hosts, one after the other."""
    if len(steps) == 1:
        return -20, "answers without TLS and leads nowhere"
    if steps[-1][0] != "https":
        return -20, "does not end at TLS"
    if steps[1][0] != "https":
        return -10, "the first step is not to TLS"
    if steps[0][1] != steps[1][1]:
        return -5, "the first step is to another host"
    return 0, "to TLS at once"


def subresource_integrity(answer: Answer) -> Finding:
    """Scripts of other sites are fetched over TLS and checked; ours come from us."""
    rule, page = "subresource-integrity", answer.page
    if not answer.is_html:
        return Finding(rule, 0, "no HTML")
    if not page.count:
        return Finding(rule, 0, "no scripts")
    foreign = [script for script in page.scripts if not _is_own(script, answer)]
    if foreign:
        points, reason = min(_judge_foreign(script) for script in foreign)
        return Finding(rule, points, reason)
    checked = answer.is_https and any(script.integrity for script in page.scripts)
    return Finding(rule, 5 if checked else 0, "own scripts, checked" if checked else "own scripts only")


def _is_own(script: Script, answer: Answer) -> bool:
    if script.src.startswith("//"):
        return False
    return "://" not in script.src or urlsplit(script.src).hostname == answer.host


def _judge_foreign(script: Script) -> tuple[int, str]:
    over_tls = script.src.startswith("https://")
    if script.integrity:
        return (5, f"{script.src} is checked") if over_tls else (-20, f"{script.src} does not come over TLS")
    return (-5 if over_tls else -50), f"{script.src} is not checked" + ("" if over_tls else ", nor over TLS")
