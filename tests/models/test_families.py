"""Neighbours, factors, content, RecVAE and blends against what can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse

from divrec.columns import ITEM, TITLE
from divrec.errors import InputError
from divrec.models import make_model
from divrec.models.blend import Blend
from divrec.models.content import Content
from divrec.models.fusion import _mean_of_equals, _Pool, halves, standardised
from divrec.models.ials import IALS
from divrec.models.inputs import weighted
from divrec.models.neighbours import ItemKNN, UserKNN, strongest
from divrec.models.recvae import Network, composite, log_density
from divrec.models.settings import RecVAESettings
from divrec.models.validation import Validation

from .conftest import shop

SMALL = {"hidden_dim": 8, "latent_dim": 3, "epochs": 2}


def cosine(rows, shrinkage):
    length = np.linalg.norm(rows, axis=1)
    return rows @ rows.T / (length[:, None] * length + shrinkage)


@pytest.mark.parametrize("shrinkage", [0.0, 7.0])
def test_item_neighbours_are_the_shrunk_cosines(random_shop, shrinkage):
    x = weighted(random_shop.matrix(), "binary").toarray()
    likeness = cosine(x.T, shrinkage)
    np.fill_diagonal(likeness, 0)
    found = ItemKNN(neighbours=59, shrinkage=shrinkage).fit(random_shop).score(random_shop.matrix())
    np.testing.assert_allclose(found, x @ likeness, rtol=1e-4, atol=1e-5)


def test_only_the_nearest_items_speak(random_shop):
    x = weighted(random_shop.matrix(), "binary").toarray()
    likeness = cosine(x.T, 0.0)
    np.fill_diagonal(likeness, 0)
    third = np.sort(likeness, axis=1)[:, -3][:, None]
    found = ItemKNN(neighbours=3, shrinkage=0.0).fit(random_shop).score(random_shop.matrix())
    np.testing.assert_allclose(found, x @ np.where(likeness >= third, likeness, 0), rtol=1e-4, atol=1e-5)


def test_normalised_a_candidate_listens_to_its_own_nearest(random_shop):
    x = weighted(random_shop.matrix(), "binary").toarray()
    likeness = cosine(x.T, 0.0)
    np.fill_diagonal(likeness, 0)
    third = np.sort(likeness, axis=1)[:, -3][:, None]
    near = np.where(likeness >= third, likeness, 0)  # (candidate, its nearest)
    found = ItemKNN(neighbours=3, shrinkage=0.0, normalised=True).fit(random_shop).score(random_shop.matrix())
    np.testing.assert_allclose(found, x @ (near / near.sum(axis=1, keepdims=True)).T, rtol=1e-4, atol=1e-5)


def test_the_block_of_items_does_not_matter(random_shop, monkeypatch):
    whole = {model: model().fit(random_shop).score(random_shop.matrix()) for model in (ItemKNN, UserKNN)}
    monkeypatch.setattr("divrec.models.neighbours._BLOCK", 7)
    for model, scores in whole.items():
        np.testing.assert_allclose(model().fit(random_shop).score(random_shop.matrix()), scores, rtol=1e-5, atol=1e-6)


def test_user_neighbours_are_the_shrunk_cosines_of_rare_items(random_shop):
    x = weighted(random_shop.matrix(), "binary").toarray()
    rows = x * np.maximum(-np.log(np.maximum(x.mean(axis=0), 1 / 200)), 1e-3)
    found = UserKNN(neighbours=200, shrinkage=3.0).fit(random_shop).score(random_shop.matrix())
    np.testing.assert_allclose(found, cosine(rows, 3.0) @ x, rtol=1e-4, atol=1e-4)


def test_the_strongest_are_the_largest_and_of_equal_ones_the_first():
    rows = sparse.csr_matrix(np.array([[0, 3, 1, 3, 2], [0, 0, 0, 0, 0], [-1, 0, 5, 0, 0]], dtype=np.float32))
    row, place, column, value = strongest(rows, 3)
    assert list(zip(row, place, column, value, strict=True)) == [(0, 0, 1, 3), (0, 1, 3, 3), (0, 2, 4, 2), (2, 0, 2, 5)]


def test_factors_of_a_shopper_are_the_least_squares_answer(random_shop):
    model = IALS(factors=5, regularisation=3.0, alpha=4.0, iterations=3).fit(random_shop)
    history = weighted(random_shop.matrix()[:1], "binary").toarray()[0]
    v = model.item_vectors().to_numpy(np.float64)
    confidence = np.where(history > 0, 4.0, 1.0)
    expected = np.linalg.solve(v.T @ (confidence[:, None] * v) + 3.0 * np.eye(5), v.T @ (confidence * history))
    np.testing.assert_allclose(model.encode(random_shop.matrix()[:1])[0], expected, rtol=1e-3, atol=1e-4)


def test_content_places_what_nobody_bought():
    data = shop([("a", "x"), ("b", "y"), ("b", "z")], items=["x", "y", "z", "new"])
    items = data.items.assign(category=["tea", "hats", "hats", "tea"], **{TITLE: ["green tea", "hat", "cap", "pot"]})
    model = Content().fit(type(data)(data.interactions, items, data.users))
    assert model.recommend(["a"], n=1)[ITEM].tolist() == ["new"]


def test_content_without_anything_to_go_by_says_so(random_shop):
    bare = type(random_shop)(random_shop.interactions, random_shop.items[[ITEM]], random_shop.users)
    with pytest.raises(InputError, match=r"goes by title, category, brand or price, and the catalogue has item_id"):
        Content().fit(bare)


def test_the_composite_prior_is_the_mixture():
    rng = torch.Generator().manual_seed(0)
    z, mean, log_variance = (torch.randn(4, 3, generator=rng) for _ in range(3))
    normal = torch.distributions.Normal
    parts = [normal(0, 1), normal(mean, torch.exp(log_variance / 2)), normal(0, np.exp(5))]
    expected = torch.log(sum(w * p.log_prob(z).exp() for w, p in zip((0.15, 0.75, 0.1), parts, strict=True)))
    torch.testing.assert_close(composite(z, (mean, log_variance)), expected)
    torch.testing.assert_close(log_density(z, (mean, log_variance)), parts[1].log_prob(z))


def test_recvae_tells_its_terms_and_weighs_kl_by_history(random_shop):
    seen = []
    make_model("recvae", {**SMALL, "gamma": 0.0}).fit(
        random_shop, progress=lambda event: seen.append(event.values) if event.values else None
    )
    assert set(seen[0]) == {"loss", "log_likelihood", "kl", "decoder_loss", "ndcg"}
    assert seen[0]["loss"] == pytest.approx(-seen[0]["log_likelihood"], rel=1e-5)  # γ = 0: KL weighs nothing


def test_recvae_networks_have_no_noise_in_use(random_shop):
    network = Network(60, RecVAESettings(hidden_dim=8, latent_dim=3)).eval()
    assert torch.equal(network.scores(random_shop.matrix()), network.scores(random_shop.matrix()))


def test_a_blend_trusts_the_member_that_knows(blocks):
    model = Blend(members={"popularity": {}, "ease": {}}).fit(blocks)
    assert sum(model.weights.values()) == pytest.approx(1)
    assert model.weights["ease"] > 0.5


def test_a_blend_of_one_is_that_one(random_shop):
    alone = make_model("ease").fit(random_shop).recommend(random_shop.user_ids, n=5)
    blend = Blend(members={"ease": {}}).fit(random_shop).recommend(random_shop.user_ids, n=5)
    pd.testing.assert_frame_equal(alone.drop(columns="score"), blend.drop(columns="score"))


def test_mixtures_are_judged_as_if_every_item_were_ranked(random_shop):
    validation = Validation.hold_out(random_shop.matrix(), random_shop, seed=7)[1]
    members = {key: make_model(key).fit(random_shop) for key in ("ease", "userknn", "popularity")}
    pool = _Pool.of(members, validation, 10)
    scores = [standardised(member.score(validation.histories), validation.histories) for member in members.values()]
    for shares in ([0.2, 0.3, 0.5], [0.0, 1.0, 0.0], [0.6, 0.0, 0.4]):

        def mixed(_, shares=shares):
            return sum(share * part for share, part in zip(shares, scores, strict=True))

        found = np.nanmean(pool.ndcg(np.asarray(shares, dtype=np.float32), 5))
        assert found == pytest.approx(validation.ndcg(mixed, 5), abs=1e-6)


def test_a_blend_of_three_is_as_good_as_its_best_member_on_validation(random_shop):
    train, valid = random_shop.split("last", n=2)
    watched = Validation.from_dataset(valid, train.item_ids)
    model = Blend(members={"ease": {}, "itemknn": {}, "userknn": {}}).fit(train, valid)
    alone = [watched.ndcg(member.score, 20) for member in model._members.values()]
    # weights that can't be told from the best are averaged, so that the very best is only come near to
    assert watched.ndcg(model.score, 20) >= max(alone) - 0.005


def test_weights_are_learned_on_other_users_than_stopping(random_shop):
    _, valid = random_shop.split("last", n=2)
    stopping, weighing = halves(valid)
    for part in (stopping, weighing):
        users = set(part.interactions["user_id"])
        assert len(users) == 100
        assert set(part.history["user_id"]) == users
    assert len(stopping.interactions) + len(weighing.interactions) == len(valid.interactions)
    few = valid.with_interactions(valid.interactions.head(3))
    assert halves(few) == (few, few)


def test_weights_are_the_mean_of_those_that_cannot_be_told_from_the_best():
    users = np.random.default_rng(0).normal(0.5, 0.1, 400)
    one, two, three = (np.array([share, 1 - share], dtype=np.float32) for share in (0.2, 0.4, 0.9))
    noise = np.random.default_rng(1).normal(0, 0.1, 400)
    tried = [(one, users), (two, users + noise - noise.mean() - 0.001), (three, users - 0.1)]
    np.testing.assert_allclose(_mean_of_equals(users, tried), [0.3, 0.7], rtol=1e-6)


@pytest.mark.parametrize("members", [{}, {"blend": {}}])
def test_a_blend_of_nothing_or_of_blends_is_refused(members):
    with pytest.raises(InputError, match="at least one member of another family"):
        Blend(members=members)


def test_a_blend_tells_one_progress_over_all_its_members(random_shop):
    seen = []
    members = {"ease": {}, "multvae": SMALL, "recvae": SMALL}
    Blend(members=members).fit(random_shop, progress=lambda event: seen.append(event) if event.values else None)
    assert [event.epoch for event in seen] == [1, 2, 3, 4]
    assert {event.epochs for event in seen} == {4}
