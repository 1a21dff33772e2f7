"""What must hold for any lists: bounds, indifference to the order of rows, known answers, undefined is NaN."""

import inspect

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import divrec.metrics.registry as registry
from divrec.data.candidates import Candidates
from divrec.errors import InputError, UnknownIdError
from divrec.metrics import (
    accuracy,
    between,
    explicit,
    exposure,
    inside,
    novelty,
    over_time,
    popularity,
    relevance,
    sameness,
    subtopic,
)
from divrec.metrics.lists import RankedLists, lists_of
from divrec.metrics.measure import PerUser, Population
from divrec.metrics.registry import METRICS

ITEMS = [f"i{at}" for at in range(15)]


def shop(seed, users=6, n=4):
    rng = np.random.default_rng(seed)
    names = [f"u{at}" for at in range(users)]

    def lists(length):
        rows = [(u, ITEMS[i], r, float(9 - r)) for u in names for r, i in enumerate(rng.permutation(15)[:length], 1)]
        return pd.DataFrame(rows, columns=["user_id", "item_id", "rank", "score"])

    def events(count):
        table = pd.DataFrame({"user_id": rng.choice(names, count), "item_id": rng.choice(ITEMS, count)})
        return table.assign(weight=rng.integers(1, 5, count).astype(float))

    vectors = pd.DataFrame(rng.normal(size=(15, 4)), index=ITEMS)
    vectors.iloc[0] = 0.0
    vectors.iloc[2] = vectors.iloc[1]
    recs = lists(n)
    history = events(40)
    return {
        "recs": recs,
        "vectors": vectors,
        "items": pd.DataFrame({"item_id": ITEMS, "category": rng.choice(["tea", "cup", None], 15)}),
        "history": history,
        "log": history,
        "test": events(15),
        "pool": Candidates.from_frame(lists(12)),
        "previous": lists(3),
    }


def call(entry, tables):
    return entry.function(tables["recs"], **{need: tables[need] for need in entry.needs})


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15)
def test_every_measure_stays_in_its_range(seed):
    tables = shop(seed)
    for name, entry in METRICS.items():
        value = call(entry, tables)
        low, high = entry.range
        assert np.isnan(value) or low <= value <= (np.inf if high is None else high), name


@pytest.mark.parametrize("name", METRICS)
def test_the_order_of_rows_and_the_names_of_users_change_nothing(name):
    entry, tables = METRICS[name], shop(4)
    shuffled = {
        key: table.sample(frac=1, random_state=1) if isinstance(table, pd.DataFrame) else table
        for key, table in tables.items()
    }
    assert call(entry, shuffled) == pytest.approx(call(entry, tables), abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", METRICS)
def test_ready_made_lists_give_what_the_table_gives(name):
    entry, tables = METRICS[name], shop(5)
    ready = {**tables, "recs": lists_of(tables["recs"])}
    assert call(entry, ready) == call(entry, tables) or np.isnan(call(entry, tables))


@pytest.mark.parametrize("name", METRICS)
def test_every_entry_is_complete(name):
    entry = METRICS[name]
    assert entry.name == name == entry.function.__name__
    assert entry.function.__doc__
    assert ">>>" in entry.function.__doc__
    assert entry.label.keys() == entry.sentence.keys() == {"en", "zh"}
    assert all(entry.label.values())
    assert entry.sentence["en"].endswith(".")
    assert entry.sentence["zh"].endswith("。")
    assert set(entry.needs) <= set(list(inspect.signature(entry.function).parameters)[1:])


def test_every_public_measure_is_registered():
    rooms = (inside, between, over_time, exposure, popularity, novelty, relevance, accuracy, explicit, subtopic,
             sameness)  # fmt: skip
    public = {
        value.__name__ for room in rooms for value in vars(room).values() if isinstance(value, PerUser | Population)
    }
    assert public == set(METRICS)


def test_unknown_measure_lists_the_known_ones():
    with pytest.raises(InputError, match=r"no measure 'nope'; there are sameness, .*err_ia"):
        registry.metric("nope")


def table(rows):
    return pd.DataFrame([(u, i, r) for u, items in rows.items() for r, i in enumerate(items, 1)],
                        columns=["user_id", "item_id", "rank"])  # fmt: skip


VECTORS = pd.DataFrame({"x": [1.0, 1, 0, -1], "y": [0.0, 0, 1, 0]}, index=list("abcd"))


def test_ild_of_one_item_is_undefined_and_left_out_of_the_mean():
    recs = table({"u": "a", "v": "ad"})
    assert inside.ild.per_user(recs, VECTORS).isna().tolist() == [True, False]
    assert inside.ild(recs, VECTORS) == 1.0


def test_duplicates_have_no_variety_and_a_vendi_score_of_one():
    recs = table({"u": "ab"})
    assert inside.ild(recs, VECTORS) == inside.minimum_distance(recs, VECTORS) == 0
    assert inside.vendi(recs, VECTORS) == pytest.approx(1)


def test_scaling_vectors_changes_nothing():
    recs = table({"u": "abcd"})
    assert inside.ild(recs, VECTORS * 1e20) == pytest.approx(inside.ild(recs, VECTORS), abs=1e-12)


def test_vendi_does_not_mind_lists_of_different_lengths():
    alone = inside.vendi(table({"u": "ac"}), VECTORS)
    assert inside.vendi.per_user(table({"u": "ac", "v": "abcd"}), VECTORS)["u"] == pytest.approx(alone)


def test_everybody_gets_the_same_or_nothing_in_common():
    same, apart = table({"u": "ab", "v": "ba"}), table({"u": "ab", "v": "cd"})
    assert between.personalisation(same) == pytest.approx(0)
    assert between.list_overlap(same) == between.neighbour_overlap(same) == 1
    assert between.personalisation(apart) == 1
    assert between.list_overlap(apart) == between.neighbour_overlap(apart) == 0


def test_one_shopper_alone_has_nobody_to_be_like():
    recs = table({"u": "ab"})
    assert np.isnan([between.personalisation(recs), between.list_overlap(recs), between.neighbour_overlap(recs)]).all()


def test_nearest_shopper_is_the_one_with_the_most_similar_history():
    recs = table({"u": "ab", "v": "cd", "w": "ab"})
    history = pd.DataFrame({"user_id": list("uuvvw"), "item_id": list("xyxyz")})
    values = between.neighbour_overlap.per_user(recs, history)
    assert values[["u", "v"]].tolist() == [0, 0]
    assert np.isnan(values["w"])
    assert between.neighbour_overlap.per_user(recs)["w"] == 1


def test_temporal_diversity_of_first_visit_same_and_new_lists():
    before = table({"u": "ab", "v": "ab"})
    values = over_time.temporal_diversity.per_user(table({"u": "ba", "v": "cd", "w": "ab"}), before)
    assert values[["u", "v"]].tolist() == [0, 1]
    assert np.isnan(values["w"])


def test_history_in_the_list_is_fully_similar_and_strangers_are_undefined():
    recs = table({"u": "ad", "v": "a"})
    history = pd.DataFrame({"user_id": ["u", "u", "v"], "item_id": ["a", "d", "unheard of"]})
    values = over_time.similarity_to_history.per_user(recs, history, VECTORS)
    assert values["u"] == 1
    assert np.isnan(values["v"])


def test_calibration_is_zero_for_the_same_mix_and_greatest_for_a_foreign_one():
    items = pd.DataFrame({"item_id": list("abcd"), "category": ["tea", "tea", "cup", "cup"]})
    history = pd.DataFrame({"user_id": ["u", "u", "v"], "item_id": list("aca")})
    values = over_time.calibration.per_user(table({"u": "bd", "v": "cd"}), history, items)
    assert values["u"] == pytest.approx(0, abs=1e-12)
    assert values["v"] == pytest.approx(-np.log(0.01))


def test_exposure_counts_items_nobody_sees():
    recs, items = table({"u": "a", "v": "a"}), pd.DataFrame({"item_id": list("abcd")})
    assert exposure.gini(recs, items) == 0.75
    assert exposure.catalogue_coverage(recs, items) == 0.25
    assert exposure.exposure_entropy(recs, items) == 0
    with pytest.raises(UnknownIdError, match=r"1 of 1 items are not in the catalogue \(first: a\)"):
        exposure.gini(recs, ["b", "c"])


def test_fair_exposure_and_its_table():
    items = pd.DataFrame({"item_id": list("abcd"), "brand": ["x", "x", "y", None]})
    recs = table({"u": "ac", "v": "ca"})
    test = pd.DataFrame({"user_id": ["u", "v"], "item_id": ["a", "c"]})
    assert exposure.exposure_disparity(recs, items, test, by="brand") == pytest.approx(0)
    groups = exposure.exposure_by_group(recs, items, test, by="brand")
    assert groups["brand"].tolist() == ["x", "y"]
    np.testing.assert_allclose(groups[["exposure", "relevance", "ratio"]], [[0.5, 0.5, 1]] * 2)


def test_popularity_lift_of_lists_like_histories_is_zero():
    log = pd.DataFrame({"user_id": list("uvw"), "item_id": list("aab")})
    assert popularity.popularity_lift(table({"u": "a"}), log, log) == 0


def test_what_nobody_knows_is_long_tail_and_as_novel_as_known_by_one():
    log = pd.DataFrame({"user_id": list("uvwxy"), "item_id": list("aaaab")})
    assert popularity.long_tail_share(table({"u": "d"}), log) == 1
    assert novelty.novelty(table({"u": "d"}), log) == novelty.novelty(table({"u": "b"}), log)
    assert novelty.unexpectedness(table({"u": "ab"}), log) == 0
    assert novelty.unexpectedness(table({"u": "cd"}), log) == 1


def test_a_user_without_a_list_has_no_hits_and_one_without_truth_does_not_count():
    recs = table({"u": "ab", "v": "cd"})
    values = accuracy.recall.per_user(recs, pd.DataFrame({"user_id": ["u", "z"], "item_id": ["a", "a"]}))
    assert values.to_dict() == {"u": 1.0, "z": 0.0}


def test_auc_of_full_lists_and_of_known_items_left_out():
    items = pd.DataFrame({"item_id": list("abcd")})
    test = pd.DataFrame({"user_id": ["u"], "item_id": ["b"]})
    assert accuracy.auc(table({"u": "abcd"}), test, items) == pytest.approx(2 / 3)
    history = pd.DataFrame({"user_id": ["u"], "item_id": ["a"]})
    assert accuracy.auc(table({"u": "bcd"}), test, items, history) == 1
    assert accuracy.auc(table({"u": "c"}), test, items) == pytest.approx(1 / 3)


def test_rmse_without_ratings_says_what_is_missing():
    with pytest.raises(InputError, match="needs a column score"):
        explicit.rmse(table({"u": "a"}), pd.DataFrame({"user_id": ["u"], "item_id": ["a"], "weight": [1.0]}))


def test_relevance_kept_ignores_the_scale_of_scores_and_pins_from_outside_have_none():
    pool = pd.DataFrame({"user_id": ["u"] * 4, "item_id": list("abcd"), "score": [4.0, 3, 2, 1]})
    recs = table({"u": "ac"})
    assert relevance.relevance_kept(recs, pool) == pytest.approx((1 + 1 / 3) / (1 + 2 / 3))
    scaled = relevance.relevance_kept(recs, pool.assign(score=pool["score"] * 100 - 7))
    assert scaled == pytest.approx(relevance.relevance_kept(recs, pool))
    assert relevance.relevance_kept(table({"u": "az"}), pool) == pytest.approx(1 / (1 + 2 / 3))
    assert relevance.relevance_kept(recs, pool.assign(score=1.0)) == 1


def test_subtopics_of_judgements_with_several_per_item():
    judged = pd.DataFrame({"user_id": ["q"] * 3, "item_id": ["a", "a", "b"], "category": ["1", "2", "2"]})
    assert subtopic.subtopic_recall(table({"q": "b"}), judged) == 0.5
    assert subtopic.alpha_ndcg(table({"q": "ab"}), judged) == pytest.approx(1)
    with pytest.raises(InputError, match="pass items="):
        subtopic.alpha_ndcg(table({"q": "b"}), judged.drop(columns="category"))


def test_sameness_is_the_mean_of_its_defined_parts():
    tables = shop(8)
    recs, vectors, history = tables["recs"], tables["vectors"], tables["history"]
    parts = sameness.sameness_parts(recs, vectors, history)
    assert tuple(parts) == sameness.PARTS
    assert sameness.sameness(recs, vectors, history) == pytest.approx(100 * np.mean(list(parts.values())))
    assert parts["inside"] == sameness.sameness_inside(recs, vectors)
    assert parts["between"] == sameness.sameness_between(recs, history)
    assert parts["over_time"] == sameness.sameness_over_time(recs, history, vectors)
    assert np.isnan(sameness.sameness_parts(recs, vectors)["over_time"])


def test_the_same_products_for_all_are_100_and_the_inside_part_knows_the_catalogue():
    recs = table({"u": "ab", "v": "ab"})
    history = pd.DataFrame({"user_id": list("uuvv"), "item_id": list("abab")})
    assert sameness.sameness(recs, VECTORS, history) == 100
    everything = table({"u": "abcd"})
    assert sameness.sameness_inside(everything, VECTORS) == pytest.approx(0)


def test_mean_distance_by_pairs():
    rows = np.array([[1.0, 0], [1, 0], [0, 1], [0, 0]])
    by_pairs = np.mean([(1 - rows[a] @ rows[b]) / 2 for a in range(4) for b in range(4) if a != b])
    assert sameness.mean_distance(rows) == pytest.approx(by_pairs)
    assert np.isnan(sameness.mean_distance(rows[:1]))


def test_lists_refuse_an_item_or_rank_twice_and_missing_columns():
    with pytest.raises(InputError, match="item_id 'a' stands more than once in the list of 'u'"):
        lists_of(table({"u": "aa"}))
    with pytest.raises(InputError, match="rank '1' stands more than once"):
        lists_of(table({"u": "ab"}).assign(rank=1))
    with pytest.raises(InputError, match="rank not among user_id, item_id"):
        lists_of(table({"u": "ab"}).drop(columns="rank"))


def test_vectors_missing_for_a_listed_item_are_named():
    with pytest.raises(UnknownIdError, match=r"1 of 2 items are not in the vectors \(first: z\)"):
        inside.ild(table({"u": "az"}), VECTORS)


def test_no_lists_at_all_are_undefined_everywhere():
    empty = table({})
    lists = lists_of(empty)
    assert isinstance(lists, RankedLists)
    assert len(lists.users) == 0
    assert np.isnan(inside.ild(empty, VECTORS))
    assert np.isnan(between.personalisation(empty))
    assert np.isnan(sameness.sameness(empty, VECTORS))
