"""Generated items: rows drawn by category, read as a catalogue, filtered, with the real items that lie nearest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from divrec.columns import TITLE
from divrec.data.dataset import Dataset
from divrec.data.likeness import text_block
from divrec.errors import InputError
from divrec.models.progress import Listener
from divrec.synthesis.itemcatalogue import GUIDES, as_catalogue
from divrec.synthesis.itemnearness import Items, Nearness, equal_rows, item_reasons
from divrec.synthesis.itemsettings import ItemGANSettings, ItemSettings, ItemVAESettings, TableSettings
from divrec.synthesis.itemtable import ItemTable, Rows
from divrec.synthesis.settings import FilterSettings

Floats = npt.NDArray[np.float64]
Heard = Callable[[str], None]
_SPARE: Final = 1.3  # drawn for each row that is wanted


class Generator(Protocol):
    """A distribution of item rows by category."""

    def sample(self, categories: npt.NDArray[np.int64], temperature: float, seed: int) -> Rows:
        """Draw a row for each category number (n,)."""
        ...


@dataclass(frozen=True, eq=False)
class GeneratedItems:
    """Generated items, where they lie, and what was dropped.

    ``items``: a catalogue with ``item_id``, a working title, the columns that were learned, ``generated`` and the
    titles of the nearest real items. ``guides``: ``item_id, nearest_1, …``, the ids of these. ``account``: ``reason,
    rows`` of every row that was drawn: ``kept``, ``copy``, ``outlier``. ``real`` and ``made`` describe the real and the
    generated items in the same way, vectors included.
    """

    items: pd.DataFrame
    guides: pd.DataFrame
    account: pd.DataFrame
    real: Items
    made: Items


def generate_items(
    data: Dataset,
    n: int = 500,
    model: str = "vae",
    category: str | Mapping[str, float] | None = None,
    seed: int = 7,
    vectors: Mapping[str, pd.DataFrame] | None = None,
    **controls: Any,  # noqa: ANN401  # temperature; and of the network
) -> pd.DataFrame:
    """Give a catalogue of ``n`` items that do not exist, learned from the catalogue of ``data``.

    ``model`` is "vae" or "gan"; ``category`` names a top-level category, or maps several to their shares; else they
    come as in the catalogue. ``vectors`` are tables of text or picture vectors indexed by item_id; without them the
    titles are read. ``controls``: ``temperature`` (``ItemSettings``), and those of the network, such as ``epochs``
    (``ItemVAESettings``, ``ItemGANSettings``). The same seed gives the same rows. ``title`` is made of brand and
    category, ``nearest_1`` to ``nearest_3`` are titles of real items. Fewer than ``n`` come where the filter leaves
    fewer.
    """
    mix = {} if category is None else {category: 1.0} if isinstance(category, str) else dict(category)
    own = {name: controls.pop(name) for name in ("temperature",) if name in controls}
    settings = ItemSettings.of({"n": n, "model": model, "mix": mix, "seed": seed, **own})
    if vectors is None:
        vectors = {"text": text_block(data.items)} if TITLE in data.items else {}
    return synthesise_items(data.items, vectors, settings, controls).items


def synthesise_items(
    items: pd.DataFrame,
    vectors: Mapping[str, pd.DataFrame],
    settings: ItemSettings,
    network: Mapping[str, Any] | None = None,
    heard: Heard | None = None,
    progress: Listener | None = None,
) -> GeneratedItems:
    """Generate items with their account.

    ``network`` are settings of the network; ``heard`` is called with the name of each stage, ``progress`` in training;
    both may raise Cancelled.
    """
    heard = heard or (lambda _: None)
    heard("fit")
    table = ItemTable(items, vectors, TableSettings(seed=settings.seed))
    wanted = _wanted(table, settings)
    generator = _trained(table, settings, dict(network or {}), progress)
    heard("draw")
    source = _Source(items, table)
    rows, found, account = _drawn(source, generator, wanted, settings)
    if not len(found):
        raise InputError("the filter left no generated item; change the temperature, or ask for other categories")
    made = source.nearness.describe(found, table_vectors(table, rows))
    near = source.nearness.nearest(made, source.nearness.real, len(GUIDES))[1]
    catalogue, guides = as_catalogue(items, found, near, settings.seed)
    return GeneratedItems(catalogue, guides, account, source.nearness.real, made)


def table_vectors(table: ItemTable, rows: Rows) -> dict[str, Floats]:
    """Give each block of a table's vectors by name."""
    ends = np.cumsum([block.axes.shape[1] for block in table.blocks.values()])
    return dict(zip(table.blocks, np.split(rows.vectors, ends[:-1], axis=1), strict=True)) if len(ends) else {}


class _Source:
    """The real items as the filter needs them."""

    def __init__(self, items: pd.DataFrame, table: ItemTable) -> None:
        self.items, self.table = items, table
        self.filter = FilterSettings()
        self.nearness = Nearness(items, table_vectors(table, table.rows))
        self.bounds = self.nearness.bounds(self.filter)

    def judge(self, rows: Rows, found: pd.DataFrame) -> npt.NDArray[np.object_]:
        """Tell what is to become of each row."""
        made = self.nearness.describe(found, table_vectors(self.table, rows))
        far = self.nearness.nearest(made, self.nearness.real)[0][:, 0]
        return item_reasons(far, equal_rows(found, self.items), self.bounds)


def _wanted(table: ItemTable, settings: ItemSettings) -> npt.NDArray[np.int64]:
    """Give how many rows of each category (C,) are wanted, by largest remainder."""
    mix = {name: share for name, share in settings.mix.items() if share > 0}
    shares = np.bincount(table.rows.codes[:, 0], minlength=len(table.categories)).astype(np.float64)
    if mix:
        if unknown := sorted(set(mix) - set(table.categories)):
            there = ", ".join(name for name in table.categories if name) or "none"
            raise InputError(f"there is no category {unknown[0]!r}; there are {there}")
        shares = np.array([mix.get(name, 0.0) for name in table.categories])
    exact = shares / shares.sum() * settings.n
    counts: npt.NDArray[np.int64] = np.floor(exact).astype(np.int64)
    counts[np.argsort(counts - exact, kind="stable")[: settings.n - counts.sum()]] += 1
    return counts


def _trained(table: ItemTable, settings: ItemSettings, network: dict[str, Any], progress: Listener | None) -> Generator:
    network = {"seed": settings.seed, **network}
    if settings.model == "vae":
        from divrec.synthesis.itemvae import ItemVAE  # noqa: PLC0415  # only the one that is asked for

        return ItemVAE(table, ItemVAESettings.of(network), progress)
    from divrec.synthesis.itemgan import ItemGAN  # noqa: PLC0415

    return ItemGAN(table, ItemGANSettings.of(network), progress)


def _drawn(
    source: _Source, generator: Generator, wanted: npt.NDArray[np.int64], settings: ItemSettings
) -> tuple[Rows, pd.DataFrame, pd.DataFrame]:
    """Draw rounds until enough rows of each category are kept: the rows, read as a table, and the account."""
    kept_rows, kept_tables, verdicts = [], [], []
    left = wanted.copy()
    for turn in range(source.filter.rounds):
        seed = settings.seed + turn
        categories = np.repeat(np.arange(len(left)), np.where(left > 0, np.ceil(_SPARE * left).astype(np.int64) + 2, 0))
        rows = generator.sample(categories, settings.temperature, seed)
        found = source.table.decode(rows, np.random.default_rng([seed, 12]))
        said = source.judge(rows, found)
        before = _kept_before(categories, said == "kept")
        looked_at = before < left[categories]
        good = np.flatnonzero(looked_at & (said == "kept"))
        kept_rows.append(rows.at(good))
        kept_tables.append(found.iloc[good])
        verdicts.append(said[looked_at])
        left = left - np.bincount(categories[good], minlength=len(left))
        if not left.any():
            break
    order = np.random.default_rng([settings.seed, 13]).permutation(sum(map(len, kept_tables)))
    account = pd.Series(np.concatenate(verdicts)).value_counts().reindex(["kept", "copy", "outlier"], fill_value=0)
    return (
        Rows.joined(kept_rows).at(order),
        pd.concat(kept_tables, ignore_index=True).iloc[order].reset_index(drop=True),
        account.rename_axis("reason").rename("rows").reset_index(),
    )


def _kept_before(categories: npt.NDArray[np.int64], kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Count for each row how many rows of its category before it were kept; categories lie together."""
    total: npt.NDArray[np.int64] = np.cumsum(kept) - kept
    first = np.searchsorted(categories, categories, "left")
    return np.asarray(total - total[first], dtype=np.int64)
