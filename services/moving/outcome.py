"""What a move did, and what it could not do."""

import msgspec


class Problem(msgspec.Struct, frozen=True, order=True):
    """A session that was not moved, or differs, and why."""

    session_id: str
    why: str

    def __str__(self) -> str:
        return f"{self.session_id}: {self.why}"


class Outcome(msgspec.Struct, kw_only=True):
    """The figures of a run, or of one pass of it. `total` counts the sessions of the source.

    `equal` are at the target as they are at the source, or would be; `skipped` of them were so before. `newer` names
    those that the target has newer: they are left alone, which is no error. `other_content` counts
    the problems that look alike by revision and number of messages, which a copy takes for skipped.
    """

    total: int = 0
    equal: int = 0
    skipped: int = 0
    repaired: int = 0
    deleted: int = 0
    other_content: int = 0
    only_at_target: int = 0
    newer: list[str] = []
    problems: list[Problem] = []

    @property
    def migrated(self) -> int:
        """How many were brought by this run."""
        return max(0, self.equal - self.skipped)

    @property
    def is_complete(self) -> bool:
        """Whether everything is at the target."""
        return not self.problems
