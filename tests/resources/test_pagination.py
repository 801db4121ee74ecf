"""``page`` for lists of any kind, and the names of paging members."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.kernel.errors import AwsError
from emulator.kernel.service import Service
from emulator.model import load
from emulator.resources import page
from emulator.resources.pagination import LIFETIME, Paging, paging

ITEMS = [f"item-{number:02}" for number in range(20)]


@pytest.fixture
def ctx(bench):
    return bench(Service("sqs")).context("ListQueues")


def walk(ctx, items, limit, key=str, **bound):
    found, token = [], None
    while True:
        part, token = page(ctx, items, key, token, limit, **bound)
        assert len(part) <= limit
        found += part
        if token is None:
            return found


@pytest.mark.parametrize("size", range(1, 22))
def test_every_page_size_reaches_the_end(ctx, size):
    assert walk(ctx, ITEMS, size) == ITEMS


def test_an_exact_page_is_the_last(ctx):
    assert page(ctx, ITEMS, str, None, 20)[1] is None
    assert page(ctx, [], str) == ([], None)


def test_items_may_be_sought_by_the_last_key(ctx):
    asked = []

    def items(after):
        asked.append(after)
        return (item for item in ITEMS if after is None or item > after)

    assert walk(ctx, items, 9) == ITEMS
    assert asked == [None, ITEMS[8], ITEMS[17]]


def test_what_goes_and_comes_between_pages_shifts_nothing(ctx):
    first, token = page(ctx, ITEMS, str, None, 5)
    changed = [item for item in ITEMS if item != first[-1]] + ["item-99"]
    rest, _ = page(ctx, changed, str, token, 50)
    assert rest == [*ITEMS[5:], "item-99"]


def refused(ctx, token, **bound):
    with pytest.raises(AwsError) as caught:
        page(ctx, ITEMS, str, token, 5, **bound)
    return caught.value.code, caught.value.message


def test_a_token_holds_for_its_query_alone(ctx, bench):
    wrong = ("ValidationException", "Invalid NextToken.")
    _, token = page(ctx, ITEMS, str, None, 5, query={"Prefix": "item"})
    assert page(ctx, ITEMS, str, token, 5, query={"Prefix": "item"})[0] == ITEMS[5:10]
    assert refused(ctx, token, query={"Prefix": "other"}) == wrong
    assert refused(ctx, token) == wrong
    for damaged in ("", "x", token[:-4], "A" + token[1:], token + "AAAA", "ünlesbar", ITEMS[4]):
        if damaged:
            assert refused(ctx, damaged, query={"Prefix": "item"}) == wrong
    ctx.account = "999999999999"
    assert refused(ctx, token, query={"Prefix": "item"}) == wrong


def test_a_token_expires(ctx):
    _, token = page(ctx, ITEMS, str, None, 5)
    ctx.now += LIFETIME - 1
    assert page(ctx, ITEMS, str, token, 5)[0] == ITEMS[5:10]
    ctx.now += 1
    assert refused(ctx, token, invalid=("ExpiredNextToken", "{token}")) == ("ExpiredNextToken", token)


@given(st.text(max_size=60))
def test_no_text_passes_for_a_token(text):
    class Ctx:
        service, operation, account, region, now = "sqs", "ListQueues", "1", "r", 0.0

    if text:
        with pytest.raises(AwsError):
            page(Ctx, ITEMS, str, text, 5)


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        ("scheduler", "ListSchedules", Paging("NextToken", "MaxResults", "NextToken", "Schedules", "")),
        ("cloudfront", "ListDistributions", Paging("Marker", "MaxItems", "DistributionList.NextMarker",
                                                   "DistributionList.Items", "DistributionList.IsTruncated")),
        ("cloudfront", "ListKeyGroups", Paging("Marker", "MaxItems", "KeyGroupList.NextMarker",
                                               "KeyGroupList.Items", "")),
        ("iam", "ListRoles", Paging("Marker", "MaxItems", "Marker", "Roles", "IsTruncated")),
        ("apigateway", "GetRestApis", Paging("position", "limit", "position", "items", "")),
    ],
)  # fmt: skip
def test_members_are_found_by_the_paginators_or_the_shapes(service, operation, expected):
    assert paging(load(service).operations[operation]) == expected
