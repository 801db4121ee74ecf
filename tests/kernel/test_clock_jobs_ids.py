"""Time that can be moved, work that follows it, ids that can be repeated."""

import asyncio
import re

import pytest

from emulator.kernel.clock import Clock
from emulator.kernel.ids import Ids
from emulator.kernel.jobs import ATTEMPTS, STANDING_BY, Job, Scheduler
from emulator.kernel.store import Store


def test_a_frozen_clock_stands_and_advances():
    clock = Clock()
    clock.freeze(1000)
    assert clock.now() == clock.now() == 1000
    clock.advance(86400)
    assert clock.now() == 87400 and clock.frozen
    with pytest.raises(ValueError):
        clock.advance(-1)
    clock.resume()
    assert 87400 <= clock.now() < 87410 and not clock.frozen
    clock.real()
    assert clock.now() > 1_700_000_000


def test_seeded_ids_repeat_and_have_their_form():
    first, second = Ids(7), Ids(7)
    assert [first.uuid() for _ in range(5)] == [second.uuid() for _ in range(5)]
    assert Ids().uuid() != Ids().uuid()
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first.uuid())
        for _ in range(200)
    )
    assert re.fullmatch(r"[A-Z0-9]{16}", first.upper(16)) and len(first.hex(7)) == 7


def job(name: str, due: float, **payload) -> Job:
    return Job(name, due, "test", "handler", "0" * 12, "us-east-1", payload)


@pytest.fixture
def world():
    clock, store, ran = Clock(0.0), Store(), []
    scheduler = Scheduler(store, clock, lambda each: ran.append((each.id, each.due)))
    loop = asyncio.new_event_loop()
    scheduler.start(loop)
    yield clock, store, scheduler, ran
    scheduler.stop()
    loop.close()


def test_advancing_a_day_does_a_days_work_in_order(world):
    clock, _, scheduler, ran = world
    for name, due in (("late", 90000), ("second", 600), ("first", 60), ("also first", 60)):
        scheduler.add(job(name, due))
    clock.advance(86400)
    assert ran == [("first", 60), ("also first", 60), ("second", 600)]
    clock.advance(86400)
    assert ran[-1] == ("late", 90000) and not len(scheduler.rows)


def test_work_that_makes_work_runs_within_the_same_jump(world):
    clock, _, scheduler, ran = world

    def run(each):
        ran.append(each.due)
        if each.due < 500:
            scheduler.add(job("again", each.due + 100))

    scheduler._run = run
    scheduler.add(job("again", 100))
    clock.advance(1000)
    assert ran == [100, 200, 300, 400, 500]


def test_cancel_and_replace(world):
    clock, _, scheduler, ran = world
    scheduler.add(job("a", 10))
    scheduler.add(job("a", 20))
    scheduler.add(job("b", 10))
    assert scheduler.cancel("b") and not scheduler.cancel("b")
    clock.advance(15)
    assert ran == []
    clock.advance(15)
    assert ran == [("a", 20)]


def test_a_failing_job_changes_nothing_and_is_tried_again(world):
    clock, _, scheduler, _ = world
    tries = []

    def run(each):
        tries.append(each.due)
        scheduler.add(job("half done", 10_000_000))
        raise RuntimeError("defect")

    scheduler._run = run
    scheduler.add(job("bad", 1))
    clock.advance(1000)
    assert tries == [1, 2, 4, 8, 16] and len(tries) == ATTEMPTS
    assert len(scheduler.rows) == 0


def test_a_job_that_stands_by_runs_only_when_state_was_read_back(world):
    clock, _, scheduler, ran = world
    scheduler.add(job("standby", STANDING_BY))
    clock.advance(10_000_000)
    assert ran == []
    scheduler.revive()
    scheduler.wake()
    assert len(ran) == 1 and len(scheduler.rows) == 0
