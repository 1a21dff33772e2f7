"""Parquet: judged by its footer, then read through once without keeping anything, before anybody reads it for real."""

from pathlib import Path

from divrec.data.duck import connect, refused
from divrec.data.intake.limits import Limits
from divrec.data.intake.tables import Part
from divrec.errors import InputError


def check_parquet(path: Path, label: str, limits: Limits) -> Part:
    """Check rows and columns by the footer, and what the texts unfold to; a few kilobytes may stand for gigabytes."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        footer = pq.read_metadata(path)
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{label} is not a readable Parquet file: {str(error).splitlines()[0]}") from error
    limits.check_rows(footer.num_rows, label)
    limits.check_columns(footer.num_columns, label)
    connection = connect()
    with refused(f"{label} is not a readable Parquet file"):
        found = connection.sql("FROM read_parquet(?)", params=[str(path)])
        names = tuple(found.columns)
        alias = ", ".join(f"c{place}" for place in range(len(names)))
        asked = ", ".join(_bytes(f"c{place}", str(kind)) for place, kind in enumerate(found.types))
        rows = connection.execute(f"SELECT {asked} FROM read_parquet(?) AS t({alias})", [str(path)]).fetchall()  # noqa: S608
        size = sum(int(value or 0) for value in rows[0])
    if size > limits.unpacked_bytes:
        raise InputError(f"{label} unfolds to {size / 2**30:,.1f} GiB of text; the limit is "
                         f"{limits.unpacked_bytes / 2**30:,.1f} GiB (Limits.unpacked_bytes)")  # fmt: skip
    return Part(label, str(path), names, footer.num_rows, "parquet", own_names=True)


def _bytes(name: str, kind: str) -> str:
    """Ask for the bytes of a column; whatever is neither text nor a list is small, and only read through."""
    if kind == "VARCHAR":
        return f"sum(strlen({name}))"
    if kind == "BLOB":
        return f"sum(octet_length({name}))"
    return f"8 * sum(len({name}))" if kind.endswith("]") else f"0 * count({name})"
