"""What is said about a key, whoever keeps it; needs no database, so that the web can import it."""

import hashlib

import msgspec

from domain.errors import Conflict

COME_BACK_SECONDS = 2


class KeyReused(Conflict):
    """The same key came with another request."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request; choose a new one.")


class KeyInUse(Conflict):
    """The first request with this key is not finished. `retry_after_seconds` says when to ask again."""

    code = "idempotency_key_in_use"

    def __init__(self) -> None:
        super().__init__(
            "The first request with this Idempotency-Key is still being worked on; ask again in a moment.",
            retry_after_seconds=COME_BACK_SECONDS,
        )


class AnswerNotKept(Conflict):
    """It was done, and what was answered cannot be told again: too large, or sealed with a key that is gone."""

    code = "idempotency_answer_not_kept"

    def __init__(self) -> None:
        super().__init__("This was done already, but its answer was not kept; look at what it made.")


class KeptAnswer(msgspec.Struct, frozen=True):
    """An answer as it is given again; `body` is None when it was too large to keep."""

    status: int
    headers: dict[str, str]
    body: bytes | None


class Claim(msgspec.Struct, frozen=True):
    """The right to run what was asked for under a key, until the lease ends."""

    user_id: str
    key: str
    holder: str


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What tells one request from another: the same text for the same method, path with query, and body."""
    digest = hashlib.sha256(f"{method} {path}\n".encode(errors="surrogatepass"))
    digest.update(body)
    return digest.hexdigest()
