"""Tuning: which settings of a family rank best on shoppers held aside (Parzen estimators, Bergstra 2011).

Only the part of the log that is given is looked at: a fifth of the items of some of its users is hidden, and a trial is
as good as its NDCG on them. The sampler is made anew for each trial from (seed, trial number) and the trials so far, so
that a search that was broken off asks for the same settings as one that was not. The diversity slider is no setting of
a model and is never searched.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, get_args

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from divrec.data.dataset import Dataset
from divrec.data.settings import ALL
from divrec.errors import CollapseError, InputError
from divrec.models.base import Given
from divrec.models.fusion import held_out
from divrec.models.progress import Listener, Progress
from divrec.models.registry import family as find_family
from divrec.models.registry import make_model
from divrec.models.settings import TuningSettings, searched
from divrec.models.validation import Validation

_FEWEST_USERS: Final = 2000  # hidden from, where the shop has so many: differences between settings are small
_FEWEST_FOR_IMPORTANCE: Final = 8  # trials

State = Literal["done", "pruned"]


@dataclass(frozen=True)
class Trial:
    """One set of settings that was tried, numbered from 0 (the start's own settings).

    ``settings`` holds what was searched; ``value`` is the NDCG on the hidden items; ``curve`` the NDCG after each epoch
    where there are epochs. A ``pruned`` trial was given up: half of the others were
    better by then, or its training collapsed.
    """

    number: int
    settings: Mapping[str, Any]
    value: float
    state: State
    curve: tuple[float, ...] = ()


class _Pruned(Exception):  # noqa: N818  # no error
    """Ends the training of a trial that is not worth finishing."""


def search_space(family: str) -> dict[str, BaseDistribution]:
    """Give where a family's settings are looked for. Raises InputError for a family with nothing to search."""
    space: dict[str, BaseDistribution] = {}
    for entry in searched(find_family(family).settings).values():
        search = entry.metadata["search"]
        if search == ALL:
            space[entry.name] = CategoricalDistribution(get_args(entry.type))
        elif entry.type is int:
            space[entry.name] = IntDistribution(int(search.low), int(search.high), log=search.log)
        else:
            space[entry.name] = FloatDistribution(search.low, search.high, log=search.log)
    return space


def tune(
    family: str,
    dataset: Dataset,
    start: Mapping[str, Any] | None = None,
    settings: TuningSettings | None = None,
    known: Iterable[Trial] = (),
    told: Callable[[Trial], None] | None = None,
    progress: Listener | None = None,
) -> list[Trial]:
    """Search the settings of a family and give all trials, the first with the settings of ``start`` themselves.

    ``known`` are trials of the same search that was broken off; it goes on behind them, and a trial that was under way
    is tried again. ``told`` hears of each trial as it ends; ``progress`` hears several times a second how many are
    behind, and may raise Cancelled.
    Raises InputError for a family with nothing to search.
    """
    search = _Search(family, dataset, dict(start or {}), settings or TuningSettings(), list(known))
    while len(search.trials) < search.settings.trials:
        trial = search.next(progress)
        search.trials.append(trial)
        if told:
            told(trial)
    return search.trials


def best(trials: Iterable[Trial]) -> Trial:
    """Give the finished trial of the highest value, the earlier of equal ones. Raises InputError where none is done."""
    done = [trial for trial in trials if trial.state == "done"]
    if not done:
        raise InputError("no trial is finished yet; let the search run until the first one is")
    return max(done, key=lambda trial: (trial.value, -trial.number))


def importances(family: str, trials: Iterable[Trial], seed: int = 7) -> dict[str, float]:
    """Share of the differences that each setting explains (PED-ANOVA), adding up to 1; empty for few trials."""
    tried = list(trials)
    if len(tried) < _FEWEST_FOR_IMPORTANCE or len({trial.value for trial in tried}) == 1:
        return {}
    study = _study(search_space(family), tried, optuna.samplers.RandomSampler(seed))
    evaluator = optuna.importance.PedAnovaImportanceEvaluator()
    found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(share) for name, share in found.items()}


class _Search:
    """One search on its way: its data divided once, its trials so far."""

    def __init__(
        self, family: str, dataset: Dataset, start: dict[str, Any], settings: TuningSettings, trials: list[Trial]
    ) -> None:
        self.family, self.start, self.settings, self.trials = family, start, settings, trials
        self.space = search_space(family)
        given = Given(dataset, dataset.matrix(), None, None, None)
        self.part, self.valid = held_out(given, settings.seed, _FEWEST_USERS)
        self.validation = Validation.from_dataset(self.valid, dataset.item_ids)

    def next(self, progress: Listener | None) -> Trial:
        """Try the next settings."""
        number = len(self.trials)
        chosen = self._ask(number)
        model = make_model(self.family, {**self.start, **chosen, **self._stopping()})
        watch = _Watch(self, number, progress)
        try:
            model.fit(self.part, self.valid, watch)
        except (_Pruned, CollapseError):
            return Trial(number, chosen, max(watch.curve, default=0.0), "pruned", tuple(watch.curve))
        value = self.validation.ndcg(model.score, self.settings.n)
        return Trial(number, chosen, value, "done", tuple(watch.curve))

    def _ask(self, number: int) -> dict[str, Any]:
        if number == 0:
            whole = find_family(self.family).settings.of(self.start).to_json()
            return {name: whole[name] for name in self.space}
        seed = self.settings.seed + number
        sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=self.settings.startup)
        return dict(_study(self.space, self.trials, sampler).ask(self.space).params)

    def _stopping(self) -> dict[str, Any]:
        """Stop by the NDCG that also judges; a second fit on everything is for the best alone."""
        names = {entry.name for entry in fields(find_family(self.family).settings)}
        wanted = {"stop_by": "ndcg", "refit": False, "validation_n": self.settings.n}
        return {name: value for name, value in wanted.items() if name in names}

    def hopeless(self, curve: list[float]) -> bool:
        """Whether the best of a curve is below the median of what finished trials had reached by that epoch."""
        epochs = len(curve)
        others = sorted(max(t.curve[:epochs]) for t in self.trials if t.state == "done" and t.curve)
        if epochs < self.settings.warmup_epochs or len(others) < self.settings.startup:
            return False
        return max(curve) < others[len(others) // 2]


class _Watch:
    """Hears one trial's training: passes it on as a part of the whole, and gives up where it is hopeless."""

    def __init__(self, search: _Search, number: int, progress: Listener | None) -> None:
        self.curve: list[float] = []
        self._search, self._number, self._progress = search, number, progress

    def __call__(self, news: Progress) -> None:
        if self._progress is not None:
            self._progress(Progress(self._number, self._search.settings.trials))
        if "ndcg" in news.values:
            self.curve.append(float(news.values["ndcg"]))
            if self._search.hopeless(self.curve):
                raise _Pruned


def _study(
    space: Mapping[str, BaseDistribution], trials: Iterable[Trial], sampler: optuna.samplers.BaseSampler
) -> optuna.Study:
    """Make a study in memory that knows these trials; one given up counts with what it had reached."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.add_trials([_frozen(space, trial) for trial in trials if _inside(space, trial)])
    return study


def _frozen(space: Mapping[str, BaseDistribution], trial: Trial) -> FrozenTrial:
    return optuna.trial.create_trial(
        params=dict(trial.settings), distributions=dict(space), value=trial.value, state=TrialState.COMPLETE
    )


def _inside(space: Mapping[str, BaseDistribution], trial: Trial) -> bool:
    """Whether a trial lies in the space: the start's own settings need not."""
    return all(known._contains(known.to_internal_repr(trial.settings[name])) for name, known in space.items())
