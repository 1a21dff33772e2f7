"""The search: finds what is known to be good, asks the same after a break, and gives up what falls behind."""

import numpy as np
import pytest

from divrec.errors import Cancelled, InputError
from divrec.models import FAMILIES
from divrec.models.settings import TuningSettings
from divrec.models.tuning import Trial, best, importances, search_space, tune
from divrec.models.validation import Validation

SMALL = {"hidden_dim": 16, "latent_dim": 4, "epochs": 3, "batch": 40}
FEW = TuningSettings(trials=4, startup=1, warmup_epochs=1)


@pytest.mark.parametrize("family", sorted(set(FAMILIES) - {"popularity", "frequency", "blend", "biasedmf"}))
def test_what_is_searched_lies_inside_the_settings_own_bounds(family):
    for name, where in search_space(family).items():
        ends = where.choices if hasattr(where, "choices") else (where.low, where.high)
        for end in ends:
            FAMILIES[family].settings.of({name: end})


def test_a_better_setting_than_the_start_is_found(random_shop):
    trials = tune("ease", random_shop, {"regularisation": 0.02}, TuningSettings(trials=8, startup=4))
    assert trials[0].settings["regularisation"] == 0.02
    assert best(trials).value > trials[0].value
    assert best(trials).value == max(trial.value for trial in trials)


def test_a_search_that_was_broken_off_goes_on_as_if_it_had_not_been(blocks):
    whole = tune("multvae", blocks, SMALL, FEW)
    heard = []

    def stop(news):
        if news.epoch == 2:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        tune("multvae", blocks, SMALL, FEW, told=heard.append, progress=stop)
    assert len(heard) == 2
    assert tune("multvae", blocks, SMALL, FEW, known=heard) == whole


def test_the_held_out_test_users_items_play_no_part(random_shop):
    train, _ = random_shop.split("time", share=0.2)
    seen = {tuple(pair) for pair in train.interactions[["user_id", "item_id"]].to_numpy()}
    judged = []
    before = Validation.from_dataset.__func__

    def watched(cls, valid, ids):
        judged.extend(map(tuple, valid.interactions[["user_id", "item_id"]].to_numpy()))
        return before(cls, valid, ids)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Validation, "from_dataset", classmethod(watched))
        tune("ease", train, settings=TuningSettings(trials=1))
    assert judged
    assert set(judged) <= seen


def test_a_trial_that_falls_behind_is_given_up(blocks):
    start = FAMILIES["multvae"].settings.of(SMALL).to_json()
    own = {name: start[name] for name in search_space("multvae")}
    good = [Trial(number, own, 0.99, "done", (0.99,) * 6) for number in range(3)]
    settings = TuningSettings(trials=4, startup=2, warmup_epochs=2)
    trials = tune("multvae", blocks, {**SMALL, "epochs": 50}, settings, good)
    assert trials[-1].state == "pruned"
    assert len(trials[-1].curve) == 2
    assert best(trials).number == 0


def test_importance_is_shared_out_and_finds_what_matters():
    rng = np.random.default_rng(3)
    trials = [
        Trial(
            number,
            {"factors": int(rng.integers(16, 256)), "regularisation": 10.0, "alpha": 0.5 * 100 ** (number / 39),
             "weighting": str(rng.choice(["binary", "log"]))},
            number / 39,
            "done",
        )
        for number in range(40)
    ]  # fmt: skip
    found = importances("ials", trials)
    assert sum(found.values()) == pytest.approx(1)
    assert max(found, key=found.get) == "alpha"
    assert importances("ials", trials[:3]) == {}


def test_no_finished_trial_is_explained():
    with pytest.raises(InputError, match="no trial is finished yet"):
        best([Trial(0, {}, 0.1, "pruned")])
    with pytest.raises(InputError, match="nothing to search"):
        tune("popularity", None)
