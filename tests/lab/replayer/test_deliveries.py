"""Which delivery of a message a recorded receive gets."""

from lab.replayer.deliveries import Deliveries, Expected


def message(body, count="1", number="m"):
    return {"MessageId": f"{number}-{body}", "Body": body, "ReceiptHandle": f"{body}{count}",
            "Attributes": {"ApproximateReceiveCount": count}}


def handles(messages):
    return [each["ReceiptHandle"] for each in messages]


def wanted(body, count=None):
    return Expected(None, None, body, count)


def test_the_delivery_that_was_recorded_is_chosen_among_several():
    kept = Deliveries()
    came = [message("a"), message("b"), message("a", "2")]
    assert handles(kept.settle("q", [wanted("a", "1")], came)) == ["a1"]
    assert handles(kept.settle("q", [wanted("a", "2"), wanted("b", "1")], [])) == ["a2", "b1"]
    assert kept.leftover("q", 9) == []


def test_without_a_count_the_last_delivery_counts_and_earlier_ones_are_gone():
    kept = Deliveries()
    assert handles(kept.settle("q", [wanted("a")], [message("a"), message("a", "2")])) == ["a2"]
    assert kept.leftover("q", 9) == []


def test_what_nobody_claimed_is_left_once_as_it_came_first_with_its_last_handle():
    kept = Deliveries()
    kept.settle("q", [wanted("other")], [message("a"), message("b"), message("a", "2")])
    left, = kept.leftover("q", 1)
    assert left == {**message("a"), "ReceiptHandle": "a2"}
    assert handles(kept.leftover("q", 9)) == ["b1"]
