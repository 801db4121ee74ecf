"""Which metrics a search expression finds."""

import pytest

from emulator.engines.metric_search import Candidate, SearchError, parse

EC2 = Candidate("AWS/EC2", "CPUUtilization", (("InstanceId", "i-123"),))


@pytest.mark.parametrize("text, found", [
    ('{AWS/EC2,InstanceId} MetricName="CPUUtilization"', True), ("cpu", True), ("CPU utilization", True),
    ("{AWS/EC2} cpu", False), ("{AWS/EC2,InstanceId} InstanceId=(i-123 OR i-5)", True), ("NOT cpu", False),
    ("MetricName=cpu AND i-123", True), ('AWS/EC2 NOT InstanceId="i-9"', True), ('"CPU"', False),
    ("{AWS/EC2,InstanceId}", True), ("(cpu OR memory) ec2", True), ("memory OR disk", False),
])  # fmt: skip
def test_searches(text, found):
    assert parse(text)(EC2) is found


def test_what_is_no_search():
    with pytest.raises(SearchError):
        parse("{AWS/EC2")
