"""Keyset pages: 50 rows, the same cost on the first page and the last."""

from dataclasses import dataclass

from django.core import signing
from django.db.models import Q

PAGE_SIZE = 50
COUNT_CAP = 1_000


@dataclass(frozen=True)
class KeysetPage:
    """One page of rows, with the cursors of its neighbours ("" where there is none)."""

    rows: list
    next_cursor: str
    previous_cursor: str

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


def keyset_page(rows, cursor, *, key="pk", descending=False, size=PAGE_SIZE):
    """Cut the page after (or before) `cursor` out of a queryset, ordered by (key, pk).

    `key` names a sortable, never-null field or annotation. A cursor that cannot be read means the first page.
    """
    backwards, position = _read(cursor, key)
    forwards = descending == backwards
    rows = rows.order_by(*_order(key, forwards))
    if position:
        rows = rows.filter(_beyond(key, position, forwards))
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, bool(position))
    return KeysetPage(
        found,
        _write(found[-1], key, backwards=False) if found and has_next else "",
        _write(found[0], key, backwards=True) if found and has_previous else "",
    )


def capped_count(rows, cap=COUNT_CAP):
    """Count up to the cap; the caller shows "1,000+" beyond it."""
    return rows.order_by()[: cap + 1].count()


def _order(key, forwards):
    sign = "" if forwards else "-"
    return [f"{sign}{key}"] if key == "pk" else [f"{sign}{key}", f"{sign}pk"]


def _beyond(key, position, forwards):
    value, pk = position
    step = "gt" if forwards else "lt"
    if key == "pk":
        return Q(**{f"pk__{step}": pk})
    return Q(**{f"{key}__{step}": value}) | Q(**{key: value, f"pk__{step}": pk})


def _write(row, key, *, backwards):
    value = getattr(row, key)
    return signing.dumps([key, backwards, value.isoformat() if hasattr(value, "isoformat") else str(value), row.pk])


def _read(cursor, key):
    """Return (backwards, position). Signed, so that a cursor typed by hand or of another list never reaches SQL."""
    try:
        written_for, backwards, value, pk = signing.loads(cursor)
    except (signing.BadSignature, ValueError, TypeError):
        return False, None
    return (backwards, (value, pk)) if written_for == key else (False, None)
