"""What the generator makes: always the same, right where it says so, wrong in one place where it says so."""

import re

import pytest

from conformance.generator.hints import Hints, Ref, Samples
from conformance.generator.operations import operations, variants
from conformance.generator.patterns import text_for
from conformance.generator.values import Values, text
from emulator.model import SERVICES, load
from emulator.model.validation import compiled, size, validator


def of(service, operation, hints=None, seed=0):
    return list(variants(load(service).operations[operation], Hints(hints or {}), seed))


def test_the_same_seed_gives_the_same_variants():
    first, second = (of("scheduler", "CreateSchedule") for _ in range(2))
    assert [(each.id, each.input) for each in first] == [(each.id, each.input) for each in second]
    assert len({each.id for each in first}) == len(first)


def test_the_minimal_variant_comes_first():
    assert of("sqs", "SendMessage")[0].strategy == "minimal"
    assert set(of("sqs", "SendMessage")[0].input) == {"QueueUrl", "MessageBody"}


@pytest.mark.parametrize("service", ["sqs", "scheduler", "sts", "wafv2", "cognito-idp", "kms"])
def test_positives_keep_the_model(service):
    for operation in operations(service):
        if operation.input is None:
            continue
        check = validator(operation.input)
        for variant in variants(operation):
            if variant.positive:
                assert not check(variant.input), (operation.name, variant.title, check(variant.input)[:1])


@pytest.mark.parametrize("service", ["sqs", "scheduler", "sts", "kms"])
def test_negatives_break_the_model_where_they_say(service):
    for operation in operations(service):
        if operation.input is None:
            continue
        check = validator(operation.input)
        for variant in variants(operation):
            if variant.breach is not None and variant.breach.kind in ("required", "length", "range", "enum", "pattern"):
                assert check(variant.input), (operation.name, variant.title)


def test_every_pattern_of_the_manifest_has_a_text():
    shapes = {(definition["pattern"], definition.get("min") or 0, definition.get("max", 1000))
              for name in SERVICES for definition in load(name).definitions.values()
              if definition["type"] == "string" and definition.get("pattern")}
    missing = []
    for pattern, least, most in sorted(shapes):
        found = text_for(pattern, least, most, max(least, 1))
        if found is None:
            missing.append(pattern)
        else:
            assert compiled(pattern)(found) and least <= len(found) <= most
    assert len(shapes) > 1000 and len(missing) < len(shapes) / 50, missing


def test_texts_reach_the_wanted_length():
    assert len(text_for("[a-z][a-z0-9-]*", 1, 63, 63)) == 63
    assert re.fullmatch(r"(arn:[a-z]+:)?\w{3}", text_for(r"(arn:[a-z]+:)?\w{3}", 3, 20, 20))
    assert size(text(load("scheduler").operations["CreateSchedule"].input.members["Name"], 64)) == 64


def test_hints_by_the_longest_name():
    hints = Hints({"Name": "any", "GetSchedule.Name": "one", "Target.Arn": Samples("a", "b")})
    assert hints.at("GetSchedule", ("Name",)) == "one"
    assert hints.at("DeleteSchedule", ("Name",)) == "any"
    assert hints.at("CreateSchedule", ("Target", "Arn")).values == ("a", "b")


def test_references_have_a_variant_that_leads_nowhere():
    found = of("sqs", "DeleteQueue", {"QueueUrl": Ref("queue", "QueueUrl")})
    absent = [each for each in found if each.strategy == "reference"]
    assert [each.input["QueueUrl"].fixture for each in absent] == ["queue/absent"]


def test_shapes_that_hold_themselves_come_to_an_end():
    assert len(of("wafv2", "CreateWebACL")) > 500
    assert Values("PutItem", Hints()).full(load("dynamodb").operations["PutItem"].input)
