"""What was said in a session, as Markdown, for people who read it outside the application."""

from collections.abc import Iterable, Iterator

from domain.session import Message, Session


def transcript(session: Session, messages: Iterable[Message]) -> Iterator[bytes]:
    """Each message with who said it and when, its words untouched, as a quotation."""
    yield f"# {_one_line(session.title or session.kind)}\n".encode()
    for message in messages:
        said_at = message.timestamp.strftime("%Y-%m-%d %H:%M UTC")
        words = "\n".join(f"> {line}".rstrip() for line in message.content.splitlines())
        yield f"\n**{_one_line(message.role).capitalize()}**, {said_at}\n\n{words}\n".encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())
