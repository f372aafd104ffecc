"""Around each statement that goes to the database: somebody who measures it.

Not the package for it (opentelemetry-instrumentation-sqlalchemy 0.66): of a statement that fails it keeps what the
database said, and that may hold values.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeAlias

import sqlalchemy as sa

# Given the name of the database's kind and the text of a statement, in which values are placeholders.
Around: TypeAlias = Callable[[str, str], AbstractContextManager[object]]


@contextmanager
def watching_statements(engine: sa.Engine, around: Around) -> Iterator[None]:
    """Enter what `around` gives before each statement, and leave it after; until the context is left."""

    def before(connection: sa.Connection, _: Any, statement: str, __: Any, context: Any, ___: Any) -> None:
        context.pavior_around = around(connection.dialect.name, statement)
        context.pavior_around.__enter__()

    def after(_: sa.Connection, __: Any, ___: str, ____: Any, context: Any, _____: Any) -> None:
        _leave(context, None)

    def on_error(happened: sa.ExceptionContext) -> None:
        _leave(happened.execution_context, happened.original_exception)

    listeners = (("before_cursor_execute", before), ("after_cursor_execute", after), ("handle_error", on_error))
    for name, listener in listeners:
        # Before our own translation of errors, which ends the others' turn.
        sa.event.listen(engine, name, listener, insert=True)
    try:
        yield
    finally:
        for name, listener in listeners:
            sa.event.remove(engine, name, listener)


def _leave(context: Any, error: BaseException | None) -> None:
    entered = getattr(context, "pavior_around", None)
    if entered is not None:
        context.pavior_around = None
        entered.__exit__(type(error) if error else None, error, None)
