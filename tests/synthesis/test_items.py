"""Generated items: like the real ones, of the categories asked for, no copies, the same for the same seed."""

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from divrec.columns import BRAND, CATEGORY, EVENT, ITEM, MARGIN, PRICE, SUBCATEGORY, TIME, TITLE, USER, WEIGHT
from divrec.data.dataset import Dataset
from divrec.data.exports import to_csv, to_parquet
from divrec.data.read import read_dataset
from divrec.errors import CollapseError, InputError
from divrec.models.adversary import gradient_penalty
from divrec.synthesis.itemfidelity import item_fidelity
from divrec.synthesis.itemgan import ItemGAN
from divrec.synthesis.itemnearness import Nearness, equal_rows, item_reasons
from divrec.synthesis.items import generate_items, synthesise_items
from divrec.synthesis.itemsettings import ItemGANSettings, ItemSettings, TableSettings
from divrec.synthesis.itemtable import ItemTable
from divrec.synthesis.modes import Modes
from divrec.synthesis.settings import FilterSettings

KINDS = {"Shoes": ("Boot", "Sandal"), "Lamps": ("Desk lamp", "Lantern"), "Books": ("Novel", "Atlas")}
QUICK = {"epochs": 25}


def catalogue(n=300, seed=1):
    """Three categories of two kinds; a kind has its level of price, a category its two brands; some prices missing."""
    rng = np.random.default_rng(seed)
    category = rng.choice(list(KINDS), n, p=[0.6, 0.3, 0.1])
    kind = np.array([rng.choice(KINDS[name]) for name in category])
    level = {name: 10.0 * 3**place for place, name in enumerate(k for kinds in KINDS.values() for k in kinds)}
    price = np.array([level[name] for name in kind]) * rng.lognormal(sigma=0.15, size=n)
    brand = np.array([f"{name} & Co" if rng.random() < 0.7 else f"House of {name}" for name in category])
    return pd.DataFrame({
        ITEM: [f"p{number:03}" for number in range(n)],
        TITLE: [f"{b} {k} No. {n}" for n, (b, k) in enumerate(zip(brand, kind, strict=True))],
        CATEGORY: category,
        SUBCATEGORY: kind,
        BRAND: pd.array(np.where(rng.random(n) < 0.2, None, brand), dtype="str"),
        PRICE: np.where(rng.random(n) < 0.1, np.nan, np.round(price) + 0.99),
        MARGIN: np.round(rng.beta(4, 6, n), 2),
    }).astype({ITEM: "str", TITLE: "str", CATEGORY: "str", SUBCATEGORY: "str"})  # fmt: skip


@pytest.fixture(scope="module")
def shop():
    items = catalogue()
    log = pd.DataFrame({USER: ["u1", "u2"], ITEM: ["p000", "p001"], EVENT: "purchase", WEIGHT: 1.0})
    log = log.astype({USER: "str", ITEM: "str", EVENT: "str"}).assign(**{TIME: pd.Timestamp("2025-01-01")})
    return Dataset(log, items, log[[USER]])


@pytest.fixture(scope="module")
def made(shop):
    return generate_items(shop, n=300, **QUICK)


def test_rows_are_readable_and_keep_to_the_tree_and_the_range(shop, made):
    real = shop.items
    assert len(made) == made[ITEM].nunique() == 300
    assert not set(made[ITEM]) & set(real[ITEM])
    assert made["generated"].all()
    paths = set(map(tuple, real[[CATEGORY, SUBCATEGORY]].to_numpy()))
    assert set(map(tuple, made[[CATEGORY, SUBCATEGORY]].to_numpy())) <= paths
    for name in (PRICE, MARGIN):
        assert made[name].dropna().between(real[name].min(), real[name].max()).all()
    assert set(made[PRICE].dropna() * 100 % 100) <= set(real[PRICE].dropna() * 100 % 100)  # prices end as the shop's
    assert (made[TITLE] == (made[BRAND].fillna("") + " " + made[SUBCATEGORY]).str.strip()).all()
    assert made["nearest_1"].isin(real[TITLE]).all()


def test_columns_go_together_as_in_the_catalogue(shop, made):
    real, level = shop.items, made.groupby(SUBCATEGORY)[PRICE].median()
    assert np.allclose(np.log(level), np.log(real.groupby(SUBCATEGORY)[PRICE].median()[level.index]), atol=0.25)
    own = [pd.isna(b) or c in b for b, c in zip(made[BRAND], made[CATEGORY], strict=True)]
    assert np.mean(own) > 0.97  # a brand keeps to its category
    assert made[BRAND].isna().mean() == pytest.approx(real[BRAND].isna().mean(), abs=0.08)
    assert made[PRICE].isna().mean() == pytest.approx(real[PRICE].isna().mean(), abs=0.08)
    nearest = shop.items.set_index(TITLE)[SUBCATEGORY]
    same = [nearest[title] == kind for title, kind in zip(made["nearest_1"], made[SUBCATEGORY], strict=True)]
    assert np.mean(same) > 0.9  # the guide is of the same kind


@pytest.mark.parametrize("model", ["vae", "gan"])
def test_the_same_seed_gives_the_same_rows(shop, model):
    first, again = (generate_items(shop, n=40, model=model, seed=3, epochs=3) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(generate_items(shop, n=40, model=model, seed=4, epochs=3))


def test_the_asked_mix_of_categories_is_hit(shop):
    mixed = generate_items(shop, n=80, category={"Lamps": 3.0, "Books": 1.0}, **QUICK)
    assert mixed[CATEGORY].value_counts().to_dict() == {"Lamps": 60, "Books": 20}
    assert set(generate_items(shop, n=10, category="Books", **QUICK)[CATEGORY]) == {"Books"}
    with pytest.raises(InputError, match="no category 'Boats'; there are Books, Lamps, Shoes"):
        generate_items(shop, n=10, category="Boats", **QUICK)


def test_temperature_spreads(shop):
    def spread(temperature):
        rows = generate_items(shop, n=150, temperature=temperature, **QUICK)
        return np.log(rows[PRICE]).groupby(rows[SUBCATEGORY]).std().mean()

    assert spread(0.3) < spread(1.0) < spread(2.5)


def test_the_filter_drops_planted_copies_and_outliers(shop):
    real = shop.items
    nearness = Nearness(real)
    strange = {CATEGORY: "Boats", SUBCATEGORY: "Dinghy", BRAND: "Nobody", PRICE: np.nan, MARGIN: 0.9}
    between = real.iloc[[7]].assign(**{PRICE: real[PRICE].median(), MARGIN: real[MARGIN].median()})
    planted = pd.concat([real.iloc[[5]], pd.DataFrame([strange]), between], ignore_index=True)
    far = nearness.nearest(nearness.describe(planted), nearness.real)[0][:, 0]
    said = item_reasons(far, equal_rows(planted, real), nearness.bounds(FilterSettings()))
    assert said.tolist() == ["copy", "outlier", "kept"]


def test_the_account_adds_up(shop):
    vectors = {"text": pd.DataFrame(np.eye(300)[:, :5], index=shop.items[ITEM])}
    made = synthesise_items(shop.items, vectors, ItemSettings(n=200), QUICK)
    rows = made.account.set_index("reason")["rows"]
    assert rows["kept"] == len(made.items) == len(made.guides) == len(made.made) == 200
    assert set(rows.index) == {"kept", "copy", "outlier"}
    assert not equal_rows(made.items, shop.items).any()


@pytest.mark.parametrize(
    ("columns", "there"),
    [([CATEGORY, PRICE], [CATEGORY, PRICE]), ([BRAND, MARGIN], [BRAND, MARGIN]), ([PRICE, MARGIN], [PRICE, MARGIN])],
)
def test_a_catalogue_with_few_columns_will_do(shop, columns, there):
    plain = Dataset(shop.interactions, shop.items[[ITEM, *columns]], shop.users)
    made = generate_items(plain, n=30, **QUICK)
    assert [name for name in (CATEGORY, SUBCATEGORY, BRAND, PRICE, MARGIN) if name in made] == there


def test_too_little_to_learn_from_is_refused(shop):
    with pytest.raises(InputError, match="at least 20 items, found 12"):
        synthesise_items(shop.items.head(12), {}, ItemSettings())
    with pytest.raises(InputError, match="a catalogue with some of category"):
        synthesise_items(shop.items[[ITEM, TITLE]], {}, ItemSettings())


def test_rare_labels_share_a_level_and_come_back_inside_their_category(shop):
    items = shop.items.assign(**{BRAND: [f"{kind} {n % 40}" for n, kind in enumerate(shop.items[CATEGORY])]})
    table = ItemTable(items, {}, TableSettings(most_labels=5))
    assert len(table.levels[BRAND]) == 6
    again = table.decode(table.rows, np.random.default_rng(0))
    assert (again[CATEGORY] == items[CATEGORY]).all()
    assert all(brand.startswith(kind) for brand, kind in zip(again[BRAND], again[CATEGORY], strict=True))
    assert again[BRAND].nunique() > 40


def test_modes_are_found_and_numbers_come_back():
    rng = np.random.default_rng(0)
    values = np.r_[rng.normal(-50, 1, 400), rng.normal(50, 5, 600), [np.nan] * 20]
    modes = Modes.learn(values, 10, 7)
    assert not modes.logarithmic
    mode, place = modes.encode(values, rng)
    assert (mode[-20:] == modes.width - 1).all()
    assert np.abs(place).mean() < 1.5
    again = modes.decode(mode, place, rng)
    assert np.isnan(again[-20:]).all()
    assert np.isin(again[:-20], values).all()
    assert np.abs(again[:-20] - values[:-20]).mean() < 0.5
    assert Modes.learn(np.full(30, 9.99), 10, 7).decode(np.zeros(3, int), np.zeros(3), rng).tolist() == [9.99] * 3


def test_the_gradient_penalty_of_a_linear_critic_is_known():
    critic = nn.Linear(2, 1)
    with torch.no_grad():
        critic.weight.copy_(torch.tensor([[3.0, 4.0]]))
    assert gradient_penalty(critic, torch.rand(6, 2), torch.rand(6, 2)).item() == pytest.approx((5 - 1) ** 2)


def test_the_gan_tells_of_its_collapse(shop):
    table = ItemTable(shop.items, {}, TableSettings())
    wild = ItemGANSettings(epochs=40, learning_rate=1.0, penalty=0.0, critic_steps=1, fit=0.0)
    with pytest.raises(CollapseError):
        ItemGAN(table, wild)


def test_fidelity_of_the_real_rows_themselves_of_halves_and_of_noise(shop, made):
    real = shop.items

    def measured(more, held_out=None):
        table = item_fidelity(real, more, held_out)
        return table[table["of"] == ""].set_index("metric")["value"]

    same, good = measured(real, catalogue(seed=2)), measured(made)
    assert same["quality"] == pytest.approx(1)
    assert same["exact_copies"] == len(real)
    assert same["closer_to_seen"] > 0.95  # copies give away what was learned from
    shuffled = pd.DataFrame({name: real[name].sample(frac=1, random_state=place).to_numpy()
                             for place, name in enumerate(real)})  # fmt: skip
    noise = measured(shuffled)
    assert good["exact_copies"] == 0
    assert good["quality"] > noise["quality"]
    assert noise["detector_auc"] > 0.9 > good["detector_auc"]
    assert good["coverage_precision"] > noise["coverage_precision"]
    assert good["coverage_recall"] > 0.8
    assert np.isnan(good["closer_to_seen"])
    alone = item_fidelity(real, shuffled).query("metric == 'column'")["value"]
    assert np.allclose(alone, 1)  # each column alone is as it was


@pytest.mark.parametrize("write", [to_csv, to_parquet])
def test_the_export_reads_back_as_a_catalogue(shop, made, write, tmp_path):
    ending = "csv" if write is to_csv else "parquet"
    events = pd.DataFrame({USER: "u1", ITEM: made[ITEM].head(5), EVENT: "view"})
    (tmp_path / f"items.{ending}").write_bytes(write(made))
    events.to_csv(tmp_path / "events.csv", index=False)
    again = read_dataset(tmp_path / "events.csv", items=tmp_path / f"items.{ending}")
    assert again.items[ITEM].tolist() == made[ITEM].tolist()
    for name in (TITLE, CATEGORY, SUBCATEGORY, BRAND, "nearest_1"):
        assert again.items[name].fillna("").tolist() == made[name].fillna("").tolist()
    for name in (PRICE, MARGIN):
        assert np.allclose(again.items[name], made[name], equal_nan=True)
    assert again.items["generated"].astype(str).str.lower().eq("true").all()
