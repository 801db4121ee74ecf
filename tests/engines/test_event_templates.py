"""Input templates and the paths in them."""

import pytest

from emulator.engines import event_templates, json_tokens
from emulator.engines.event_paths import MISSING, look_up, parse

EVENT = {
    "detail": {"text": 'a "b"', "list": ["x", "y"], "map": {"k": 1}, "yes": True, "items": [{"id": 1}, {}, {"id": 3}]},
    "detail-type": "t",
}  # fmt: skip


def look(name):
    return look_up(EVENT, f"$.detail.{name}")


@pytest.mark.parametrize(("path", "value"), [
    ("$", EVENT), ("$.detail-type", "t"), ("$.detail.list[1]", "y"), ("$.detail.list[2]", MISSING),
    ("$.detail.items[*].id", [1, 3]), ("$.detail.map.k", 1), ("$.detail.map.l", MISSING), ("$.detail.text.x", MISSING),
    ("$['detail-type']", "t"), ("$.detail[0]", MISSING),
])  # fmt: skip
def test_paths(path, value):
    assert look_up(EVENT, path) == value


@pytest.mark.parametrize("path", ["detail", "$detail", "$.", "$.a[b]", "$.a..b"])
def test_what_is_no_path(path):
    with pytest.raises(ValueError):
        parse(path)


@pytest.mark.parametrize(("template", "text"), [
    ('"<list> of <map>"', '"[x,y] of {k:1}"'),
    ('"<text> <yes> <none>."', '"a \\"b\\" true ."'),
    ('{"l": <list>, "m": <map>, "n": <none>}', '{"l": ["x","y"], "m": {"k":1}, "n": ""}'),
    ('{"t": "say <text>"}', '{"t": "say a \\"b\\""}'),
    ('{"q": "\\"<yes>\\""}', '{"q": "\\"true\\""}'),
    ("<map>", '{"k":1}'),
    ('"<yes>"\n"<list>"', '"true"\n"[x,y]"'),
    ('[<yes>, "<yes>"]', '[true, "true"]'),
])  # fmt: skip
def test_filling(template, text):
    assert event_templates.fill(template, look) == text


def test_an_object_must_be_json():
    with pytest.raises(event_templates.BrokenTemplate):
        event_templates.fill('{"m": "<map>"}', look)


def test_checking_before_there_is_an_event():
    event_templates.check('{"a": <x>, "b": "c <y>"}')
    event_templates.check('"any <text>')
    with pytest.raises(json_tokens.BrokenJson):
        event_templates.check('{"a": <x>,}')
