"""Finding rows by words: each has to stand somewhere in what is searched, whatever the case of its ASCII letters."""

import sqlalchemy as sa

MOST_WORDS = 10


def words_of(query: str) -> list[str]:
    """The words that count; more than these find nothing better."""
    return query.lower().split()[:MOST_WORDS]


def matching(columns: tuple[sa.ColumnElement[str], ...], query: str) -> list[sa.ColumnElement[bool]]:
    """Conditions that together hold where each word stands in one of the columns; none for no words."""
    searched = [sa.func.lower(column) for column in columns]
    return [sa.or_(*(column.contains(word, autoescape=True) for column in searched)) for word in words_of(query)]
