"""All rules together."""

from typing import NamedTuple

from scripts.testing.scoring.answer import Answer, Finding
from scripts.testing.scoring.cookies import cookies
from scripts.testing.scoring.csp import content_security_policy
from scripts.testing.scoring.headers import (
    content_type_options,
    cross_origin_sharing,
    embedder_policy,
    frame_options,
    opener_policy,
    referrer_policy,
    resource_policy,
    strict_transport_security,
)
from scripts.testing.scoring.ways import redirection, subresource_integrity

BASE = 100
ENOUGH_FOR_EXTRA_CREDIT = 90
RULES = (
    content_security_policy,
    cross_origin_sharing,
    redirection,
    referrer_policy,
    strict_transport_security,
    subresource_integrity,
    content_type_options,
    frame_options,
    resource_policy,
    opener_policy,
    embedder_policy,
)


class Score(NamedTuple):
    """The points of one answer, and what each rule said."""

    points: int
    findings: list[Finding]

    @property
    def penalties(self) -> list[Finding]:
        """What took points away."""
        return [finding for finding in self.findings if finding.points < 0]


def score(answer: Answer) -> Score:
    """Apply every rule. What adds points counts only where little is wrong."""
    findings = [rule(answer) for rule in RULES]
    findings.append(cookies(answer, kept_by_hsts=strict_transport_security(answer).points == 0))
    left = BASE + sum(finding.points for finding in findings if finding.points < 0)
    extra = sum(finding.points for finding in findings if finding.points > 0)
    return Score(max(0, left + extra if left >= ENOUGH_FOR_EXTRA_CREDIT else left), findings)
