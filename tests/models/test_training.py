"""The one loop: stops early, tells, can be cancelled within a batch, goes on after a kill as if nothing happened."""

import math
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from divrec.errors import ArtefactError, Cancelled, InputError
from divrec.models.multvae import MultVAE
from divrec.models.registry import load_model
from divrec.models.settings import TrainingSettings
from divrec.models.training import repeatable, train

ROOT = Path(__file__).resolve().parents[2]
TINY = {"hidden_dim": 16, "latent_dim": 4, "batch": 20, "epochs": 6, "patience": 6}


class Walk:
    """A learner whose one weight counts its steps, with a noise that shows whether random numbers go on."""

    rows = 25
    watched = "ndcg"

    def __init__(self, scores=()):
        self.network = nn.Linear(1, 1)
        nn.init.zeros_(self.network.weight)
        nn.init.zeros_(self.network.bias)
        self.optimisers = {"sgd": torch.optim.SGD(self.network.parameters(), lr=1e-3)}
        self.scores, self.batches, self.validations = list(scores), [], 0

    def step(self, rows, epoch):
        self.batches.append((round(epoch, 3), rows.tolist()))
        with torch.no_grad():
            self.network.weight += 1
            self.network.bias += torch.randn(1)
        return {"loss": float(len(rows))}

    def validate(self):
        self.validations += 1
        return {"ndcg": self.scores[self.validations - 1] if self.scores else math.nan}


def run(learner, progress=None, checkpoint=None, **settings):
    chosen = TrainingSettings(**{"batch": 10, "checkpoint_seconds": 0.0, **settings})
    with repeatable(chosen.seed, chosen.threads):
        train(learner, chosen, progress, checkpoint)
    return learner


def test_every_row_comes_once_an_epoch_in_a_new_order():
    learner = run(Walk(), epochs=2)
    first, second = learner.batches[:3], learner.batches[3:]
    assert [len(rows) for _, rows in first] == [10, 10, 5]
    assert sorted(row for _, rows in first for row in rows) == list(range(25))
    assert [rows for _, rows in first] != [rows for _, rows in second]
    assert [epoch for epoch, _ in learner.batches] == [0, 0.333, 0.667, 1, 1.333, 1.667]


def test_stops_early_and_keeps_the_best_weights():
    learner = run(Walk([0.1, 0.3, 0.2, 0.3, 0.1, 0.9]), epochs=50, patience=3)
    assert learner.validations == 5  # the best came after epoch 2, an equal one does not count
    assert learner.network.weight.item() == 2 * 3


def test_without_validation_all_epochs_are_run_and_the_last_weights_kept():
    learner = run(Walk(), epochs=12, patience=2)
    assert learner.network.weight.item() == 12 * 3


def test_progress_tells_epochs_means_and_time(monkeypatch):
    seen = []
    run(Walk([0.5, 0.6]), seen.append, epochs=2)
    told = [event for event in seen if event.values]
    assert [(event.epoch, event.epochs) for event in told] == [(1, 2), (2, 2)]
    assert told[0].values == {"loss": (10 * 10 + 10 * 10 + 5 * 5) / 25, "ndcg": 0.5}
    assert told[0].seconds_left >= 0
    assert told[1].seconds_left == 0


def test_a_listener_is_asked_before_every_batch_but_not_flooded(monkeypatch):
    seen = []
    monkeypatch.setattr("divrec.models.training._HEARTBEAT_SECONDS", 0.0)
    run(Walk(), seen.append, epochs=2)
    assert [(event.epoch, bool(event.values)) for event in seen] == [(0, False)] * 3 + [(1, True)] + [
        (1, False)
    ] * 3 + [(2, True)]
    monkeypatch.setattr("divrec.models.training._HEARTBEAT_SECONDS", 3600.0)
    seen.clear()
    run(Walk(), seen.append, epochs=2)
    assert [event.epoch for event in seen] == [1, 2]


def test_a_cancel_stops_within_a_batch_and_can_be_taken_back(tmp_path, monkeypatch):
    monkeypatch.setattr("divrec.models.training._HEARTBEAT_SECONDS", 0.0)
    learner = Walk([0.1, 0.2, 0.3])

    def cancel(event):
        if len(learner.batches) == 5:
            raise Cancelled("enough")

    with pytest.raises(Cancelled, match="enough"):
        run(learner, cancel, tmp_path, epochs=3, checkpoint_seconds=3600.0)
    assert len(learner.batches) == 5

    resumed = run(Walk([0.2, 0.3]), None, tmp_path, epochs=3)
    whole = run(Walk([0.1, 0.2, 0.3]), epochs=3)
    assert learner.batches + resumed.batches == whole.batches
    assert torch.equal(resumed.network.bias, whole.network.bias)
    assert torch.equal(resumed.network.weight, whole.network.weight)


def test_the_callers_random_numbers_and_threads_are_left_alone():
    learner = Walk()
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    run(learner, epochs=1, threads=2)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads


def weights_of(model):
    return {name: value.copy() for name, value in model._weights().items()}


def assert_same_bits(first, second):
    assert first.keys() == second.keys()
    for name in first:
        assert first[name].tobytes() == second[name].tobytes(), name


def test_a_finished_checkpoint_is_not_trained_again(random_shop, tmp_path):
    first = MultVAE(**TINY).fit(random_shop, checkpoint=tmp_path / "c")
    seen = []
    again = MultVAE(**TINY).fit(random_shop, checkpoint=tmp_path / "c", progress=seen.append)
    assert not seen
    assert_same_bits(weights_of(first), weights_of(again))


def test_cancelled_anywhere_the_weights_are_the_same(random_shop, tmp_path, monkeypatch):
    monkeypatch.setattr("divrec.models.training._HEARTBEAT_SECONDS", 0.0)
    whole = MultVAE(**TINY).fit(random_shop)
    rng = random.Random(5)
    for attempt in range(4):
        folder = tmp_path / str(attempt)
        for _ in range(50):
            left = rng.randrange(1, 40)

            def stop(event):
                nonlocal left
                left -= 1
                if left == 0:
                    raise Cancelled("stop")

            try:
                model = MultVAE(**TINY).fit(random_shop, checkpoint=folder, progress=stop)
                break
            except Cancelled:
                continue
        assert_same_bits(weights_of(whole), weights_of(model))


def test_a_checkpoint_of_other_settings_or_data_is_not_continued(random_shop, blocks, tmp_path):
    MultVAE(**TINY).fit(random_shop, checkpoint=tmp_path)
    with pytest.raises(InputError, match="belongs to another training: settings is"):
        MultVAE(**TINY, seed=8).fit(random_shop, checkpoint=tmp_path)
    with pytest.raises(InputError, match="belongs to another training: data is"):
        MultVAE(**TINY).fit(blocks, checkpoint=tmp_path)


def test_a_longer_training_may_continue(random_shop, tmp_path):
    MultVAE(**TINY).fit(random_shop, checkpoint=tmp_path)
    longer = MultVAE(**{**TINY, "epochs": 9, "patience": 9}).fit(random_shop, checkpoint=tmp_path)
    assert_same_bits(weights_of(longer), weights_of(MultVAE(**{**TINY, "epochs": 9, "patience": 9}).fit(random_shop)))


def test_a_damaged_checkpoint_is_noticed(random_shop, tmp_path):
    MultVAE(**TINY).fit(random_shop, checkpoint=tmp_path)
    path = tmp_path / "state" / "tensors.safetensors"
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArtefactError, match="checksum"):
        MultVAE(**TINY).fit(random_shop, checkpoint=tmp_path)


KILLING = {**TINY, "epochs": 12, "patience": 12, "checkpoint_seconds": 0.0}
PARENT = """
import os, random, signal, sys, time
from pathlib import Path
from divrec.data.store import load_dataset
from divrec.models.multvae import MultVAE
from tests.models.test_training import KILLING
data, checkpoint, model = sys.argv[1:]
dataset, rng, kills = load_dataset(data), random.Random(11), 0
while not Path(model).exists():
    child = os.fork()  # torch is imported once, before: a child is at work at once
    if child == 0:
        MultVAE(**KILLING).fit(dataset, checkpoint=checkpoint).save(model)
        os._exit(0)
    if kills < 8:
        time.sleep(rng.uniform(0.05, 0.6))
        os.kill(child, signal.SIGKILL)
    kills += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
print(kills)
"""


def test_killed_at_random_moments_the_weights_are_the_same(random_shop, tmp_path):
    """kill -9, eight times, most of them while a checkpoint is being written: one follows every step."""
    random_shop.save(tmp_path / "data")
    command = [sys.executable, "-c", PARENT, tmp_path / "data", tmp_path / "checkpoint", tmp_path / "model"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 4
    whole = MultVAE(**KILLING).fit(random_shop)
    assert_same_bits(weights_of(load_model(tmp_path / "model")), weights_of(whole))
