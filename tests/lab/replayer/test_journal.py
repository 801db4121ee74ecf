"""An interrupted replay goes on where it stopped, and only with what is the same."""

import pytest
from scripts import QUEUE, cassette, wire

from lab.cassette.files import digest
from lab.replayer import run as runs
from lab.replayer.journal import Journal
from lab.replayer.run import execute
from lab.report.result import Row


def recorded(name):
    made = cassette(wire("ListQueueTags", {"QueueUrl": QUEUE}, {}))
    made.id = name
    return made


class Stopped(Exception):
    pass


def stop_after(number):
    def tell(done, of, name):
        if done == number:
            raise Stopped

    return tell


def test_what_was_played_is_not_played_again(tmp_path, monkeypatch):
    journal, chosen = tmp_path / "kept" / "j", [recorded(name) for name in "abc"]
    with pytest.raises(Stopped):
        execute(chosen, progress=stop_after(2), journal=journal)
    assert len(journal.read_bytes().splitlines()) == 3
    played, play = [], runs.play
    monkeypatch.setattr(runs, "play", lambda each, *rest: played.append(each.id) or play(each, *rest))
    rows = execute(chosen, journal=journal).rows
    assert played == ["c"] and [row.cassette for row in rows] == ["a", "b", "c"] and not journal.exists()


def test_other_circumstances_begin_anew_and_a_cut_line_is_played_again(tmp_path):
    path, one = tmp_path / "j", recorded("a")
    rows = [Row("sqs", "ListQueueTags", "equal", "emulator", "a", "t", 0)]
    Journal(path, {"strict": False}).add(one, rows)
    assert Journal(path, {"strict": False}).known(one) == rows
    path.write_bytes(path.read_bytes() + b'{"digest": "x", "ro')
    cut = Journal(path, {"strict": False})
    cut.add(recorded("b"), rows)
    again = Journal(path, {"strict": False})
    assert again.known(one) == again.known(recorded("b")) == rows and len(again.rows) == 2
    one.title = "changed"
    assert again.known(one) is None and digest(one)
    assert Journal(path, {"strict": True}).rows == {}
