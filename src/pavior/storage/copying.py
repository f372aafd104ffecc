"""A copy of the database as it is at one instant, while others go on reading and writing it."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pavior.storage.database import Database, Transaction, metadata, open_sqlite
from pavior.storage.engine_tables import list_tables
from pavior.storage.failures import translate
from pavior.storage.migrating import migrate

# So many pages at a time, so that a writer never waits for long.
_PAGES = 2000
_ROWS = 500


def copy_into_file(database: Database, into: Path, *, prepare: Callable[[Database], None]) -> None:
    """Write a SQLite file that was not there before, from either database.

    Args:
        prepare: Makes the tables of the durable engine in an empty database.
    """
    source = database.engine.url.database
    if database.kind == "sqlite" and source is not None:
        place = Path(source).absolute().as_uri()
        try:
            with (
                closing(sqlite3.connect(f"{place}?mode=ro", uri=True)) as reading,
                closing(sqlite3.connect(into)) as copy,
            ):
                reading.backup(copy, pages=_PAGES)
        except sqlite3.Error as error:
            raise translate(error) or error from error
        return
    target = open_sqlite(into)
    try:
        migrate(target)
        prepare(target)
        copy_rows(database, target)
    finally:
        target.close()


def is_empty(database: Database) -> bool:
    """Whether nothing was ever written into it, by us or by the durable engine; its tables may be there."""
    with database.snapshot() as transaction:
        there = set(sa.inspect(transaction).get_table_names())
        ours = [table for table in metadata.sorted_tables if table.name in there]
        tables = (*ours, *list_tables(transaction))
        return all(transaction.execute(sa.select(table).limit(1)).first() is None for table in tables)


def copy_rows(source: Database, target: Database, afterwards: Callable[[Transaction], None] = lambda _: None) -> None:
    """Every row of every table, in one transaction. Both have the shape of this version, and `target` is empty.

    Args:
        afterwards: What belongs to it, done in the same transaction.
    """
    with source.snapshot() as reading, target.transaction() as writing:
        for table in metadata.sorted_tables:
            _copy(reading, table, writing, table)
            _count_on(writing, table)
        there = {table.name: table for table in list_tables(writing)}
        for table in list_tables(reading):
            # KeyError where the target lacks it: runs that would be left behind without a word.
            _copy(reading, table, writing, there[table.name])
        afterwards(writing)


def _copy(reading: Transaction, source: sa.Table, writing: Transaction, target: sa.Table) -> None:
    names = [column.name for column in source.columns if column.name in target.columns]
    # As text: what is written differently is not the same, though it may mean the same.
    selected = [_as_written(source.c[name], reading) for name in names]
    # Types of the target: the two databases tell booleans differently.
    plain = {name: target.c[name].type for name in names if not isinstance(target.c[name].type, sa.JSON)}
    values = {
        name: sa.bindparam(f"v_{name}", type_=plain[name])
        if name in plain
        else _written(sa.bindparam(f"v_{name}", type_=sa.Text()), writing)
        for name in names
    }
    insert = sa.insert(_bare(target, names)).values(values)
    for rows in _batches(reading.execution_options(yield_per=_ROWS).execute(sa.select(*selected))):
        parameters = [{f"v_{name}": value for name, value in zip(names, row, strict=True)} for row in rows]
        writing.execute(insert, parameters)


def _as_written(column: sa.Column[Any], transaction: Transaction) -> sa.ColumnElement[Any]:
    if not isinstance(column.type, sa.JSON):
        return column
    if transaction.dialect.name == "sqlite":
        return sa.type_coerce(column, sa.Text())
    return sa.cast(column, sa.Text())


def _written(value: sa.BindParameter[Any], transaction: Transaction) -> sa.ColumnElement[Any]:
    # A plain cast: SQLAlchemy's own JSON would write the text as a text of JSON.
    return value if transaction.dialect.name == "sqlite" else sa.cast(value, _PlainJson())


class _PlainJson(sa.types.UserDefinedType[object]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "JSON"


def _bare(table: sa.Table, names: Iterable[str]) -> sa.TableClause:
    """The same without types and defaults."""
    return sa.table(table.name, *(sa.column(name) for name in names), schema=table.schema)


def _batches(result: sa.CursorResult[tuple[object, ...]]) -> Iterator[Sequence[Sequence[object]]]:
    yield from result.partitions(_ROWS)


def _count_on(writing: Transaction, table: sa.Table) -> None:
    """PostgreSQL counts beside the table, and would give numbers a second time."""
    column = table.autoincrement_column
    if writing.dialect.name != "postgresql" or column is None:
        return
    counted_by = writing.execute(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))).scalar()
    last = writing.execute(sa.select(sa.func.max(column))).scalar()
    if counted_by and last:
        writing.execute(sa.select(sa.func.setval(counted_by, last)))
