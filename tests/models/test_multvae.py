"""Mult-VAE's loss against a reference written out, and what its network promises."""

import numpy as np
import pytest
import torch
from scipy import sparse

from divrec.data.vectors import unit_rows
from divrec.errors import InputError
from divrec.models import FAMILIES, make_model
from divrec.models.bags import log_likelihood, sampled_log_likelihood
from divrec.models.multvae import MultVAE, Network, divergence
from divrec.models.settings import MultVAESettings

SMALL = MultVAESettings(hidden_dim=6, latent_dim=3)


@pytest.fixture
def histories():
    rng = np.random.default_rng(1)
    dense = rng.integers(0, 4, (5, 9)) * (rng.random((5, 9)) < 0.5)
    dense[2] = 0  # one user without history
    return sparse.csr_matrix(dense, dtype=np.float32)


def test_log_likelihood_is_the_multinomial_sum(histories):
    logits = torch.randn(5, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float32)
    x, exps = histories.toarray(), np.exp(logits.numpy().astype(np.float64))
    expected = np.mean([sum(x[u, i] * np.log(exps[u, i] / exps[u].sum()) for i in range(9)) for u in range(5)])
    assert log_likelihood(logits, histories).item() == pytest.approx(expected, rel=1e-5)


def test_the_sampled_likelihood_is_the_whole_one_where_every_other_item_is_drawn(histories, monkeypatch):
    torch.manual_seed(0)
    decode, features = torch.nn.Linear(3, 9), torch.randn(5, 3)
    others = 9 - len(np.unique(histories.indices))
    monkeypatch.setattr(torch, "randint", lambda high, shape: torch.arange(high))
    found = sampled_log_likelihood(decode, features, histories, max(others, 1))
    torch.testing.assert_close(found, log_likelihood(decode(features), histories))


def test_the_sampled_softmax_sum_is_right_on_average(histories):
    """exp(partition), not its logarithm, is unbiased: one user with one item isolates it."""
    generator = torch.Generator().manual_seed(0)
    decode, features = torch.nn.Linear(3, 40), torch.randn(1, 3, generator=generator)
    x = sparse.csr_matrix(([1.0], ([0], [4])), shape=(1, 40), dtype=np.float32)
    logit = decode(features)[0]
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(1)
        sums = [torch.exp(logit[4] - sampled_log_likelihood(decode, features, x, 5)).item() for _ in range(2000)]
    error = np.std(sums) / np.sqrt(len(sums))
    assert abs(np.mean(sums) - logit.exp().sum().item()) < 4 * error


def test_blocks_are_solved_with_a_sampled_softmax_too(blocks):
    tiny = {"hidden_dim": 32, "latent_dim": 8, "epochs": 25, "patience": 25, "batch": 8, "learning_rate": 5e-3}
    lists = make_model("multvae", {**tiny, "full_softmax": 29, "negatives": 5}).fit(blocks)
    found = lists.recommend([f"u{user:03}" for user in range(120)], n=3)
    own = "b" + (found["user_id"].str[1:].astype(int) % 3).astype("str")
    assert (found["item_id"].str[:2] == own).mean() > 0.95


def test_divergence_is_the_kl_to_the_standard_normal():
    rng = np.random.default_rng(2)
    mean, log_variance = rng.normal(size=(2, 4, 3)).astype(np.float32)
    prior = torch.distributions.Normal(0, 1)
    posterior = torch.distributions.Normal(torch.from_numpy(mean), torch.from_numpy(np.exp(log_variance / 2)))
    expected = torch.distributions.kl_divergence(posterior, prior).sum(dim=1).mean().item()
    assert divergence(torch.from_numpy(mean), torch.from_numpy(log_variance)).item() == pytest.approx(
        expected, rel=1e-5
    )


@pytest.mark.parametrize("decoder_dim", [0, 7])
def test_the_sparse_network_equals_dense_matrices(histories, decoder_dim):
    torch.manual_seed(0)
    network = Network(9, MultVAESettings(hidden_dim=6, latent_dim=3, decoder_dim=decoder_dim)).eval()
    x = torch.from_numpy(histories.toarray())
    unit = x / x.norm(dim=1, keepdim=True).clamp(min=1e-12)
    h = torch.tanh(unit @ network.embed.table.weight + network.embed.bias)
    mean = network.mean(h)
    if decoder_dim:
        logits = network.decode(torch.tanh(network.before[0](mean)))
    else:
        logits = mean @ network.decode.weight.T + network.decode.bias
    found, found_mean, found_log_variance = network(histories)
    torch.testing.assert_close(found, logits)
    torch.testing.assert_close(found_mean, mean)
    torch.testing.assert_close(found_log_variance, network.log_variance(h))


def test_gradients_are_those_of_the_dense_loss(histories):
    torch.manual_seed(0)
    network = Network(9, SMALL).eval()
    log_likelihood(network(histories)[0], histories).backward()
    found = {name: value.grad.clone() for name, value in network.named_parameters() if value.grad is not None}
    network.zero_grad()
    x = torch.from_numpy(histories.toarray())
    unit = x / x.norm(dim=1, keepdim=True).clamp(min=1e-12)
    logits = network.decode(network.mean(torch.tanh(unit @ network.embed.table.weight + network.embed.bias)))
    (torch.log_softmax(logits, dim=1) * x).sum(dim=1).mean().backward()
    for name, gradient in found.items():
        torch.testing.assert_close(gradient, network.get_parameter(name).grad)


def test_dropout_and_noise_act_only_in_training(histories):
    network = Network(9, SMALL)
    network.train()
    assert not torch.equal(network(histories)[0], network(histories)[0])
    network.eval()
    assert torch.equal(network(histories)[0], network(histories)[0])


@pytest.mark.parametrize("decoder_dim", [0, 10])
def test_items_are_alike_whose_scores_rise_and_fall_together(random_shop, decoder_dim):
    model = MultVAE(hidden_dim=16, latent_dim=4, decoder_dim=decoder_dim, epochs=5).fit(random_shop)
    unit = unit_rows(model.item_vectors().to_numpy())
    together = np.corrcoef(model.score(model.histories).T)
    pairs = np.triu_indices(60, 1)
    assert np.corrcoef((unit @ unit.T)[pairs], together[pairs])[0, 1] > 0.9


def test_beta_grows_to_its_cap(random_shop):
    seen = []
    MultVAE(hidden_dim=8, latent_dim=2, epochs=6, anneal_epochs=3, beta=0.5, patience=6).fit(
        random_shop, progress=lambda event: seen.append(event.values) if event.values else None
    )
    assert set(seen[0]) == {"loss", "log_likelihood", "kl", "beta", "ndcg"}
    betas = [values["beta"] for values in seen]
    assert betas == sorted(betas)
    assert betas[-1] == 0.5
    assert betas[0] < 0.1
    for values in seen[3:]:
        assert values["loss"] == pytest.approx(-values["log_likelihood"] + 0.5 * values["kl"], rel=1e-4)


def test_stopping_by_likelihood_watches_the_hidden_items(random_shop):
    seen = []
    MultVAE(hidden_dim=8, latent_dim=2, epochs=60, patience=3, learning_rate=0.02, stop_by="hidden_log_likelihood").fit(
        random_shop, progress=lambda event: seen.append(event.values) if event.values else None
    )
    watched = [values["hidden_log_likelihood"] for values in seen]
    assert len(seen) < 60
    assert int(np.argmax(watched)) == len(seen) - 4
    assert all(value < 0 for value in watched)


@pytest.mark.parametrize("preset", FAMILIES["multvae"].presets)
def test_presets_are_settings(preset):
    assert isinstance(make_model("multvae", preset=preset), MultVAE)


def test_an_unknown_preset_is_refused_by_name():
    with pytest.raises(InputError, match="no preset 'perfect'; it has quick, balanced, best"):
        make_model("multvae", preset="perfect")


def test_a_given_validation_part_is_watched(random_shop):
    train, test = random_shop.split("last", n=2)
    seen = []
    MultVAE(hidden_dim=8, latent_dim=2, epochs=3).fit(train, valid=test, progress=seen.append)
    assert all(0 < event.values["ndcg"] <= 1 for event in seen if event.values)


def test_a_validation_part_without_anything_new_is_refused(random_shop):
    nothing_new = random_shop.with_interactions(random_shop.interactions, history=random_shop.interactions)
    with pytest.raises(InputError, match="no user of the validation part has an item that is new"):
        MultVAE(epochs=1).fit(random_shop, valid=nothing_new)
