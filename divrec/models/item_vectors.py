"""What models share whose item vectors are all that they learn."""

from abc import ABC
from typing import TypeVar

from divrec.data.settings import Settings
from divrec.models.base import Arrays, Recommender
from divrec.models.inputs import Floats

S = TypeVar("S", bound=Settings)


class ItemVectors(Recommender[S], ABC):
    """A recommender that is its item vectors (I, d): they are its weights, and what it shows of its items."""

    _items: Floats

    def _vectorise(self) -> Floats:
        return self._items

    def _weights(self) -> Arrays:
        return {"items": self._items}

    def _restore(self, weights: Arrays) -> None:
        self._items = weights["items"]
