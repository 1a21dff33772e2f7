"""Counting a recipe in a process of its own: ``python -m divrec.workspace.counting REQUEST``.

On a log of millions a trial takes seconds and hundreds of megabytes, which the process that serves pages gives to
nobody: it would keep the other visitors waiting. The child leaves when it has counted, and its memory with it.
"""

import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, Final

from divrec.data.cleaning import Recipe
from divrec.data.files import read_json, read_parquet, write_json, write_parquet
from divrec.data.store import load_dataset
from divrec.data.trial import Trial, tried
from divrec.errors import ArtefactError, DivrecError, InputError
from divrec.workspace.starter import environment

_PATIENCE: Final = 600  # seconds
_SAID: Final = 500  # characters of what a child said that broke down
_one_at_a_time = threading.Lock()  # several visitors' children side by side would fill the memory


def counted(folder: Path, recipe: list[dict[str, Any]]) -> Trial:
    """Count what a recipe would do to the shop stored in ``folder``, in a child process.

    Raises InputError for what the recipe cannot do, ArtefactError where the child breaks down or takes too long.
    """
    with tempfile.TemporaryDirectory() as temporary, _one_at_a_time:
        request, answer = Path(temporary) / "request.json", Path(temporary) / "answer"
        write_json(request, {"folder": str(folder.resolve()), "recipe": recipe, "answer": str(answer)})
        command = [sys.executable, "-m", "divrec.workspace.counting", str(request)]
        try:
            done = subprocess.run(  # noqa: S603  # our own interpreter and module
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                env=environment(), timeout=_PATIENCE, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise ArtefactError(f"counting takes longer than {_PATIENCE} s; choose fewer steps at a time") from error
        if done.returncode:
            raise ArtefactError(f"counting broke down, perhaps for want of memory: {done.stderr[-_SAID:]}")
        if (answer / "refused.json").is_file():
            raise InputError(str(read_json(answer / "refused.json")))
        return Trial.of({file.stem: read_parquet(file) for file in answer.glob("*.parquet")})


def main() -> None:
    """Do what the request file asks, and write the trial's tables into the folder that it names."""
    request = read_json(sys.argv[1])
    answer = Path(request["answer"])
    try:
        trial = tried(load_dataset(request["folder"]), Recipe.from_json(request["recipe"]))
    except DivrecError as error:
        write_json(answer / "refused.json", str(error))
        return
    for name, table in trial.tables().items():
        write_parquet(answer / f"{name}.parquet", table)


if __name__ == "__main__":
    main()
