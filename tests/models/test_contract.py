"""What every recommender keeps, whatever its family."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from divrec.columns import EVENT, ITEM, RANK, RECOMMENDATIONS, SCORE, USER, WEIGHT
from divrec.data.candidates import NO_ITEM
from divrec.errors import ArtefactError, InputError, NotFittedError, UnknownIdError
from divrec.models import FAMILIES, load_model, make_model

# small networks on purpose: what is tested is the protocol
TINY = {"hidden_dim": 32, "latent_dim": 8, "epochs": 60, "batch": 40, "learning_rate": 5e-3}
SETTINGS = {
    "multvae": TINY,
    "recvae": {**TINY, "epochs": 30, "patience": 30},
    "aae": {**TINY, "discriminator_dim": 8, "patience": 60},
    "sasrec": {**TINY, "latent_dim": 16, "epochs": 150, "patience": 150, "dropout": 0.1},
    "twotower": {**TINY, "patience": 60},
    "cfgan": {"hidden_dim": 32, "latent_dim": 8, "epochs": 40, "patience": 40, "batch": 40, "learning_rate": 5e-3},
    "ials": {"factors": 8, "regularisation": 20.0},
    "itemknn": {"neighbours": 20},
    "userknn": {"neighbours": 20},
    "gfcf": {"components": 8},
    "biasedmf": {"factors": 8},
    "blend": {"members": {"ease": {}, "multvae": {**TINY, "epochs": 10}}},
}
PERSONAL = sorted(set(FAMILIES) - {"popularity", "frequency"})  # families that learn from other users' taste
FITTED = {}
RATED = {}


def rated(data):
    """The same shop, where everything is rated: one's own block and what many know 4 to 5, some of the rest 1."""
    if id(data) not in RATED:
        log = data.interactions.drop_duplicates([USER, ITEM])
        known = log.groupby(ITEM)[USER].transform("nunique")
        log = log.assign(**{EVENT: "rating", WEIGHT: 4 + known / known.max()})
        if "b0i0" in data.item_ids:
            log = pd.concat([log, disliked(log, data.item_ids)], ignore_index=True)
        RATED[id(data)] = data.with_interactions(log)
    return RATED[id(data)]


def disliked(log, item_ids):
    """Seven items of each other block for every user, rated 1."""
    rng = np.random.default_rng(1)
    rows = []
    for user, own in log.groupby(USER)[ITEM].agg(lambda items: items.iloc[0][:2]).items():
        for block in {"b0", "b1", "b2"} - {own}:
            rows += [(user, item) for item in rng.choice(item_ids[item_ids.str[:2] == block], 7, replace=False)]
    return pd.DataFrame(rows, columns=[USER, ITEM]).assign(**{EVENT: "rating", WEIGHT: 1.0, "time": log["time"].max()})


def new_model(family, **settings):
    return make_model(family, {**SETTINGS.get(family, {}), **settings})


def fitted(family, data):
    """One training per family and shop for all tests of this file."""
    key = (family, id(data))
    if key not in FITTED:
        FITTED[key] = new_model(family).fit(data)
    return FITTED[key]


@pytest.fixture(params=sorted(FAMILIES))
def family(request):
    return request.param


@pytest.fixture
def random_shop(request, random_shop):
    family = request.getfixturevalue("family") if "family" in request.fixturenames else ""
    return rated(random_shop) if family and FAMILIES[family].rated else random_shop


@pytest.fixture
def blocks(request, blocks):
    family = request.getfixturevalue("family") if "family" in request.fixturenames else ""
    return rated(blocks) if family and FAMILIES[family].rated else blocks


@pytest.fixture
def model(family, random_shop):
    return fitted(family, random_shop)


def test_scores_are_one_finite_float32_per_user_and_item(model, random_shop):
    scores = model.score(random_shop.matrix()[:7])
    assert scores.shape == (7, 60)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_scoring_changes_neither_the_histories_nor_the_model(model, random_shop):
    histories = random_shop.matrix()
    before = histories.copy()
    first = model.score(histories).copy()
    model.recommend(random_shop.user_ids, n=5)
    assert (histories != before).nnz == 0
    np.testing.assert_array_equal(model.score(histories), first)


def test_entries_that_stand_twice_are_summed(model, random_shop):
    whole = random_shop.matrix()[:3].tocoo()
    doubled = sparse.csr_matrix((3, 60), dtype=np.float32)
    doubled.indptr = 2 * random_shop.matrix()[:3].indptr
    doubled.indices = np.repeat(random_shop.matrix()[:3].indices, 2)
    doubled.data = np.repeat(whole.data / 2, 2)
    np.testing.assert_array_equal(model.score(doubled), model.score(random_shop.matrix()[:3]))


def test_recommendations_are_the_promised_table(model):
    lists = model.recommend(["u3", "u1"], n=4)
    assert tuple(lists.columns) == RECOMMENDATIONS
    assert lists[USER].tolist() == ["u3"] * 4 + ["u1"] * 4
    assert lists[RANK].tolist() == [1, 2, 3, 4] * 2
    assert (lists.groupby(USER)[SCORE].diff().dropna() <= 0).all()
    assert not lists.duplicated([USER, ITEM]).any()


def test_seen_items_are_left_out(model, random_shop):
    lists = model.recommend(random_shop.user_ids, n=60)
    seen = random_shop.interactions[[USER, ITEM]].drop_duplicates()
    assert lists.merge(seen, on=[USER, ITEM]).empty
    assert len(lists) + len(seen) == 200 * 60  # and nothing else is


def test_seen_items_may_return_when_repeat_is_asked_for(model, random_shop):
    assert model.recommend(random_shop.user_ids, n=60, repeat=True).groupby(USER).size().eq(60).all()


def test_a_list_longer_than_the_catalogue_is_the_catalogue(model):
    pool = model.candidates(["u1"], n=1000, repeat=True)
    assert pool.items.shape == (1, 60)
    assert set(pool.items[0]) == set(range(60))


def test_pools_end_in_padding_where_items_run_out(model, random_shop):
    pool = model.candidates(random_shop.user_ids, n=60)
    seen = (random_shop.matrix() != 0).sum(axis=1)
    np.testing.assert_array_equal(pool.lengths, 60 - np.asarray(seen).ravel())
    assert (pool.items[:, -1] == NO_ITEM).all()


def test_batches_do_not_change_the_lists(model, random_shop, monkeypatch):
    whole = model.recommend(random_shop.user_ids, n=10)
    monkeypatch.setattr("divrec.models.users._BATCH_SCORES", 60 * 7)
    parts = model.recommend(random_shop.user_ids, n=10)
    pd.testing.assert_frame_equal(whole.drop(columns=SCORE), parts.drop(columns=SCORE))
    np.testing.assert_allclose(whole[SCORE], parts[SCORE], rtol=1e-5, atol=1e-6)


def test_users_may_be_ids_a_table_or_a_dataset(model, random_shop):
    expected = model.recommend(list(random_shop.user_ids), n=3)
    pd.testing.assert_frame_equal(model.recommend(random_shop.users, n=3), expected)
    pd.testing.assert_frame_equal(model.recommend(random_shop.interactions, n=3).sort_values([USER, RANK]),
                                  expected.sort_values([USER, RANK]), check_like=True)  # fmt: skip
    pd.testing.assert_frame_equal(model.recommend(random_shop, n=3), expected)


def test_the_history_of_a_split_is_used(model, random_shop):
    known = random_shop.interactions.groupby(USER).head(2)
    test = random_shop.with_interactions(random_shop.interactions, history=known)
    pd.testing.assert_frame_equal(model.recommend(test), model.recommend(random_shop.user_ids, history=known))


def test_a_new_shopper_needs_no_training(model, random_shop):
    history = random_shop.interactions.query("user_id == 'u5'").assign(user_id="someone new")
    lists = model.recommend(["someone new"], n=8, history=history)
    assert lists[ITEM].tolist() == model.recommend(["u5"], n=8)[ITEM].tolist()
    if model.predicts_ratings:
        return  # a history without its ratings is another one
    without_weights = model.recommend(["someone new"], n=8, history=history.drop(columns=WEIGHT))
    assert without_weights[ITEM].tolist() == lists[ITEM].tolist()


def test_a_history_of_items_that_the_model_does_not_know_is_no_history(model):
    history = pd.DataFrame({USER: ["x"], ITEM: ["an item of another shop"]})
    assert model.recommend(["x"], n=5, history=history)[ITEM].tolist() == model.recommend(
        ["y"], n=5, history=history
    )[ITEM].tolist()  # fmt: skip


def test_a_newcomer_gets_a_full_list_of_popular_items(model, random_shop):
    lists = model.recommend(["newcomer"], n=20, history=random_shop.interactions.iloc[:0])
    assert len(lists) == 20
    buyers = random_shop.interactions.groupby(ITEM)[USER].nunique()
    assert buyers.loc[lists[ITEM].head(3)].min() >= buyers.median()


def test_an_unknown_user_is_refused_with_the_remedy(model):
    with pytest.raises(UnknownIdError, match=r"'stranger' is not among the 200 users .*history="):
        model.recommend(["u1", "stranger"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.recommend("u1"), r"single id 'u1'; write \['u1'\]"),
        (lambda m: m.recommend(["u1"], n=0), "at least 1 place, found n=0"),
        (lambda m: m.recommend(pd.DataFrame({"who": ["u1"]})), "needs the column user_id; it has who"),
        (lambda m: m.recommend(["u1"], history=pd.DataFrame({USER: ["u1"]})), "item_id not among user_id"),
        (lambda m: m.score(sparse.csr_matrix((2, 3))), r"60 items, found the shape \(2, 3\)"),
    ],
)
def test_wrong_calls_are_explained(model, call, message):
    with pytest.raises(InputError, match=message):
        call(model)


def test_no_users_give_an_empty_table(model):
    assert tuple(model.recommend([]).columns) == RECOMMENDATIONS
    assert model.recommend([]).empty


def test_an_untrained_model_says_so(family, tmp_path):
    for call in (lambda m: m.recommend(["u1"]), lambda m: m.item_vectors(), lambda m: m.save(tmp_path / "m")):
        with pytest.raises(NotFittedError, match="not trained yet"):
            call(new_model(family))


def test_a_log_without_a_positive_event_is_refused(family, random_shop):
    refusal = "has none to learn from" if FAMILIES[family].rated else "nothing to learn from: 200 users and 60 items"
    with pytest.raises(InputError, match=refusal):
        new_model(family).fit(random_shop.with_interactions(random_shop.interactions.assign(weight=0.0)))


def test_an_unknown_setting_is_refused_by_name(family):
    with pytest.raises(InputError, match="has no 'lambda_'; it has"):
        make_model(family, {"lambda_": 1})


def test_same_seed_same_lists(family, blocks):
    settings = {"epochs": 4} if "epochs" in SETTINGS.get(family, {}) else {}
    first, second = (new_model(family, **settings).fit(blocks) for _ in range(2))
    pd.testing.assert_frame_equal(first.recommend(blocks.user_ids), second.recommend(blocks.user_ids))
    pd.testing.assert_frame_equal(first.item_vectors(), second.item_vectors())


def test_save_and_load_give_the_same_model(model, random_shop, tmp_path):
    model.save(tmp_path / "m")
    loaded = load_model(tmp_path / "m")
    assert type(loaded) is type(model)
    assert loaded.settings == model.settings
    pd.testing.assert_frame_equal(loaded.recommend(random_shop.user_ids), model.recommend(random_shop.user_ids))
    pd.testing.assert_frame_equal(loaded.item_vectors(), model.item_vectors())
    np.testing.assert_array_equal(loaded.encode(loaded.histories), model.encode(model.histories))
    assert {p.suffix for p in (tmp_path / "m").rglob("*") if p.is_file()} == {".json", ".parquet", ".safetensors"}


def test_saving_again_replaces_the_whole(model, tmp_path):
    model.save(tmp_path / "m")
    model.save(tmp_path / "m")
    assert load_model(tmp_path / "m").user_ids.equals(model.user_ids)
    assert [p.name for p in tmp_path.iterdir()] == ["m"]


@pytest.mark.parametrize("part", ["weights.safetensors", "histories.safetensors", "model.json", "items.parquet"])
def test_a_flipped_bit_is_noticed(model, tmp_path, part):
    model.save(tmp_path / "m")
    content = bytearray((tmp_path / "m" / part).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "m" / part).write_bytes(content)
    with pytest.raises(ArtefactError, match="checksum"):
        load_model(tmp_path / "m")


def test_weights_of_another_catalogue_are_refused(model, random_shop, blocks, tmp_path):
    from divrec.data.files import seal

    model.save(tmp_path / "m")
    fitted(model.family, blocks).save(tmp_path / "other")
    for part in (tmp_path / "m").rglob("weights.safetensors"):
        part.write_bytes((tmp_path / "other" / part.relative_to(tmp_path / "m")).read_bytes())
    seal(tmp_path / "m")
    with pytest.raises(ArtefactError, match=r"should be .*60.* found .*30"):
        load_model(tmp_path / "m")


def test_a_family_of_the_future_is_refused(model, tmp_path):
    from divrec.data.files import seal

    model.save(tmp_path / "m")
    text = json.loads((tmp_path / "m" / "model.json").read_text()) | {"family": "oracle"}
    (tmp_path / "m" / "model.json").write_text(json.dumps(text))
    seal(tmp_path / "m")
    with pytest.raises(ArtefactError, match="no model family 'oracle'; there are"):
        load_model(tmp_path / "m")


def test_vectors_have_one_finite_row_per_item_and_user(model, random_shop):
    vectors = model.item_vectors()
    assert vectors.index.equals(random_shop.item_ids)
    assert np.isfinite(vectors.to_numpy()).all()
    encoded = model.encode(random_shop.matrix())
    assert encoded.shape[0] == 200
    assert np.isfinite(encoded).all()


@pytest.mark.parametrize("family", PERSONAL)
def test_blocks_are_solved(family, blocks):
    """Each user's missing three items of their own block come first, for every user."""
    lists = fitted(family, blocks).recommend([f"u{user:03}" for user in range(120)], n=3)
    own = "b" + (lists[USER].str[1:].astype(int) % 3).astype("str")
    assert (lists[ITEM].str[:2] == own).all()


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_items_of_one_block_are_more_alike(family, blocks):
    vectors = fitted(family, blocks).item_vectors().to_numpy(np.float64)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = unit @ unit.T
    block = np.arange(30) // 10
    same, other = block[:, None] == block, block[:, None] != block
    assert cosine[same & ~np.eye(30, dtype=bool)].mean() > cosine[other].mean() + 0.4


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_users_of_one_block_are_nearer(family, blocks):
    model = fitted(family, blocks)
    encoded = model.encode(model.histories[:120]).astype(np.float64)
    distance = np.linalg.norm(encoded[:, None] - encoded[None], axis=2)
    block = np.arange(120) % 3
    same = block[:, None] == block
    assert distance[same].mean() < distance[~same].mean() / 1.5
