"""Who is alive: a process, not its number; a zombie is not."""

import os
import subprocess
import sys

from divrec.workspace.processes import end, identity, lives


def sleeper():
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])


def test_this_process_lives_under_its_own_start():
    assert lives(os.getpid(), identity(os.getpid()))
    assert not lives(os.getpid(), "another start")
    assert not lives(None, None)


def test_a_killed_child_that_nobody_collected_is_dead():
    child = sleeper()
    known = identity(child.pid)
    assert lives(child.pid, known)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, but still there: a zombie
    assert not lives(child.pid, known)
    child.wait()
    assert identity(child.pid) is None


def test_only_the_very_process_is_ended():
    child = sleeper()
    end(child.pid, "another start")
    assert child.poll() is None
    end(child.pid, identity(child.pid))
    assert child.wait(timeout=10) != 0
