"""Training under differential privacy: what one shopper can change is bounded, and the noise that hides it is there."""

import numpy as np
import pytest
import torch
from opacus.accountants import PRVAccountant, RDPAccountant
from opacus.grad_sample import GradSampleModuleFastGradientClipping
from scipy import sparse
from scipy.optimize import brentq
from scipy.stats import norm

from divrec.errors import InputError
from divrec.models.budget import PrivateSettings, default_delta, epsilon_of, plan
from divrec.models.noise import Noise
from divrec.models.private import Network, _Optimiser, losses, take_step, train_privately

ITEMS = 40
SETTINGS = PrivateSettings(hidden_dim=16, latent_dim=4, steps=5, share=0.2)


@pytest.fixture
def rows():
    return sparse.random(200, ITEMS, 0.2, "csr", dtype=np.float32, rng=np.random.default_rng(0)).sign()


def a_step(rows, bound, noise_deviation=0.0):
    """Change of the trained weights by one plain gradient step of rate 1, as one vector."""
    torch.manual_seed(0)
    network = Network(np.zeros(ITEMS), SETTINGS)
    network.log_variance.bias.data.fill_(-60)  # no chance in z
    module = GradSampleModuleFastGradientClipping(network, loss_reduction="sum", max_grad_norm=bound)
    trained = [weight for weight in network.parameters() if weight.requires_grad]
    before = torch.cat([weight.detach().clone().ravel() for weight in trained])
    with pytest.warns(UserWarning, match="nothing made with it is private"):
        noise = Noise(seed=1)
    optimiser = _Optimiser(torch.optim.SGD(trained, 1.0), noise_deviation, bound, noise)
    module.train()
    take_step(module, optimiser, rows, 0.02)
    return torch.cat([weight.detach().ravel() for weight in trained]) - before


@pytest.mark.parametrize("deviation", [1.0, 3.0, 10.0])
def test_one_release_costs_little_more_than_the_exact_price(deviation):
    def chance(epsilon):  # δ of a Gaussian release, exactly: Balle & Wang 2018
        near, far = 1 / (2 * deviation) - epsilon * deviation, -1 / (2 * deviation) - epsilon * deviation
        return norm.cdf(near) - np.exp(epsilon) * norm.cdf(far)

    exact = brentq(lambda epsilon: chance(epsilon) - 1e-5, 0, 20)
    assert exact < epsilon_of([(deviation, 1.0, 1)], 1e-5) < 1.25 * exact


def test_the_accountant_lies_above_the_tight_one_and_below_the_first_one():
    parts = [(1.1, 256 / 60_000, 14_062)]  # an MNIST run that the first RDP accountants put at ε = 2.92
    tight = PRVAccountant()
    tight.history = parts
    assert tight.get_epsilon(delta=1e-5) < epsilon_of(parts, 1e-5) < 2.92


@pytest.mark.parametrize("epsilon", [1.0, 3.0, 10.0])
def test_a_plan_spends_what_was_asked_for_and_no_more(epsilon):
    found = plan(epsilon, 1e-5, 4, PrivateSettings())
    accountant = RDPAccountant()
    for _ in range(4):
        accountant.step(noise_multiplier=found.release, sample_rate=1.0)
    for _ in range(PrivateSettings().steps):
        accountant.step(noise_multiplier=found.training, sample_rate=PrivateSettings().share)
    assert accountant.get_epsilon(delta=1e-5) == pytest.approx(found.spent)
    assert 0.97 * epsilon < found.spent <= epsilon


def test_delta_is_below_one_over_n_and_tells_only_an_order_of_magnitude():
    assert default_delta(2000) == default_delta(4000) == 1e-4
    assert all(default_delta(n) < 1 / n for n in (2, 100, 999, 12_345, 10**6))


def test_a_budget_that_no_noise_keeps_to_is_refused():
    with pytest.raises(InputError, match="no noise keeps to"):
        plan(1e-9, 1e-5, 4, PrivateSettings())


def test_a_huge_shopper_moves_the_weights_by_at_most_the_bound(rows):
    huge = sparse.csr_matrix(np.full((1, ITEMS), 1.0, np.float32))
    for bound in (0.01, 0.1):
        assert float(a_step(huge, bound).norm()) == pytest.approx(bound, rel=1e-3)
    more = a_step(sparse.vstack([rows, huge], format="csr"), 0.1)
    assert float((more - a_step(rows, 0.1)).norm()) <= 0.1001
    assert float(a_step(rows, 1e6).norm()) > float(a_step(rows, 0.01).norm())


def test_ghost_clipping_clips_by_the_true_norm_of_each_shoppers_gradient(rows):
    torch.manual_seed(0)
    network = Network(np.zeros(ITEMS), SETTINGS).train()
    network.log_variance.bias.data.fill_(-60)  # no chance in z, so that rows can be taken one by one
    module = GradSampleModuleFastGradientClipping(network, loss_reduction="sum", max_grad_norm=1.0)
    x = torch.from_numpy(rows[:6].toarray())
    torch.autograd.backward(losses(module, x, 0.02).sum())
    ghost = module.get_norm_sample()
    trained = [weight for weight in network.parameters() if weight.requires_grad]
    for place in range(6):
        module.disable_hooks()
        parts = torch.autograd.grad(losses(module, x[place : place + 1], 0.02).sum(), trained)
        exact = torch.cat([part.ravel() for part in parts]).norm()
        assert float(ghost[place]) == pytest.approx(float(exact), rel=1e-4)


def test_the_noise_has_the_scale_that_was_paid_for():
    nobody = sparse.csr_matrix((0, ITEMS), dtype=np.float32)
    change = a_step(nobody, bound=0.5, noise_deviation=3.0)  # noise alone
    assert float(change.std()) == pytest.approx(1.5, rel=0.15)
    drawn = Noise().normal((200_000,), 2.0)
    assert drawn.std() == pytest.approx(2.0, rel=0.02)
    assert abs(drawn.mean()) < 0.03
    assert abs((np.abs(drawn) < 2).mean() - 0.6827) < 0.01
    assert not np.array_equal(drawn, Noise().normal((200_000,), 2.0))


def test_each_shopper_takes_part_by_a_coin_of_their_own():
    noise = Noise()
    chosen = [noise.chosen(1000, 0.1) for _ in range(200)]
    sizes = np.array([len(each) for each in chosen])
    assert sizes.mean() == pytest.approx(100, rel=0.05)
    assert sizes.std() == pytest.approx(np.sqrt(1000 * 0.1 * 0.9), rel=0.25)  # a shuffled batch would not vary at all
    counts = np.bincount(np.concatenate(chosen), minlength=1000)
    assert counts.std() == pytest.approx(np.sqrt(200 * 0.1 * 0.9), rel=0.2)


def test_the_network_begins_the_same_whoever_is_there(rows):
    without_steps = PrivateSettings(hidden_dim=16, latent_dim=4, steps=1, share=1e-4)
    first, other = (
        train_privately(known, np.zeros(ITEMS), 0.0, without_steps, Noise()) for known in (rows[:1], rows[:1] * 0)
    )
    for weight, same in zip(first.parameters(), other.parameters(), strict=True):
        assert torch.equal(weight, same)


def test_training_without_noise_learns(rows):
    long = PrivateSettings(hidden_dim=32, latent_dim=8, steps=150, share=0.5, learning_rate=0.02)
    x = torch.from_numpy(rows.toarray())
    noised, clear = (train_privately(rows, np.zeros(ITEMS), deviation, long, Noise()) for deviation in (1e4, 0.0))
    with torch.no_grad():
        assert float(losses(clear, x, 0.0).mean()) < np.log(ITEMS) < float(losses(noised, x, 0.0).mean())
