"""Asking the scoring process: it is started with the first question and again whenever it has left."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Final

import numpy as np
import pandas as pd

from divrec.columns import EVENT, ITEM, USER, WEIGHT
from divrec.data.candidates import Candidates
from divrec.data.kinds import CHOSEN, RATING
from divrec.errors import ArtefactError, InputError
from divrec.workspace.layout import Layout
from divrec.workspace.starter import environment

SHOPPER: Final = "shopper"  # the one user of a pool that is asked for
_PATIENCE: Final = 120.0  # seconds; the first question on a large model also reads the model


class Scoring:
    """The one scoring process of a workspace in this program; questions from several threads wait for one another."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None

    def pool(self, run_id: str, item_ids: pd.Index, history: pd.DataFrame, n: int, repeat: bool) -> Candidates:
        """Give the pool of one shopper with this history; ``item_ids`` are those of the run's stored pools."""
        told = self._asked("pool", run_id, history, n=n, repeat=repeat)
        items, scores = np.array([told["items"]], dtype=np.int32), np.array([told["scores"]], dtype=np.float32)
        return Candidates(pd.Index([SHOPPER], name=USER), item_ids, items, scores)

    def why(self, run_id: str, history: pd.DataFrame, item: str, repeat: bool) -> tuple[int, pd.DataFrame]:
        """Give the item's place in the model's ranking and what each item of the history adds (``explain``)."""
        told = self._asked("why", run_id, history, item=item, repeat=repeat)
        return told["place"], pd.DataFrame(told["events"])

    def place(self, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Give what items of no log lie among (``newcomers.place``)."""
        placed: list[dict[str, Any]] = self._told({"ask": "place", **asked})["items"]
        return placed

    def reach(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Give who would be shown an item of no log (``newcomers.reach``)."""
        return self._told({"ask": "reach", **asked})

    def close(self) -> None:
        """Let the process leave."""
        with self._lock:
            self._hang_up()

    def _asked(self, ask: str, run_id: str, history: pd.DataFrame, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        weights = history[WEIGHT] if WEIGHT in history else pd.Series(1.0, history.index)
        usual = RATING if WEIGHT in history else CHOSEN
        kinds = history[EVENT] if EVENT in history else pd.Series(usual, history.index)
        pairs = list(zip(history[ITEM].astype(str), weights.astype(float), kinds.astype(str), strict=True))
        return self._told({"ask": ask, "run": run_id, "history": pairs, **more})

    def _told(self, asked: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(asked, allow_nan=False).encode()
        with self._lock:
            told = self._answered(text)
        if "error" in told:
            raise InputError(str(told["error"]))
        return told

    def _answered(self, text: bytes) -> dict[str, Any]:
        """Ask, and once more where the process had left since the last question."""
        for _ in range(2):
            line = self._line or self._call()
            try:
                line.send_bytes(text)
                if not line.poll(_PATIENCE):
                    break
                answer: dict[str, Any] = json.loads(line.recv_bytes())
                return answer
            except (EOFError, OSError):
                self._hang_up()
        self._hang_up()
        log = self._layout.scorer_log
        raise ArtefactError(f"the model does not answer, {log} says why; try again, or train it anew")

    def _call(self) -> Connection:
        """Start the process at the other end of a new line."""
        ours, theirs = Pipe()
        folder = self._layout.folder.resolve()
        with theirs, self._layout.scorer_log.open("wb") as log:
            self._child = subprocess.Popen(  # noqa: S603  # our own interpreter, module and folder
                [sys.executable, "-m", "divrec.workspace.scorer", str(folder), str(theirs.fileno())],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment(),
            )  # fmt: skip
        self._line = ours
        return ours

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._child is not None:
            self._child.kill()  # it holds nothing that could be lost
            self._child.wait()
            self._child = None
