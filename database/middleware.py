"""`DatabaseScopeMiddleware`: one database scope per request, from its first line to the last byte of its body."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from database.errors import YieldInsideBlock
from database.scope import DatabaseScope

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from database.manager import DatabaseManager


class DatabaseScopeMiddleware:
    """Gives each request a scope that begins clean and ends when the server closes the response.

    A streaming body finds the scope again at each of its steps, on whatever thread the server makes them, and it is
    out of the way between them: two open responses on one thread never meet.
    """

    def __init__(self, wsgi_app: "WSGIApplication", db_manager: "DatabaseManager") -> None:
        self._wsgi_app = wsgi_app
        self._db = db_manager

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        scope = DatabaseScope(self._db)
        try:
            with scope.resumed():
                body = self._wsgi_app(environ, start_response)
        finally:
            scope.close_forgotten()
        return _ScopedBody(body, scope)


class _ScopedBody:
    """A response body each of whose steps runs in the scope of its request."""

    def __init__(self, body: Iterable[bytes], scope: DatabaseScope) -> None:
        self._body = body
        self._scope = scope
        self._chunks: Iterator[bytes] | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._scope.resumed():
            if self._chunks is None:
                self._chunks = iter(self._body)
            chunk = next(self._chunks)
        if self._scope.close_forgotten():
            raise YieldInsideBlock("the response body yielded inside of a database block; it was rolled back")
        return chunk

    def close(self) -> None:
        close: Callable[[], Any] | None = getattr(self._body, "close", None)
        try:
            if close is not None:
                with self._scope.resumed():
                    close()
        finally:
            self._scope.close_forgotten()
