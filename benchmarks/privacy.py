"""What privacy costs: ``python -m benchmarks.privacy [demo] [groceries] [clipping] [places-demo]``.

*demo*, *groceries*: shoppers generated under differential privacy from 80 % of the shoppers, as many as those, judged
by the other 20 %, over ε; the ends are items drawn by popularity alone and ordinary generation. *clipping*: CPU seconds
of a step with ghost clipping, with Opacus' per-sample gradients, and without clipping. *places-demo* and
*places-groceries*: Mult-VAE learned in ten places and averaged, beside the same learned together. Groceries: the 2,000
most bought items before November 2017.
"""

import argparse
import time

import numpy as np
import torch
from opacus.grad_sample import GradSampleModule, GradSampleModuleFastGradientClipping

import divrec as dr
from benchmarks.synthesis import independent
from divrec.columns import USER
from divrec.data.dataset import histories
from divrec.models.budget import PrivateSettings
from divrec.models.inputs import weighted
from divrec.models.noise import Noise
from divrec.models.private import Network, _Optimiser, losses, take_step
from divrec.models.registry import make_model
from divrec.synthesis.closeness import exact_copies, membership_auc
from divrec.synthesis.fidelity import _whole, popularity_curve
from divrec.synthesis.private import generate_private_shoppers
from divrec.synthesis.usefulness import Judge

EPSILONS = (1.0, 3.0, 10.0, 1000.0)
REPEATS = 2  # since the noise is another one each time


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "what", nargs="*", default=["demo", "groceries", "clipping", "places-demo", "places-groceries"]
    )
    for what in options.parse_args().what:
        {"clipping": clipping}.get(what, lambda what=what: (places if "places" in what else budgets)(what))()


def shop_of(what):
    if "demo" in what:
        return dr.load_demo()
    return dr.load_groceries(most_bought=2000).split("time", at="2017-11-01")[0]


def budgets(what):
    data, held_out = shop_of(what).split("users", share=0.2, seed=7)
    n = len(data.users)
    judge, unseen = Judge(data, held_out), _whole(held_out, data)
    real = judge.ndcg(judge.real)
    print(f"\n{what}: {n:,} shoppers learned from, {len(held_out.users):,} judge", flush=True)

    def told(name, made, seconds):
        useful = judge.ndcg(made) / real
        alike = 1 - np.abs(popularity_curve(judge.real) - popularity_curve(made)).sum() / 2
        values = useful, alike, membership_auc(judge.real, unseen, made), exact_copies(judge.real, made), seconds
        print(f"{name:<26}" + " ".join(f"{value:9.3f}" for value in values), flush=True)

    print(f"{'':<26}" + " ".join(f"{name:>9}" for name in ("useful", "popular", "member", "copies", "CPU-s")))
    told("items by popularity", held(independent(data, n), data), 0)
    for epsilon in EPSILONS:
        for _ in range(REPEATS):
            started = time.process_time()
            made = generate_private_shoppers(data, epsilon, n=n).generated.histories
            told(f"ε = {epsilon:g}", made, time.process_time() - started)
    started = time.process_time()
    model = make_model("multvae", {}, "quick").fit(data)
    told("ordinary Mult-VAE + GMM", held(dr.generate_shoppers(model, data, n=n), data), time.process_time() - started)


def held(events, data):
    return weighted(histories(events, events[USER].unique(), data.item_ids), "binary")


def clipping():
    settings, rng = PrivateSettings(), np.random.default_rng(7)
    known = weighted(dr.load_demo().matrix(), "binary")
    print("\nCPU seconds of 20 steps on the demo shop, 200 shoppers in each")
    for name in ("ghost", "per-sample gradients", "none"):
        torch.manual_seed(7)
        network = Network(np.zeros(known.shape[1]), settings).train()
        trained = [weight for weight in network.parameters() if weight.requires_grad]
        inner = torch.optim.Adam(trained, settings.learning_rate)
        wrapped = {"ghost": GradSampleModuleFastGradientClipping, "per-sample gradients": GradSampleModule}.get(name)
        module = wrapped(network, loss_reduction="sum") if wrapped else network
        optimiser, started = _Optimiser(inner, 1.0, 1.0, Noise()), time.process_time()
        for _ in range(20):
            rows = known[rng.choice(known.shape[0], 200, replace=False)]
            if name == "ghost":
                take_step(module, optimiser, rows, settings.beta)
                continue
            inner.zero_grad()
            torch.autograd.backward(losses(module, torch.from_numpy(rows.toarray()), settings.beta).sum())
            if name == "per-sample gradients":
                norms = sum(weight.grad_sample.flatten(1).square().sum(1) for weight in trained).sqrt()
                factor = (1 / (norms + 1e-6)).clamp(max=1)
                for weight in trained:
                    weight.grad = torch.einsum("b,b...->...", factor, weight.grad_sample)
                    weight.grad_sample = None
            inner.step()
        print(f"{name:<24} {time.process_time() - started:6.2f}", flush=True)


def places(what):
    train, test = shop_of(what).split("last", n=1)
    judged = test.new_to_users()
    print(f"\n{what}: Mult-VAE, {len(train.users):,} shoppers, last event held out, new items only, lists of 20")
    for name, settings in {
        "together": {},
        "10 places, 1 epoch each": {"parts": 10, "local_epochs": 1},
        "10 places, 5 epochs each": {"parts": 10, "local_epochs": 5},
    }.items():
        started = time.process_time()
        model = make_model("multvae", settings, "quick").fit(train)
        table = dr.evaluate(model.recommend(judged.users, n=20), judged, data=train).set_index("metric")["value"]
        said = f"NDCG {table['ndcg']:.4f}  recall {table['recall']:.4f}  rounds or epochs {model._best}"
        print(f"{name:<26} {said}  {time.process_time() - started:.0f} CPU-s", flush=True)


if __name__ == "__main__":
    main()
