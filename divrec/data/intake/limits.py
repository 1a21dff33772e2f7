"""How much of a file is taken in at most: the only home of these numbers, and every refusal names the one it met."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from divrec.errors import InputError

_MB = 2**20


@dataclass(frozen=True)
class Limits:
    """What one file may cost; the defaults suit a log of a hundred million rows on one machine."""

    rows: int = 200_000_000
    columns: int = 2_000
    unpacked_bytes: int = 16 * 2**30  # of an archive's content
    unpacked_times: int = 200  # larger than the archive, beyond the first 64 MB; logs pack 10 to 50 times
    members: int = 1_000  # tables in an archive
    pictures: int = 200_000  # in an archive of pictures
    nesting: int = 16  # levels of JSON
    pixels: int = 40_000_000  # of one picture
    memory_bytes: int = 6 * 2**30  # address space of the reading process
    seconds: int = 50  # of wall time …
    seconds_per_gb: int = 60  # … and more for a large file
    cores: float = 2.0  # CPU time, in multiples of the wall time

    def seconds_for(self, path: Path) -> int:
        """Give the wall time that reading this file may take."""
        return self.seconds + self.seconds_per_gb * path.stat().st_size // 2**30

    def cpu_seconds_for(self, path: Path) -> int:
        """Give the CPU time that reading this file may take."""
        return max(1, round(self.cores * self.seconds_for(path)))

    def unpacked(self, packed: int) -> int:
        """Give the bytes to which ``packed`` bytes may unfold."""
        return min(self.unpacked_bytes, 64 * _MB + self.unpacked_times * packed)

    def check_rows(self, rows: int, file: str) -> None:
        """Raise InputError for more rows than are taken in."""
        if rows > self.rows:
            raise InputError(f"{file} has more than {self.rows:,} rows, the limit (Limits.rows); "
                             "divide it, or raise the limit")  # fmt: skip

    def check_columns(self, columns: int, file: str) -> None:
        """Raise InputError for more columns than are taken in."""
        if columns > self.columns:
            raise InputError(f"{file} has {columns:,} columns; the limit is {self.columns:,} (Limits.columns); "
                             "leave out what is not needed, or raise the limit")  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Give the limits as plain JSON values."""
        return asdict(self)
