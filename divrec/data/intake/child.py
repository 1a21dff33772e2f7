"""A child process with limits of memory, CPU and wall time: ``python -m divrec.data.intake.child REQUEST``.

A parser that runs wild, or ends the process it runs in, takes only the child with it.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import divrec
from divrec.data.intake.limits import Limits
from divrec.errors import DivrecError, InputError

_THREADS: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
                   "ARROW_DEFAULT_MEMORY_POOL": "system"}  # fmt: skip


def in_child(work: str, file: Path, folder: Path, limits: Limits, label: str) -> Any:  # noqa: ANN401  # JSON
    """Have ``work`` (take_in, pictures) done on a file by a child, and give its answer as plain JSON values.

    Raises InputError for what the child refuses, and where it runs into a limit or breaks down.
    """
    seconds, cpu_seconds = limits.seconds_for(file), limits.cpu_seconds_for(file)
    with tempfile.TemporaryDirectory() as temporary:
        request, answer = Path(temporary) / "request.json", Path(temporary) / "answer.json"
        request.write_text(json.dumps({
            "work": work, "file": str(file.resolve()), "folder": str(folder.resolve()), "limits": limits.to_json(),
            "label": label, "answer": str(answer), "cpu_seconds": cpu_seconds,
        }), encoding="utf-8")  # fmt: skip
        command = [sys.executable, "-m", "divrec.data.intake.child", str(request)]
        try:
            done = subprocess.run(  # noqa: S603  # our own interpreter and module
                command, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, timeout=seconds, check=False, start_new_session=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise InputError(f"reading {label} takes longer than {seconds} s, the limit (Limits.seconds); "
                             "is it damaged? Divide it, or raise the limit") from error  # fmt: skip
        try:
            said = json.loads(answer.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(_death(done.returncode, label, limits, cpu_seconds)) from error
    if "refused" in said:
        raise InputError(said["refused"])
    return said["answer"]


def _death(status: int, label: str, limits: Limits, cpu_seconds: int) -> str:
    if status == -signal.SIGXCPU:
        return (f"reading {label} takes more than {cpu_seconds} s of CPU time, the limit (Limits.seconds, "
                "Limits.cores); is it damaged? Divide it, or raise the limit")  # fmt: skip
    return (f"reading {label} broke down: it is damaged, or unfolds to more than {limits.memory_bytes / 2**30:.1f} GiB "
            "of memory, the limit (Limits.memory_bytes). Save it as CSV or Parquet and try again")  # fmt: skip


def _environment() -> dict[str, str]:
    package = str(Path(divrec.__file__).parents[1])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, **_THREADS, "PYTHONPATH": os.pathsep.join(paths)}


def main() -> None:
    """Do what the request file asks, within its limits; the answer is written whole or not at all."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    limits = Limits(**request["limits"])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (request["cpu_seconds"], request["cpu_seconds"] + 5))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    from divrec.data.intake.work import WORK  # noqa: PLC0415  # imports come under the limits too

    try:
        answer = {"answer": WORK[request["work"]](
            Path(request["file"]), Path(request["folder"]), limits, request["label"]
        )}  # fmt: skip
    except DivrecError as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": _death(0, request["label"], limits, request["cpu_seconds"])}
    place = Path(request["answer"])
    place.with_suffix(".tmp").write_text(json.dumps(answer), encoding="utf-8")
    place.with_suffix(".tmp").rename(place)


if __name__ == "__main__":
    main()
