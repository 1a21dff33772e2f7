"""The scoring process: ``python -m divrec.workspace.scorer FOLDER FD`` answers what no run has stored.

Scores of a history that somebody has just made up, and explanations, need the model itself, and torch with it. So they
are worked out here, by the same code for every family, and never in the process that serves pages. Questions and
answers are JSON over a socket inherited as FD; the models asked for last stay loaded. It leaves when the other end is
gone, or after a long silence.
"""

import json
import logging
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import pandas as pd

from divrec.columns import EVENT, ITEM, USER, WEIGHT
from divrec.errors import DivrecError
from divrec.explain.contributions import contributions
from divrec.models.base import Recommender
from divrec.models.registry import load_model
from divrec.workspace import newcomers
from divrec.workspace.layout import Layout

IDLE_SECONDS: Final = 1800.0  # of silence after which the memory is given back
_WARM: Final = 2  # models that stay loaded; one of many items can take gigabytes
_SHOPPER: Final = "shopper"

Question = Mapping[str, Any]
logger = logging.getLogger("divrec.scorer")


@lru_cache(_WARM)
def _model(folder: Path) -> Recommender[Any]:
    return load_model(folder)


def pool(model: Recommender[Any], asked: Question) -> dict[str, Any]:
    """Answer with the best ``n`` items: their positions in the model's items, and their scores."""
    history = _history(asked).assign(**{USER: _SHOPPER})
    found = model.candidates([_SHOPPER], asked["n"], asked["repeat"], history).for_user(_SHOPPER)
    return {"items": found.items[0].tolist(), "scores": found.scores[0].tolist()}


def why(model: Recommender[Any], asked: Question) -> dict[str, Any]:
    """Answer with an item's place, and what each item of the history adds to it."""
    found = contributions(model, _history(asked), asked["item"], asked["repeat"])
    return {"place": found.place, "events": {name: column.tolist() for name, column in found.events.items()}}


_ANSWERS: Final[Mapping[str, Callable[[Recommender[Any], Question], dict[str, Any]]]] = {"pool": pool, "why": why}
_OF_NEWCOMERS: Final[Mapping[str, Callable[[Layout, Question], dict[str, Any]]]] = {
    "place": newcomers.place, "reach": newcomers.reach,
}  # fmt: skip


def _history(asked: Question) -> pd.DataFrame:
    columns = {ITEM: "str", WEIGHT: "float64", EVENT: "str"}
    return pd.DataFrame(asked["history"], columns=list(columns)).astype(columns)


def answer(layout: Layout, text: bytes) -> bytes:
    """Answer one question; what goes wrong on purpose is told under ``error``, anything else is logged too."""
    asked = json.loads(text)
    try:
        if asked["ask"] in _OF_NEWCOMERS:
            told = _OF_NEWCOMERS[asked["ask"]](layout, asked)
        else:
            told = _ANSWERS[asked["ask"]](_model(layout.run(asked["run"]) / "model"), asked)
    except DivrecError as error:
        told = {"error": str(error)}
    except Exception as error:
        logger.exception("no answer")
        told = {"error": f"{type(error).__name__}: {error}"}
    return json.dumps(told).encode()


def main() -> None:
    """Answer on the socket named on the command line until it is closed or silent."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    layout = Layout(Path(sys.argv[1]))
    with Connection(int(sys.argv[2])) as questions:
        try:
            while questions.poll(IDLE_SECONDS):
                questions.send_bytes(answer(layout, questions.recv_bytes()))
        except (EOFError, OSError):  # the server has gone
            return


if __name__ == "__main__":
    main()
