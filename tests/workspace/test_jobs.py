"""The queue: one live job per wish, one holder per job, and no way but the allowed ones."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from divrec.errors import InputError, UnknownIdError
from divrec.workspace.database import Database
from divrec.workspace.jobs import STALE_SECONDS, Jobs, new_id
from divrec.workspace.leases import LeaseLostError, Leases
from divrec.workspace.processes import identity


@pytest.fixture
def database(tmp_path):
    return Database(tmp_path / "divrec.sqlite")


@pytest.fixture
def jobs(database):
    return Jobs(database)


def mine(database):
    return Leases(database, os.getpid(), identity(os.getpid()))


def submit(jobs, key="a", kind="train"):
    return jobs.submit(kind, key, lambda _: new_id("r"))


def test_a_double_click_is_one_job_until_it_has_ended(jobs, database):
    first = submit(jobs)
    assert submit(jobs) == first
    worker = mine(database)
    lease = worker.claim()
    assert submit(jobs).id == first.id
    worker.finish(lease, "done")
    assert submit(jobs).id != first.id


def test_maps_wait_until_nothing_else_does(jobs, database):
    picture, training = submit(jobs, "map", "project"), submit(jobs, "fit", "train")
    worker = mine(database)
    assert [worker.claim().id, worker.claim().id, worker.claim()] == [training.id, picture.id, None]


def test_cancel_ends_a_waiting_job_and_asks_a_running_one(jobs, database):
    waiting, running = submit(jobs, "waiting"), submit(jobs, "running")
    worker = mine(database)
    lease = worker.claim(running.id)
    jobs.cancel(waiting.id)
    jobs.cancel(running.id)
    assert jobs.get(waiting.id).state == "cancelled"
    assert jobs.get(running.id).state == "running"
    assert worker.cancel_asked(lease)
    worker.finish(lease, "cancelled")
    jobs.cancel(running.id)
    assert jobs.get(running.id).state == "cancelled"


def test_a_lost_worker_shows_as_interrupted_and_cannot_report_any_more(jobs, database):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    job = submit(jobs)
    theirs = Leases(database, child.pid, identity(child.pid))
    lease = theirs.claim()
    assert jobs.reap() == 0
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert jobs.reap() == 1
    found = jobs.get(job.id)
    assert found.state == "interrupted"
    assert "resume" in found.error
    jobs.resume(job.id)
    again = mine(database).claim()
    assert again.id == job.id
    report, finish = (lambda held: theirs.report(held, done=9)), (lambda held: theirs.finish(held, "done"))
    for use in (theirs.cancel_asked, report, finish):
        with pytest.raises(LeaseLostError):
            use(lease)
    assert jobs.get(job.id).state == "running"
    child.wait()


def test_a_silent_worker_is_lost_and_ended(jobs, database):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    job = submit(jobs)
    theirs = Leases(database, child.pid, identity(child.pid))
    theirs.claim()
    with database.write() as connection:
        connection.execute("update job set heartbeat = heartbeat - ?", (STALE_SECONDS + 1,))
    assert jobs.reap() == 1
    assert jobs.get(job.id).state == "interrupted"
    assert child.wait(timeout=10) != 0  # or it would keep the lock that the next worker needs


def test_a_heartbeat_keeps_what_the_worker_holds(jobs, database):
    submit(jobs)
    worker = mine(database)
    worker.claim()
    with database.write() as connection:
        connection.execute("update job set heartbeat = heartbeat - ?", (STALE_SECONDS + 1,))
    worker.beat()
    assert jobs.reap() == 0


def test_lost_work_that_was_to_be_cancelled_is_cancelled(jobs, database):
    job = submit(jobs)
    Leases(database, 2**22 + 1, "never lived").claim()
    jobs.cancel(job.id)
    jobs.reap()
    assert jobs.get(job.id).state == "cancelled"


def test_resume_is_refused_for_done_work_and_where_it_was_submitted_anew(jobs, database):
    worker = mine(database)
    job = submit(jobs)
    worker.finish(worker.claim(), "done")
    with pytest.raises(InputError, match="done"):
        jobs.resume(job.id)
    old = submit(jobs)
    jobs.cancel(old.id)
    submit(jobs)
    with pytest.raises(InputError, match="submitted again"):
        jobs.resume(old.id)


def test_live_work_is_not_removed(jobs, database):
    job = submit(jobs)
    with pytest.raises(InputError, match="cancel it first"), database.write() as connection:
        jobs.remove_of(connection, job.target)
    jobs.cancel(job.id)
    with database.write() as connection:
        jobs.remove_of(connection, job.target)
    with pytest.raises(UnknownIdError):
        jobs.get(job.id)


ENDS = {"done", "failed", "cancelled", "interrupted"}


class Queue(RuleBasedStateMachine):
    """People and two workers, one of which may die at any time, against a model of plain dictionaries."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        database = Database(Path(self.folder.name) / "divrec.sqlite")
        self.database = database
        self.jobs = Jobs(database)
        self.living = mine(database)
        self.dead = Leases(database, 2**22 + 1, "never lived")
        self.state = {}  # job -> state
        self.key = {}
        self.asked = set()
        self.held = {}  # job -> lease of the living worker
        self.stale = []  # leases that were lost

    def teardown(self):
        self.folder.cleanup()

    def live(self, key):
        return [job for job in self.state if self.key[job] == key and self.state[job] in ("queued", "running")]

    @rule(key=st.sampled_from("ab"))
    def submit(self, key):
        live = self.live(key)
        job = submit(self.jobs, key).id
        if live:
            assert [job] == live
        else:
            assert job not in self.state
            self.state[job], self.key[job] = "queued", key

    @rule(data=st.data())
    @precondition(lambda self: self.state)
    def cancel(self, data):
        job = data.draw(st.sampled_from(list(self.state)))
        self.jobs.cancel(job)
        if self.state[job] == "queued":
            self.state[job] = "cancelled"
        elif self.state[job] == "running":
            self.asked.add(job)

    @rule(data=st.data())
    @precondition(lambda self: self.state)
    def resume(self, data):
        job = data.draw(st.sampled_from(list(self.state)))
        state = self.state[job]
        other = [live for live in self.live(self.key[job]) if live != job]
        if state == "done" or (state in ENDS and other):
            with pytest.raises(InputError):
                self.jobs.resume(job)
        else:
            self.jobs.resume(job)
            if state in ENDS:
                self.state[job] = "queued"
                self.asked.discard(job)

    @rule()
    def claim(self):
        lease = self.living.claim()
        assert (lease is None) == ("queued" not in self.state.values())
        if lease is not None:
            assert self.state[lease.id] == "queued"
            self.state[lease.id] = "running"
            self.held[lease.id] = lease

    @rule()
    def a_worker_claims_and_dies(self):
        lease = self.dead.claim()
        if lease is not None:
            self.stale.append(lease)
            self.jobs.reap()
            self.state[lease.id] = "interrupted"

    @rule(data=st.data(), end=st.sampled_from(["done", "failed"]))
    @precondition(lambda self: self.held)
    def finish(self, data, end):
        job = data.draw(st.sampled_from(list(self.held)))
        lease = self.held.pop(job)
        end = "cancelled" if self.living.cancel_asked(lease) else end
        assert (end == "cancelled") == (job in self.asked)
        self.living.finish(lease, end)
        self.state[job] = end
        self.asked.discard(job)
        self.stale.append(lease)

    @rule(data=st.data())
    @precondition(lambda self: self.stale)
    def a_lost_worker_wakes(self, data):
        lease = data.draw(st.sampled_from(self.stale))
        with pytest.raises(LeaseLostError):
            self.living.report(lease, done=1)
        with pytest.raises(LeaseLostError):
            self.living.finish(lease, "done")

    @rule()
    def reap(self):
        self.living.beat()
        assert self.jobs.reap() == 0

    @invariant()
    def states_agree(self):
        assert {job.id: job.state for job in self.jobs.all()} == self.state
        assert all(len(self.live(key)) <= 1 for key in "ab")


TestQueue = Queue.TestCase
TestQueue.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
