"""Notices a `yield` inside of a database block, from the source, before anything is begun.

A generator that is suspended inside a block keeps a connection, and perhaps a lock, for as long as its reader likes.
At run time that shows only afterwards, so the source is read when a generator opens a block (once per file). Where
there is no source, `DatabaseScopeMiddleware` still notices the open block behind the chunk.
"""

import ast
import inspect
import linecache
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType

from database.errors import YieldInsideBlock

_SUSPENDS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
_BLOCKS = frozenset({"get_db_session", "session_scope"})


def refuse_yield_inside(code: CodeType, line: int) -> None:
    """Raise YieldInsideBlock when the `with` that stands on this line of a generator has a `yield` in its body."""
    if code.co_flags & _SUSPENDS and line in _suspending_lines(code.co_filename):
        raise YieldInsideBlock(
            f"{code.co_filename}:{line} yields inside of a database block; read first, leave the block, then yield"
        )


def yields_inside_blocks(tree: ast.AST) -> list[int]:
    """The lines of all `with` statements over a database block that have a `yield` or `await` in their body."""
    return [
        statement.lineno
        for statement in _suspending_withs(tree)
        if any(_opens_a_block(item.context_expr) for item in statement.items)
    ]


@lru_cache(maxsize=256)
def _suspending_lines(filename: str) -> frozenset[int]:
    tree = ast.parse("".join(linecache.getlines(filename)))
    return frozenset(line for statement in _suspending_withs(tree) for line in _head(statement))


def _head(statement: ast.With | ast.AsyncWith) -> range:
    """The lines from `with` to its colon."""
    return range(statement.lineno, max(item.context_expr.end_lineno or 0 for item in statement.items) + 1)


def _suspending_withs(tree: ast.AST) -> Iterator[ast.With | ast.AsyncWith]:
    for node in ast.walk(tree):
        if isinstance(node, ast.With | ast.AsyncWith) and _suspends(node):
            yield node


def _suspends(statement: ast.With | ast.AsyncWith) -> bool:
    waiting: list[ast.AST] = list(statement.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom | ast.Await):
            return True
        if not isinstance(node, _Function):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def _opens_a_block(expression: ast.expr) -> bool:
    called = expression.func if isinstance(expression, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in _BLOCKS
