"""Finding many ids in an index at once."""

import numpy as np
import numpy.typing as npt
import pandas as pd


def positions(values: pd.Series, index: pd.Index) -> npt.NDArray[np.intp]:
    """Position in ``index`` of each value, -1 where it is not there.

    Every distinct id is looked up once: a log repeats its ids, and looking up text costs more than numbering it.
    """
    codes, distinct = pd.factorize(values)
    found = np.append(index.get_indexer(pd.Index(distinct)), -1)  # the last place serves the code -1 of a missing id
    return np.asarray(found[codes], dtype=np.intp)
