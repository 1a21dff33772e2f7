"""A dataset as a folder: Parquet tables, ``dataset.json``, and a manifest that is checked on load."""

import os
from pathlib import Path
from typing import Final

from divrec.data.dataset import Dataset
from divrec.data.files import atomic_folder, check_manifest, read_json, read_parquet, write_json, write_parquet
from divrec.data.report import Report
from divrec.errors import ArtefactError

_FORMAT: Final = 1


def save_dataset(dataset: Dataset, folder: str | os.PathLike[str]) -> None:
    """Write the dataset to ``folder``; what stood there before is replaced only once the new one is on disk."""
    report = dataset.report.to_json()
    about = {"format": _FORMAT, "name": dataset.name, "fingerprint": dataset.fingerprint, "report": report}
    with atomic_folder(folder) as temporary:
        write_parquet(temporary / "interactions.parquet", dataset.interactions)
        write_parquet(temporary / "items.parquet", dataset.items)
        write_parquet(temporary / "users.parquet", dataset.users)
        if len(dataset.quarantine):
            write_parquet(temporary / "quarantine.parquet", dataset.quarantine)
        for name, table in (("history", dataset.history), ("vectors", dataset.vectors)):
            if table is not None:
                write_parquet(temporary / f"{name}.parquet", table)
        write_json(temporary / "dataset.json", about)


def load_dataset(folder: str | os.PathLike[str]) -> Dataset:
    """Read what ``save_dataset`` wrote. Raises ArtefactError where a file is missing or differs from its checksum."""
    root = Path(folder)
    needed = ["dataset.json", "interactions.parquet", "items.parquet", "users.parquet"]
    stored = check_manifest(root, needed)
    about = read_json(root / "dataset.json")
    if about.get("format") != _FORMAT:
        raise ArtefactError(f"{root} is a dataset of format {about.get('format')}, this version reads {_FORMAT}; "
                            "read the original files again")  # fmt: skip
    also = {name: f"{name}.parquet" for name in ("history", "quarantine", "vectors") if f"{name}.parquet" in stored}
    check_manifest(root, also.values())
    dataset = Dataset(
        interactions=read_parquet(root / "interactions.parquet"),
        items=read_parquet(root / "items.parquet"),
        users=read_parquet(root / "users.parquet"),
        report=Report.from_json(about["report"]),
        name=about["name"],
        **{name: read_parquet(root / file) for name, file in also.items()},
    )
    vars(dataset)["fingerprint"] = about["fingerprint"]  # the checksums vouch for it; hashing again takes a second
    return dataset
