"""Who is alive: a process is known by its id and its start, since ids are used again and the dead linger as zombies."""

import os
import signal
from pathlib import Path


def identity(pid: int) -> str | None:
    """Give what tells this process from any other that had or will have its id; None where it does not live.

    A killed child that its parent has not collected yet (a zombie) does not live. Where the system has no ``/proc``,
    an empty string stands for any process with this id.
    """
    if not Path("/proc/self/stat").exists():
        return "" if _answers(pid) else None
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, *rest = text.rpartition(")")[2].split()  # the command's name, in brackets, may hold blanks and brackets
    return None if state in "ZX" else rest[18]  # ticks from boot to its start


def lives(pid: int | None, known: str | None) -> bool:
    """Whether the process with this id and identity still runs."""
    return pid is not None and known is not None and identity(pid) == known


def end(pid: int | None, known: str | None) -> None:
    """Kill this process if it still runs; never another one that got its id."""
    if pid is not None and known and lives(pid, known):
        os.kill(pid, signal.SIGKILL)


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
