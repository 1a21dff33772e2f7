"""The GANs' losses as they are published, the watch for collapse, and how CFGAN places a history by items."""

import numpy as np
import pytest
import torch

from divrec.errors import CollapseError
from divrec.models.aae import AAE
from divrec.models.adversary import (
    CollapseWatch,
    accuracy,
    discriminator_loss,
    distinct_share,
    generator_loss,
    gradient_norm,
)
from divrec.models.cfgan import CFGAN

TINY = {"hidden_dim": 8, "latent_dim": 3, "epochs": 3, "batch": 50}


def test_losses_are_those_of_the_paper():
    real, fake = torch.tensor([[0.3], [-2.0], [5.0]]), torch.tensor([[-1.0], [0.7], [0.0]])
    d_real, d_fake = torch.sigmoid(real), torch.sigmoid(fake)
    expected = -(d_real.log().mean() + (1 - d_fake).log().mean())
    torch.testing.assert_close(discriminator_loss(real, fake), expected)
    torch.testing.assert_close(generator_loss(fake), -d_fake.log().mean())
    assert accuracy(real, fake).item() == pytest.approx(4 / 6)


def test_the_generators_loss_still_has_a_slope_where_the_discriminator_is_sure():
    fake = torch.tensor([[-30.0]], requires_grad=True)
    generator_loss(fake).backward()
    assert fake.grad.item() == pytest.approx(-1)


def test_distinct_outputs_are_counted_up_to_rounding():
    outputs = torch.tensor([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0 + 1e-6], [3.0, 0.0]])
    assert distinct_share(outputs) == 0.5


def test_the_gradients_length_is_over_all_weights():
    layer = torch.nn.Linear(2, 1)
    layer(torch.tensor([[3.0, 4.0]])).sum().backward()
    assert gradient_norm(layer) == pytest.approx(np.sqrt(9 + 16 + 1))


def judge(watch: CollapseWatch, distinct: float, right: float, steepness: float, last: float | None = None) -> None:
    """Let the watch see an epoch of two batches."""
    watch.hear(right)
    watch.hear(right if last is None else last)
    watch.look(distinct, steepness)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ((0.01, 0.5, 1.0), "only 1% of the lists differ"),
        ((1.0, 1.0, 1.0), "the discriminator is right 100.0% of the time"),
        ((1.0, 0.5, 1e9), "gradient has length 1e\\+09"),
    ],
)
def test_a_collapse_is_told_after_five_epochs_in_a_row(state, words):
    watch = CollapseWatch()
    for _ in range(4):
        judge(watch, *state)
    judge(watch, 1.0, 0.5, 1.0)  # recovered
    for _ in range(4):
        judge(watch, *state)
    with pytest.raises(CollapseError, match=f"GAN collapsed: .*{words}.*choose EASE or the blend"):
        judge(watch, *state)


def test_an_undefined_gradient_stops_at_once():
    with pytest.raises(CollapseError, match="length nan"):
        judge(CollapseWatch(), 1.0, 0.5, float("nan"))


def test_a_batch_told_rightly_by_chance_is_no_collapse():
    watch = CollapseWatch()
    for _ in range(20):
        judge(watch, 1.0, 0.9, 1.0, last=1.0)


def test_a_generator_that_gives_everybody_the_same_is_stopped(random_shop):
    frozen = AAE(**{**TINY, "epochs": 30, "patience": 30, "learning_rate": 1e-7, "adversary": 0.0})
    original = frozen._lesson

    def same_for_all(histories, validation):
        lesson = original(histories, validation)
        torch.nn.init.zeros_(lesson.coder.place.weight)
        return lesson

    frozen._lesson = same_for_all
    with pytest.raises(CollapseError, match="of the lists differ"):
        frozen.fit(random_shop)


@pytest.mark.parametrize(("model", "settings"), [(AAE, {}), (CFGAN, {}), (CFGAN, {"by": "items"})])
def test_adversaries_tell_both_sides(random_shop, model, settings):
    seen = []
    model(**TINY, **settings).fit(random_shop, progress=lambda e: seen.append(e.values) if e.values else None)
    assert {"generator_loss", "discriminator_loss", "discriminator_accuracy", "distinct", "ndcg"} <= set(seen[0])


def test_stopping_by_nothing_learns_from_everything_for_all_epochs(random_shop):
    seen = []
    settings = {**TINY, "stop_by": "nothing", "patience": 1}
    AAE(**settings).fit(random_shop, progress=lambda e: seen.append(e.epoch) if e.values else None)
    assert seen == [1, 2, 3]


def test_by_items_a_history_is_placed_by_ridge_regression(random_shop):
    model = CFGAN(**TINY, by="items", fold_in=2.0).fit(random_shop)
    h = model._coder.decode.weight.detach().numpy().astype(np.float64)  # (I, d)
    x = (random_shop.matrix() > 0).toarray().astype(np.float64)
    expected = x @ h @ np.linalg.inv(h.T @ h + 2.0 * np.eye(8)) @ h.T
    np.testing.assert_allclose(model.score(random_shop.matrix()), expected, rtol=1e-3, atol=1e-4)
    assert model.generated().shape == (200, 60)
