"""Picture files of products: a zip of them, matched to items by id or by the name that the catalogue gives."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

import pandas as pd

from divrec import columns as c
from divrec.data.dataset import Dataset
from divrec.data.intake.child import in_child
from divrec.data.intake.files import File
from divrec.data.intake.limits import Limits

_TABLE: Final = "pictures"
_NO_ITEM: Final = "picture's name is no item id and stands in no catalogue row"


def with_pictures(dataset: Dataset, files: Sequence[File], folder: Path, limits: Limits | None = None) -> Dataset:
    """Give the dataset with the pictures of the zip files as its items' ``image``; they are written into ``folder``.

    A picture belongs to the item whose id is its name without the ending, or whose ``image`` is its name. Every picture
    is decoded and written anew in a child process; what is none, or belongs to no item, is set aside.
    """
    ids = dict(zip(dataset.items[c.ITEM], dataset.items.index, strict=True))
    images = dataset.items.get(c.IMAGE, pd.Series(pd.NA, index=dataset.items.index, dtype="str")).copy()
    named = {PurePosixPath(str(name)).name: place for place, name in images.dropna().items()}
    report, aside, placed = dataset.report, [], set()
    for file in files:
        answer = in_child("pictures", file.path, folder, limits or Limits(), file.label)
        for name, written in answer["kept"]:
            place = ids.get(name, ids.get(PurePosixPath(name).stem, named.get(name)))
            if place is None:
                aside.append((f"{file.label}: {name}", _NO_ITEM))
            else:
                images.loc[place] = written
                placed.add(place)
        aside += [(f"{file.label}: {name}", why) for name, why in answer["refused"]]
    for why in dict.fromkeys(why for _, why in aside):
        report = report.add("dropped", why, sum(reason == why for _, reason in aside), _TABLE)
    report = report.add("guessed", "pictures were matched to items by their names", len(placed), _TABLE)
    rows = [{"file": name, "line": 0, "reason": why, "text": ""} for name, why in aside]
    quarantine = pd.concat([dataset.quarantine, pd.DataFrame(rows)], ignore_index=True) if rows else dataset.quarantine
    return replace(dataset, items=dataset.items.assign(**{c.IMAGE: images}), report=report, quarantine=quarantine)
