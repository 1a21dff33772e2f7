"""How long a training will take on this machine: a short probe of its parts, put together.

A network: the time of a few real steps and of one validation, times the epochs that such a training usually takes. A
closed form: a fit on a part of the shop, scaled by how the family's work grows. Seconds of CPU time, as on a machine
that does nothing else.
"""

import math
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from divrec.columns import ITEM, USER
from divrec.data.dataset import Dataset
from divrec.models.base import Given, Recommender
from divrec.models.blend import FEWEST, Blend
from divrec.models.ease import EASE
from divrec.models.fusion import halves, held_out, learned_weights
from divrec.models.inputs import weighted
from divrec.models.registry import family as find_family
from divrec.models.registry import make_model
from divrec.models.trained import Lesson, Trained
from divrec.models.training import repeatable
from divrec.models.validation import Validation

_STEPS: Final = 8  # at most so many are timed, after a first one that is slower
_ENOUGH: Final = 1.0  # seconds of steps
_USERS, _ITEMS = 5_000, 3_000  # of the part of a shop that a closed form is tried on
_WEIGHED: Final = 500  # users on whom learning a blend's weights is tried
_CUBIC: Final = 3  # a dense EASE inverts a matrix of items × items; all else grows with the log

# epochs after which trainings were at their best on the demo shop, over the presets; others improved to the end
BEST_AFTER: Final[Mapping[str, int]] = {"recvae": 7, "aae": 14, "sasrec": 20, "twotower": 24}

Check = Callable[[], None]


def fit_seconds(family: str, settings: Mapping[str, Any], data: Dataset, check: Check = lambda: None) -> float:
    """Estimate the CPU seconds of a fit on ``data`` with these settings; ``check`` is called between the parts."""
    model = make_model(family, settings)
    check()
    if isinstance(model, Blend):
        return _of_blend(model, data, check)
    return _of_network(model, data, check) if isinstance(model, Trained) else _of_closed_form(model, data)


def usual_epochs(family: str, most: int, patience: int) -> tuple[int, int]:
    """Tell after how many epochs a training is usually at its best, and after how many it ends."""
    best = min(most, BEST_AFTER.get(family, most))
    return best, min(most, best + patience)


def _of_network(model: Trained[Any], data: Dataset, check: Check) -> float:
    settings = model.settings
    started = time.process_time()
    histories = model._gather(data.interactions, data.user_ids, data.item_ids)
    left, validation = Validation.hold_out(histories, data, settings.seed)
    model._prepare(data)
    with repeatable(settings.seed, settings.threads):
        lesson = model._lesson(weighted(left, settings.weighting), validation)
        setting_up = time.process_time() - started
        step, judging = _steps(lesson, settings.batch, check)
    best, ended = usual_epochs(model.family, settings.epochs, settings.patience)
    an_epoch = math.ceil(lesson.rows / settings.batch) * step
    again = best * an_epoch if settings.refit else 0.0
    return float(setting_up + ended * (an_epoch + judging) + again)


def _steps(lesson: Lesson, batch: int, check: Check) -> tuple[float, float]:
    """Time one step and one validation."""
    rows = np.random.default_rng(0).permutation(lesson.rows)
    starts = [at * batch for at in range(1 + _STEPS) if at * batch < lesson.rows]
    taken: list[float] = []
    for at in starts:
        check()
        started = time.process_time()
        lesson.step(rows[at : at + batch], 0.5)
        taken.append(time.process_time() - started)
        if sum(taken) > _ENOUGH:
            break
    started = time.process_time()
    lesson.validate()
    return float(np.mean(taken[1:] or taken)), time.process_time() - started


def _of_closed_form(model: Recommender[Any], data: Dataset) -> float:
    power = 1
    if isinstance(model, EASE):
        if model._dense(len(data.item_ids)):
            power = _CUBIC
        else:
            model = EASE(**{**model.settings.to_json(), "dense_items": 1})
    part = _part(data)
    started = time.process_time()
    model.fit(part)
    taken = time.process_time() - started
    more = len(data.user_ids) / len(part.user_ids), (len(data.item_ids) / len(part.item_ids)) ** power
    return taken * max(more)


def _part(data: Dataset) -> Dataset:
    """Give the shop with its most bought items and some of its users."""
    log = data.interactions
    users = np.random.default_rng(0).permutation(data.user_ids)[:_USERS]
    items = log[ITEM].value_counts().index[:_ITEMS]
    if len(data.user_ids) <= _USERS and len(data.item_ids) <= _ITEMS:
        return data
    kept = log[log[USER].isin(users) & log[ITEM].isin(items)].reset_index(drop=True)
    described = data.items[data.items[ITEM].isin(items)].reset_index(drop=True)
    known = data.users[data.users[USER].isin(users)].reset_index(drop=True)
    return data.with_interactions(kept, items=described, users=known)


def _of_blend(model: Blend, data: Dataset, check: Check) -> float:
    total = 0.0
    for key, own in model.settings.members.items():
        once = fit_seconds(key, own, data, check)
        again = model.settings.refit or not find_family(key).trained
        total += 2 * once if again else once
    return total + _weighing(model, data)


def _weighing(model: Blend, data: Dataset) -> float:
    """Time holding users out and learning weights, with the simplest of models in every member's place."""
    started, settings = time.process_time(), model.settings
    part, valid = held_out(Given(data, data.matrix(), None, None, None), settings.seed, FEWEST[settings.refit])
    whole = Validation.from_dataset(halves(valid)[1], data.item_ids)
    stand_in = make_model("popularity").fit(part)
    few = Validation(whole.histories[:_WEIGHED], whole.truth[:_WEIGHED])
    begun = time.process_time()
    learned_weights(dict.fromkeys(settings.members, stand_in), few, settings.weights_n)
    learning = (time.process_time() - begun) * whole.truth.shape[0] / few.truth.shape[0]
    return float(begun - started + learning)
