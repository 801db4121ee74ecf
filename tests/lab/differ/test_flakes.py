"""What comes out otherwise in another replay is told; what always comes out the same is not."""

import pytest

from lab.cassette.model import Cassette
from lab.differ import flakes
from lab.errors import LabError
from lab.report.result import Difference, Row, Run


def row(verdict, *paths, cassette="c", step=0):
    differences = [Difference(each, "value") for each in paths]
    return Row("s3", "GetObject", verdict, "emulator", cassette, "t", step, differences)


def run(*rows):
    return Run("r", "replay", "2026-01-01T00:00:00+00:00", "emulator", {}, list(rows), 1.0)


def test_what_is_the_same_every_time_stays_as_it_is():
    made = flakes.merged([run(row("equal"), row("different", "a", step=1))] * 3)
    assert [(each.verdict, each.reason) for each in made.rows] == [("equal", None), ("different", None)]
    assert made.seconds == 3.0
    assert flakes.merged([run(row("equal")), run(row("equivalent"))]).rows[0].verdict == "equal"


@pytest.mark.parametrize(("others", "verdict", "told"), [
    ([row("different", "a"), row("equal")], "different", "flaky: of 3 replays equal in 2, different in 1"),
    ([row("unreachable"), row("unreachable")], "unreachable", "unreachable in 2, equal in 1"),
])
def test_a_step_that_comes_out_otherwise_has_its_worst_row(others, verdict, told):
    found, = flakes.merged([run(row("equal")), *map(run, others)]).rows
    assert found.verdict == verdict and told in found.reason


def test_other_differences_and_missing_steps_are_flakes_too():
    found, = flakes.merged([run(row("different", "a")), run(row("different", "b"))]).rows
    assert "flaky" in found.reason
    found, = flakes.merged([run(row("equal")), run()]).rows
    assert (found.verdict, found.reason) == ("different", "flaky: of 2 replays equal in 1, missing in 1")


def test_every_replay_has_its_own_order_ids_and_time():
    cassettes = [Cassette(id=str(number), title="t", service="s3", provenance="emulator") for number in range(9)]
    seen = []

    def execute(chosen, variation):
        seen.append((tuple(each.id for each in chosen), variation))
        return run()

    flakes.replay(cassettes, 4, execute)
    orders, kinds = zip(*seen)
    assert orders[0] == tuple("012345678") and len(set(orders)) == 4 and {*orders[1]} == {*orders[0]}
    assert len({each.seed for each in kinds}) == len({each.offset for each in kinds}) == 4
    again = list(seen)
    seen.clear()
    flakes.replay(cassettes, 4, execute)
    assert seen == again
    with pytest.raises(LabError, match="2 or more"):
        flakes.replay(cassettes, 1, execute)
