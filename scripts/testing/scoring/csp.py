"""The rule about Content-Security-Policy."""

from scripts.testing.scoring.answer import Answer, Finding

BROAD = frozenset({"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"})
INLINE = frozenset({"'unsafe-inline'", "data:"})
BY_NONCE_OR_HASH = ("'nonce-", "'sha256-", "'sha384-", "'sha512-")
PASSIVE = ("img-src", "media-src")
REPEATABLE = frozenset({"report-uri", "report-to"})
SHORTEST = 6
RULE = "content-security-policy"

Policy = dict[str, frozenset[str]]


class Malformed(ValueError):
    """The policy cannot be read, or says one thing twice."""


def policy_of(answer: Answer) -> Policy:
    """The policy of an answer, empty when it has none. Raises Malformed."""
    given = [part.strip() for value in answer.all("Content-Security-Policy") for part in value.split(",")]
    if len(given) > 1:
        raise Malformed("more than one policy")
    return _read(given[0]) if given else {}


def content_security_policy(answer: Answer) -> Finding:
    """Nothing unless it is allowed by name, no inline script, nothing over plain HTTP."""
    try:
        policy = policy_of(answer)
    except Malformed as wrong:
        return Finding(RULE, -25, f"cannot be read: {wrong}")
    if not policy:
        only_reported = answer.first("Content-Security-Policy-Report-Only")
        return Finding(RULE, -25, "only reported, not enforced" if only_reported else "missing")
    points, reason = _judge(policy, is_https=answer.is_https)
    return Finding(RULE, points, reason)


def _judge(policy: Policy, *, is_https: bool) -> tuple[int, str]:
    """The first thing that is wrong, the worst first; else how strict the rest is."""
    anything = frozenset({"*"})
    fallback = policy.get("default-src", anything)
    scripts = _effective(policy.get("script-src", fallback))
    styles = _effective(policy.get("style-src", fallback))
    objects = policy.get("object-src", fallback)
    passive = frozenset().union(*(policy.get(name, policy.get("default-src", frozenset())) for name in PASSIVE))
    active = scripts.union(*(found for name, found in policy.items() if name not in {*PASSIVE, "script-src"}))
    if "'strict-dynamic'" in scripts and not _has_nonce(scripts):
        return -25, "'strict-dynamic' without a nonce or a hash"
    for wrong, points, reason in (
        (scripts & (BROAD | INLINE) or objects & BROAD, -20, "inline scripts, or scripts or objects from anywhere"),
        (is_https and _plain(active), -20, "active content over plain HTTP"),
        ("'unsafe-eval'" in scripts | styles, -10, "'unsafe-eval'"),
        (is_https and _plain(passive), -10, "images or media over plain HTTP"),
        (styles & (BROAD | INLINE), 0, "inline styles, or styles from anywhere"),
        (policy.get("default-src") != frozenset({"'none'"}), 5, "nothing unsafe, but default-src is not 'none'"),
    ):
        if wrong:
            return points, reason
    return 10, "default-src 'none' and nothing unsafe"


def _read(text: str) -> Policy:
    if len(text) < SHORTEST:
        raise Malformed(repr(text))
    policy: Policy = {}
    for entry in text.split(";"):
        name, *sources = entry.lower().split() or [""]
        if name in policy and name not in REPEATABLE:
            raise Malformed(f"{name} stands there twice")
        if name:
            policy[name] = frozenset(sources) or frozenset({"'none'"})
    return policy


def _effective(sources: frozenset[str]) -> frozenset[str]:
    """What browsers go by: a nonce or hash overrules 'unsafe-inline', 'strict-dynamic' all addresses besides."""
    if not _has_nonce(sources):
        return sources
    kept = sources - {"'unsafe-inline'"}
    if "'strict-dynamic'" in sources:
        kept = frozenset(source for source in kept if source != "'self'" and not source.startswith(tuple(BROAD)))
    return kept


def _has_nonce(sources: frozenset[str]) -> bool:
    return any(source.startswith(BY_NONCE_OR_HASH) for source in sources)


def _plain(sources: frozenset[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)
