"""Bindings are a bijection, and a bound value is replaced wherever and however it is written."""

import json

import pytest

from lab.replayer.bindings import Bindings, Conflict


def test_longest_first_and_in_every_writing():
    bindings = Bindings({"abc": "X", "abc/def+g": "Y&Z", 'q"1': "r<2"})
    assert bindings.text("abc abc/def+g") == "X Y&Z"
    assert bindings.text("h=abc%2Fdef%2Bg") == "h=Y%26Z"
    assert bindings.text(json.dumps({"k": 'q"1'})) == json.dumps({"k": "r<2"})
    assert bindings.text("<E>q&quot;1</E>") == "<E>r&lt;2</E>"


def test_bytes_that_are_no_text_stay_whole():
    bindings = Bindings({"abc": "X"})
    assert bindings.raw(b"\xff\x00abc\xfe") == b"\xff\x00X\xfe"


def test_values_deep_inside_with_the_keys_of_maps():
    bindings = Bindings({"abc": "X"})
    assert bindings.value({"abc": ["abc", b"abc", 1, None]}) == {"X": ["X", b"X", 1, None]}


def test_two_live_values_for_one_recorded_are_a_conflict():
    bindings = Bindings({"abc": "X"})
    bindings.bind("abc", "X")
    with pytest.raises(Conflict, match="'abc' was 'X' before"):
        bindings.bind("abc", "Y")
    with pytest.raises(Conflict, match="'X' stands for 'abc' already"):
        bindings.bind("def", "X")
    assert bindings.live == {"abc": "X"}


def test_one_live_page_token_may_stand_for_several():
    bindings = Bindings({"abc": "X"})
    bindings.bind("def", "X", opaque=True)
    assert bindings.text("abc def") == "X X"


def test_a_copy_is_its_own():
    bindings = Bindings({"abc": "X"})
    bindings.copy().bind("def", "Y")
    assert "def" not in bindings.live


def test_a_value_may_stand_for_another_in_another_region():
    bindings = Bindings()
    bindings.region = "us-east-1"
    bindings.bind("shard-0", "made-in-virginia")
    bindings.bind_there("shard-0", "never: it was bound here")
    bindings.region = "eu-west-1"
    bindings.bind_there("shard-0", "made-in-ireland")
    assert bindings.text("shard-0") == bindings.copy().text("shard-0") == "made-in-ireland"
    bindings.region = "us-east-1"
    assert bindings.text("shard-0") == "made-in-virginia"
