"""Lines of shell as processes that can be stopped."""

from emulator.backends import shell


def test_what_is_stopped_before_it_begins_does_not_begin(tmp_path):
    assert not shell.stop("early")
    outcome = shell.run("early", ["touch began", "sleep 5"], tmp_path, 10, {})
    assert outcome.code == -1 and not (tmp_path / "began").exists()
    assert shell.run("early", ["echo again"], tmp_path, 10, {}).stdout == b"again\n"
