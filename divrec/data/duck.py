"""DuckDB as a reading engine: in memory, in UTC, without the network."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pandas as pd

from divrec.errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def connect() -> "DuckDBPyConnection":
    """Open a fresh in-memory engine; it may neither fetch extensions nor leave files behind."""
    import duckdb  # noqa: PLC0415  # 30 ms that only readers need to pay

    connection = duckdb.connect(
        ":memory:",
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "temp_directory": ""},
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def table(connection: "DuckDBPyConnection", query: str, values: list[Any] | None = None) -> pd.DataFrame:
    """Run one query and give its rows as a table; text comes as pandas ``str``."""
    frame: pd.DataFrame = connection.sql(query, params=values).to_arrow_table().to_pandas()
    return frame


def number(connection: "DuckDBPyConnection", query: str, values: list[Any] | None = None) -> int:
    """Run a query that gives one whole number."""
    rows = connection.execute(query, values).fetchall()  # all of it: the engine refuses work while a result is open
    return int(rows[0][0] or 0)


@contextmanager
def refused(what: str) -> Iterator[None]:
    """Turn an error of the engine into an InputError that begins with ``what``."""
    import duckdb  # noqa: PLC0415  # as in connect

    try:
        yield
    except duckdb.Error as error:
        reason = str(error).strip().split("\n", 1)[0]
        raise InputError(f"{what}: {reason}") from error
