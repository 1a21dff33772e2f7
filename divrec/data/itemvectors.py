"""Ready item vectors: text, picture or voice embeddings made elsewhere, one row per item."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec import columns as c
from divrec.data.guess import Guess
from divrec.data.quarantine import set_aside
from divrec.data.report import Report
from divrec.data.sources import PART, ROW, Source, id_text
from divrec.errors import InputError

_LIST: Final = r"\s*\[?\s*[^,;|\s]+([,;|\s]+[^,;|\s]+)+\s*\]?\s*"
_SEEN: Final = 500  # rows that tell a column of lists from one of numbers
TABLE: Final = "vectors"
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ItemVectors:
    """A row of float32 for each item of the catalogue (zeros where the file has none), and the account of the file."""

    table: pd.DataFrame
    report: Report
    aside: pd.DataFrame


def read_item_vectors(source: Source, mapping: dict[str, Guess], items: pd.Index, report: Report) -> ItemVectors:
    """Read the numbers beside the id: one column of lists, or all columns of numbers.

    Raises InputError where the file has neither.
    """
    rows, numbers = _numbers(source, mapping["item"].column)
    ids = rows[c.ITEM]
    blank = ids.isna() | (ids.str.strip() == "")
    broken = ~blank & ~pd.Series(np.isfinite(numbers).all(axis=1), index=rows.index)
    again = ~blank & ~broken & ids.where(~broken).duplicated()
    unknown = ~blank & ~broken & ~again & ~ids.isin(items)
    dropped = []
    for found, reason in (
        (blank, "no item id"), (broken, f"vector is not {numbers.shape[1]} finite numbers"),
        (again, "item id was described before: the first row stays"), (unknown, "no such item in the log or catalogue"),
    ):  # fmt: skip
        report = report.add("dropped", reason, int(found.sum()), TABLE)
        dropped.append(rows.loc[found, [PART, ROW]].assign(reason=reason))
    kept = ~(blank | broken | again | unknown)
    if not kept.any():
        raise InputError(f"{source.name} has no vector for any item of the log; are its ids those of the log?")
    vectors = np.zeros((len(items), numbers.shape[1]), dtype=np.float32)
    vectors[items.get_indexer(pd.Index(ids[kept]))] = numbers[kept.to_numpy()]
    without = len(items) - int(kept.sum())
    report = report.add("fixed", "item has no ready vector: it is alike to nothing", without, TABLE)
    table = pd.DataFrame(vectors, index=items.rename(c.ITEM), columns=[f"v{n}" for n in range(vectors.shape[1])])
    return ItemVectors(table, report, set_aside(source, pd.concat(dropped)))


def _numbers(source: Source, item: str) -> tuple[pd.DataFrame, Floats]:
    """Give the rows' ids and places, and their numbers; what is no number is NaN."""
    head = source.head(_SEEN)
    others = [name for name in head.columns if name != item]
    lists = [name for name in others if _share(head[name], _LIST, many=True)]
    single = [name for name in others if _share(head[name], r"\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s*", many=False)]
    if lists:
        plain = f"regexp_replace(trim({source.text(lists[0])}, ' []'), '[,;|\\s\"]+', ' ', 'g')"
        shown = f"list_transform(string_split(trim({plain}), ' '), lambda x: TRY_CAST(x AS FLOAT)) AS numbers"
    elif single:
        shown = "[" + ", ".join(f"CAST({source.number(name)} AS FLOAT)" for name in single) + "] AS numbers"
    else:
        raise InputError(f"{source.name} holds no vectors beside {item!r}; expected columns of numbers, or one column "
                         f"of lists; it has {', '.join(source.columns)}")  # fmt: skip
    asked = f'{id_text(source, item)} AS {c.ITEM}, {shown}, "{PART}", "{ROW}"'
    found = source.relation.project(asked).to_arrow_table()
    listed = found["numbers"].combine_chunks()
    sizes = listed.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    width = int(np.bincount(sizes).argmax())
    whole = sizes == width
    numbers = np.full((len(sizes), width), np.nan, dtype=np.float32)
    flat = listed.filter(whole).flatten().fill_null(np.nan).to_numpy(zero_copy_only=False)
    numbers[whole] = flat.reshape(-1, width)
    return found.drop_columns(["numbers"]).to_pandas(), numbers


def _share(values: pd.Series, pattern: str, many: bool) -> bool:
    """Whether most values are written so; lists are known by their first number, too."""
    filled = values.dropna()
    if filled.empty:
        return False
    fits = filled.str.fullmatch(pattern)
    if many:
        fits &= filled.str.strip(" [\"").str.match(r"[-+]?[0-9.]+[^A-Za-z]")
    return bool(fits.mean() > 0.5)
