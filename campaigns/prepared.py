"""Statements that every picture needs: Django makes their SQL once, and they are asked many times.

Making SQL out of a query takes Django several times as long as a database needs to answer it. For
a page that is nothing; a call that asks twenty of them would spend half of its time there. The ORM
stays the place where the statement is written, so that fields and relations have one truth.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Generic, Self, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Field, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

from campaigns.remembered import Remembered

Row = TypeVar("Row", bound=Model)
_own = threading.local()


def ask(sql: str, values: Sequence[Any] = ()) -> list[Sequence[Any]]:
    """The rows that the statement gives."""
    rows: list[Sequence[Any]] = _asked(sql, values).fetchall()
    return rows


def change(sql: str, values: Sequence[Any] = ()) -> int:
    """How many rows the statement has changed."""
    changed: int = _asked(sql, values).rowcount
    return changed


def _asked(sql: str, values: Sequence[Any]) -> Any:
    """The cursor that has asked. A thread keeps one: making it takes as long as asking with it."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    database.close_if_health_check_failed()
    database.ensure_connection()
    if database.queries_logged:
        cursor = database.cursor()  # one that notes what it is asked
    else:
        if getattr(_own, "connection", None) is not database.connection:
            _own.cursor, _own.connection = database.cursor(), database.connection
        cursor = _own.cursor
    cursor.execute(sql, values)
    return cursor


class Slot(Expression):
    """A place in a statement for a value that is named when the statement is asked.

    field: whose form in the database the value takes; needed for dates, times, UUIDs and JSON.
    """

    def __init__(self, name: str, field: Any = None) -> None:
        super().__init__(output_field=field)
        self._name = name
        self._field = field

    def resolve_expression(self, *_: Any, **__: Any) -> Self:
        """Itself: it names no column."""
        return self

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, Any]:
        """A mark, and this slot in place of the value."""
        return "%s", [self]

    def filled(self, values: Mapping[str, Any]) -> Any:
        """The value as the database takes it; KeyError when it was not named."""
        value = values[self._name]
        if self._field is None or value is None:
            return value
        return self._field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])


class Prepared(Generic[Row]):
    """A query with slots. Its rows come as the query's own objects, with what it joins."""

    def __init__(self, make: Callable[[], QuerySet[Row]], *, remembered: bool = False) -> None:
        """make: returns the query; called once, when it is first asked.

        remembered: its rows may be `campaigns.remembered`'s; the objects are new ones each time.
        """
        self._make = make
        self._memory = Remembered[list[Row]]() if remembered else None

    def all(self, **values: Any) -> list[Row]:
        """Every row, in the query's order."""
        if self._memory is None:
            return self._rows(values)
        rows = self._memory.of(tuple(values.items()), lambda: self._rows(values))
        return [_twin(row) for row in rows]

    def first(self, **values: Any) -> Row | None:
        """The first row, or None."""
        return next(iter(self.all(**values)), None)

    def _rows(self, values: Mapping[str, Any]) -> list[Row]:
        sql, places, objects = self._made
        return objects.of_all(ask(sql, _filled(places, values)))

    @cached_property
    def _made(self) -> tuple[str, Sequence[Any], "_Objects"]:
        queryset = self._make()
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, places = compiler.as_sql()
        return sql, places, _Objects(compiler)


class PreparedUpdate(Generic[Row]):
    """An UPDATE with slots, in the choice of rows and in the new values."""

    def __init__(self, make: Callable[[], tuple[QuerySet[Row], Mapping[str, Any]]]) -> None:
        """make: returns which rows, and the new values by field; called once."""
        self._make = make

    def __call__(self, **values: Any) -> int:
        """How many rows it has changed."""
        sql, places, _ = self._made
        return change(sql, _filled(places, values))

    def first(self, **values: Any) -> Row | None:
        """The row as it is now, if it has changed one."""
        sql, places, objects = self._made
        rows = ask(f"{sql} RETURNING {objects.columns}", _filled(places, values))
        return next(iter(objects.of_all(rows)), None)

    @cached_property
    def _made(self) -> tuple[str, Sequence[Any], "_Objects"]:
        queryset, facts = self._make()
        query: Any = queryset.query.chain(UpdateQuery)
        query.add_update_values(facts)
        rows = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        with transaction.atomic():  # Django makes no SQL that locks outside of one; none is sent
            sql, places = query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
            rows.as_sql()  # only this finds out what a row is made of
        return sql, places, _Objects(rows)


@dataclass(frozen=True)
class Asked:
    """A column's value that the INSERT itself asks for: an SQL expression and its values."""

    sql: str
    values: Sequence[Any]


def insert(row: Model, *, unless_same: str = "", **asked: Asked) -> bool:
    """Writes the row and sets its key; False, and nothing is written, when `unless_same` is taken.

    unless_same: a unique column. asked: columns whose values come out of the statement itself.
    """
    database, values = connections[DEFAULT_DB_ALIAS], list[Any]()
    for field in _columns(type(row)):
        if field.attname in asked:
            values += asked[field.attname].values
        else:
            values.append(field.get_db_prep_save(getattr(row, field.attname), database))
    sql = _insert(type(row), unless_same, tuple((name, one.sql) for name, one in asked.items()))
    written = ask(sql, values)
    if written:
        ((row.pk,),) = written
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return bool(written)


class _Objects:
    """How the rows of one query become objects: what Django finds out anew at every query."""

    def __init__(self, compiler: Any) -> None:
        info = compiler.klass_info
        columns = [column for column, _, _ in compiler.select]
        own = info["select_fields"]
        self._own = slice(own[0], own[-1] + 1)
        self._names = [column.target.attname for column in columns[self._own]]
        self.columns = ", ".join(f'"{column.target.column}"' for column in columns[self._own])
        self._model = info["model"]
        populators: Any = get_related_populators  # typed after a later Django
        self._joined = populators(info, compiler.select, DEFAULT_DB_ALIAS)
        self._added = (compiler.annotation_col_map or {}).items()
        self._converters = compiler.get_converters(columns)
        self._convert = compiler.apply_converters

    def of_all(self, rows: Iterable[Sequence[Any]]) -> list[Any]:
        """The objects of the rows as they came from the database."""
        if self._converters:
            rows = self._convert(rows, self._converters)
        return [self._of(row) for row in rows]

    def _of(self, row: Sequence[Any]) -> Any:
        """The object of a row, with the objects that its query joins."""
        made = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._own])
        for joined in self._joined:
            joined.populate(row, made)
        for name, position in self._added:
            setattr(made, name, row[position])
        return made


def _twin(row: Row) -> Row:
    """The same row as another object, joined ones too: whoever changes one changes no other.

    Django takes ten times as long to make it out of the row's values.
    """
    twin = object.__new__(type(row))
    vars(twin).update(vars(row))
    twin._state = ModelState()
    twin._state.adding, twin._state.db = row._state.adding, row._state.db
    twin._state.fields_cache = {
        name: _twin(joined) if isinstance(joined, Model) else joined
        for name, joined in row._state.fields_cache.items()
    }
    return twin


def _filled(places: Sequence[Any], values: Mapping[str, Any]) -> list[Any]:
    return [place.filled(values) if isinstance(place, Slot) else place for place in places]


@cache
def _insert(model: type[Model], unless_same: str, asked: tuple[tuple[str, str], ...]) -> str:
    marks = dict(asked)
    columns = _columns(model)
    names = ", ".join(f'"{field.column}"' for field in columns)
    values = ", ".join(marks.get(field.attname, "%s") for field in columns)
    unless = f"ON CONFLICT ({unless_same}) DO NOTHING" if unless_same else ""
    table, key = model._meta.db_table, model._meta.pk.column
    return f"INSERT INTO {table} ({names}) VALUES ({values}) {unless} RETURNING {key}"  # noqa: S608 - our own names


@cache
def _columns(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]
