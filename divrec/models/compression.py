"""Making a trained model smaller: rounded, pruned or distilled; the result is a model of the same family."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, Final

from divrec.data.dataset import Dataset
from divrec.errors import InputError
from divrec.models.bags import log_share
from divrec.models.base import Recommender
from divrec.models.distilling import Distilling, Masks, largest
from divrec.models.ease import EASE
from divrec.models.inputs import popularity, weighted
from divrec.models.neighbours import ItemKNN
from divrec.models.progress import Listener
from divrec.models.trained import Autoencoder, Trained
from divrec.models.training import repeatable, train
from divrec.models.validation import Validation
from divrec.models.ways import WAYS, CompressionSettings, Way

_WIDTHS: Final = ("hidden_dim", "latent_dim", "decoder_dim")
Model = Recommender[Any]


def compress(
    model: Model,
    data: Dataset,
    way: Way,
    settings: CompressionSettings | None = None,
    progress: Listener | None = None,
) -> Model:
    """Give a smaller copy of a trained model, itself a model of that family; the original stays as it is.

    ``int8`` rounds each row of the weights to whole numbers and a scale. ``pruned`` keeps the largest weights: of a
    network a share of each layer, the rest fine-tuned on ``data``; where items weigh items, a number for each item.
    ``distilled`` trains a smaller network on ``data`` and on the larger one's answers. What is saved is smaller; only a
    distilled network and a pruned matrix of items also score with less work.
    ``data`` is what the model was trained on. Raises InputError for a way that makes no sense for the family.
    """
    ways = WAYS.get(model.family, ())
    if way not in ways:
        raise InputError(f"a {model.family} is made smaller by {', '.join(ways) or 'nothing'}; found {way!r}")
    if way == "int8":
        return model.packed("int8")
    return _MAKERS[way](model, data, settings or CompressionSettings(), progress)


def _pruned(model: Model, data: Dataset, settings: CompressionSettings, progress: Listener | None) -> Model:
    if isinstance(model, EASE):  # of a small catalogue a quarter: a weight's place takes as much as the weight
        return model.pruned(min(settings.neighbours, max(1, len(model.item_ids) // 4)))
    if isinstance(model, ItemKNN):
        return model.pruned(min(settings.neighbours, max(1, model.settings.neighbours // 2)))
    assert isinstance(model, Trained)  # noqa: S101  # the others were refused
    student = deepcopy(model._coder)
    small = _taught(model, type(model)(**model.settings.to_json()), student, data, settings, progress,
                    largest(student, settings.kept))  # fmt: skip
    return small.packed("sparse")


def _distilled(model: Model, data: Dataset, settings: CompressionSettings, progress: Listener | None) -> Model:
    assert isinstance(model, Trained)  # noqa: S101  # the others were refused
    small = type(model)(**{**model.settings.to_json(), **_narrower(model.settings.to_json(), settings.width)})
    with repeatable(settings.seed, settings.threads):
        student = small._network(len(model.item_ids))
    if student.decode.bias is not None:
        share = popularity(model.histories)
        student.decode.bias.data = log_share(share, model.histories.shape[0])
    return _taught(model, small, student, data, settings, progress, {})


_MAKERS: Final[Mapping[str, Callable[[Model, Dataset, CompressionSettings, Listener | None], Model]]] = {
    "pruned": _pruned,
    "distilled": _distilled,
}


def _narrower(settings: Mapping[str, Any], width: float) -> dict[str, int]:
    """Give the widths of the smaller network's layers; those of attention stay multiples of its heads."""
    step = {"latent_dim": settings.get("heads", 1)}
    found = {}
    for name in _WIDTHS:
        if settings.get(name):
            unit = step.get(name, 1)
            found[name] = max(unit, round(width * settings[name] / unit) * unit)
    return found


def _taught(
    model: Trained[Any],
    small: Trained[Any],
    student: Autoencoder,
    data: Dataset,
    settings: CompressionSettings,
    progress: Listener | None,
    masks: Masks,
) -> Trained[Any]:
    """Let ``student`` learn from the model and from ``data``, and make it the network of ``small``."""
    if not model.item_ids.equals(data.item_ids):
        raise InputError(
            f"the model knows {len(model.item_ids)} items and the data {len(data.item_ids)}; "
            "give the data that the model was trained on"
        )
    histories = model._gather(data.interactions, data.user_ids, data.item_ids)
    left, validation = Validation.hold_out(histories, data, settings.seed)
    with repeatable(settings.seed, settings.threads):
        lesson = Distilling(
            weighted(left, model.settings.weighting), validation, (model.settings, settings),
            (model._coder, student), masks, model.reads_order,
        )  # fmt: skip
        train(lesson, settings, progress)
    small._coder = student.eval()
    small.knowing(model.item_ids, model.user_ids, model.histories)
    return small
