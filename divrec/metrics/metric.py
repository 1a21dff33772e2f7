"""What is known of a measure beside its function: formula, range, direction, and words for a merchandiser."""

from dataclasses import dataclass
from typing import Any, Literal

from divrec.metrics.measure import PerUser, Population

Better = Literal["higher", "lower", "neither"]
Family = Literal["sameness", "inside", "between", "over time", "exposure", "novelty", "accuracy"]


@dataclass(frozen=True)
class Metric:
    """One measure and how to speak of it.

    ``needs`` names the tables that ``function`` takes beside the recommendations, by the names of its parameters:
    vectors, items (catalogue), history (what these shoppers did before), log (what everybody did), test (held-out
    events), pool, previous (the last visit's lists). ``columns`` are those that the catalogue must have. A ``None`` in
    ``range`` is an open end; ``always`` is False for what only makes sense on request. ``label`` and ``sentence`` are
    by language: en, zh.
    """

    name: str
    family: Family
    function: PerUser[Any] | Population[Any]
    needs: tuple[str, ...]
    formula: str
    range: tuple[float, float | None]
    better: Better
    label: dict[str, str]
    sentence: dict[str, str]
    columns: tuple[str, ...] = ()
    always: bool = True
