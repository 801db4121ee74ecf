"""Settings on the command line."""

import pytest

from emulator.cli import parser


def test_settings_are_names_with_values():
    options = parser().parse_args(["start", "--set", "a.b=1", "--set", "c==", "--limits", "strict"])
    assert (dict(options.set), options.limits) == ({"a.b": "1", "c": "="}, "strict")


@pytest.mark.parametrize("wrong", ["a", "=1"])
def test_what_is_no_setting(wrong, capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["start", "--set", wrong])
    assert "is not NAME=VALUE" in capsys.readouterr().err
