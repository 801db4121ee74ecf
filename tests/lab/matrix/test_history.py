"""The history: a run of some services changes those alone in the sum; columns are stacked to the tallest run."""

from lab.matrix import cells
from lab.matrix.chart import HEIGHT, chart
from lab.matrix.history import overall
from lab.report import Row, Run, store


def keep(folder, id, day, **verdicts):
    rows = [Row(service, "X", verdict, "aws-imported", "a", "t", step) for service, found in verdicts.items()
            for step, verdict in enumerate(found)]
    store.save(Run(id, "replay", f"2026-03-0{day}T00:00:00+00:00", "emulator", {}, rows), folder)


def test_a_run_of_one_service_leaves_the_others_as_they_were(tmp_path):
    keep(tmp_path, "r1", 1, sqs=["different", "different"], sns=["equal"])
    keep(tmp_path, "r2", 2, sqs=["equal", "different"])
    keep(tmp_path, "r3", 3, sqs=["equal", "equal", "equal"])
    told = overall(list(cells.matrix(tmp_path, {})))
    assert [(past.run.id, past.counts["equal"], past.counts["different"]) for past in told] == [
        ("r3", 4, 0), ("r2", 2, 1), ("r1", 1, 2)]
    drawn = chart(told)
    assert [column.past.run.id for column in drawn.columns] == ["r1", "r2", "r3"] and drawn.top == 4
    assert sum(part.height for part in drawn.columns[0].segments) == HEIGHT * 3 / 4
    assert drawn.columns[2].segments[0].y == 0 and drawn.names == ["equal", "different"]


def test_one_run_is_no_history(tmp_path):
    keep(tmp_path, "r1", 1, sqs=["equal"])
    assert chart(overall(list(cells.matrix(tmp_path, {})))) is None
