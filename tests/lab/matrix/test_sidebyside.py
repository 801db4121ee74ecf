"""Two answers side by side: lines in step, marks where the differ found something, parts of lines that differ."""

import pytest

from lab.matrix.sidebyside import Line, Side, side_by_side
from lab.report import Difference, Row


def lines(expected, got, *differences):
    return side_by_side(Row("sqs", "ReceiveMessage", "different", "aws-live", "a", "t", 0, list(differences),
                            expected=expected, got=got))


def texts(found):
    return [(each.mark, each.left and "".join(each.left), each.right and "".join(each.right)) for each in found]


def test_what_differs_is_marked_and_what_is_equivalent_is_not():
    found = lines({"Id": "1", "Body": "an apple", "Same": [1]}, {"Id": "2", "Body": "an ape", "Same": [1]},
                  Difference("Body", "value", "an apple", "an ape"))
    assert texts(found) == [
        ("same", "{", "{"),
        ("equivalent", '  "Id": "1",', '  "Id": "2",'),
        ("changed", '  "Body": "an apple",', '  "Body": "an ape",'),
        ("same", '  "Same": [', '  "Same": ['), ("same", "    1", "    1"), ("same", "  ]", "  ]"),
        ("same", "}", "}")]
    assert found[2].left == Side('  "Body": "an ap', "pl", 'e",')
    assert found[2].right == Side('  "Body": "an ap', "", 'e",')


def test_what_one_side_lacks_stands_beside_a_gap():
    found = lines({"Messages": [{"A": {"B": 1}}]}, {"Messages": [{}], "More": 2},
                  Difference("Messages[0].A", "missing", {"B": 1}), Difference("More", "unexpected", None, 2))
    assert [each for each in texts(found) if each[0] != "same"] == [
        ("missing", '      "A": {', None), ("missing", '        "B": 1', None), ("missing", "      }", None),
        ("unexpected", None, '  "More": 2')]


def test_a_value_of_another_type_is_marked_whole():
    found = lines({"A": "1"}, {"A": {"B": 1}}, Difference("A", "type", "1", {"B": 1}))
    assert [each[0] for each in texts(found)] == ["same", "changed", "changed", "changed", "same"]
    assert found[1].left == Side('  "A": ', '"1"') and found[1].right == Side('  "A": ', "{")


@pytest.mark.parametrize(("difference", "left", "right"), [
    (Difference("Error.Code", "code", "NoKey", "NoBucket"), Side('"No', "Key", '"'), Side('"No', "Bucket", '"')),
    (Difference("Error.Code", "missing", "NoSuchKey"), Side('"NoSuchKey"'), None),
    (Difference("Error.Code", "unexpected", None, "NoSuchKey"), None, Side('"NoSuchKey"')),
])
def test_without_whole_answers_the_places_stand_alone(difference, left, right):
    place, line = lines(None, None, difference)
    assert place == Line("place", Side("Error.Code"), None) and (line.left, line.right) == (left, right)


def test_nothing_kept_nothing_shown():
    assert lines(None, None) == []
