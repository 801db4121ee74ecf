"""The suite at work: against the emulator, against stubs, against seeded faults."""

import subprocess
import sys

import pytest

from conformance import verdict
from conformance.client.connection import Raw
from conformance.generator.operations import operations
from conformance.probes import load_probes, probe, run_probe, run_probes
from conformance.probes import rows as probe_rows
from conformance.report import data_of, rows, run_of, score, unjudged
from conformance.run import Task, ranked, run_operation
from conformance.sequences.machine import kinds, run_kind
from conformance.services import DECLARED, declaration
from conformance.shrink import shrink, signature
from conformance.stubs.answers import STUBS
from conformance.stubs.faults import Fault
from conformance.stubs.proxy import Proxy
from conformance.stubs.record import rows as stub_rows
from conformance.stubs.score import Mutants, StubScore, fault_score
from conformance.stubs.server import serving
from conformance.verdict import Result
from conformance.world import Endpoint, World
from emulator.model import load
from lab.report.result import VERDICTS

#: Services whose probes all hold, ten at least.
WITHOUT_LIMITATIONS = ("sqs", "sns", "iam", "sts", "scheduler", "dynamodb", "dynamodbstreams")


def run(endpoint, service, operation, limit=25, **more):
    return run_operation(Task(Endpoint(endpoint), service, operation, 0, limit, **more))


def test_two_runs_agree(http_emulator):
    first, second = (run(http_emulator, "scheduler", "CreateScheduleGroup", None) for _ in range(2))
    assert [(each.id, each.verdict) for each in first] == [(each.id, each.verdict) for each in second]
    assert not [each.reasons for each in first if each.failed]


def test_positives_are_proven_and_refusals_exact(endpoint):
    found = run(endpoint, "sqs", "SendMessage", None)
    assert {each.strategy for each in found} >= {"minimal", "unknown", "required", "type", "malformed", "query"}
    # This endpoint looks at no signature.
    assert not [each.title for each in found if each.verdict != verdict.PASSED and "signature" not in each.title]


def test_what_is_not_implemented_is_counted_so(endpoint):
    found = run(endpoint, "glue", "CreateJob", None)
    assert len(found) > 10 and {each.verdict for each in found} == {verdict.NOT_IMPLEMENTED}


def test_what_can_not_be_built_is_no_pass(endpoint):
    found = run(endpoint, "sts", "DecodeAuthorizationMessage", None)
    assert found[0].verdict == verdict.NO_FIXTURE and "encoded message" in found[0].reasons[0]
    assert verdict.PASSED not in {each.verdict for each in found}


@pytest.mark.parametrize("stub", STUBS)
def test_stubs_score_nothing(stub):
    found = []
    with serving(STUBS[stub]) as url:
        for service, operation in (("sqs", "GetQueueUrl"), ("scheduler", "CreateSchedule"), ("sts", "AssumeRole"),
                                   ("s3", "PutBucketVersioning"), ("s3", "GetObject")):
            found += run(url, service, operation, 12, explain=False)
    assert score(found)["passed"] == 0, [each.title for each in found if each.verdict == verdict.PASSED]


@pytest.mark.parametrize("fault", [
    Fault("sqs", "GetQueueUrl", "drop", ("QueueUrl",)),
    Fault("sqs", "SendMessage", "lost"),
    Fault("sqs", "ReceiveMessage", "type", ("Messages", "Body")),
    Fault("s3", "PutBucketCors", "lost"),
    Fault("s3", "GetObject", "status"),
    Fault("s3", "ListObjectsV2", "drop", ("KeyCount",)),
    Fault("scheduler", "GetSchedule", "code"),
    Fault("sts", "GetCallerIdentity", "drop", ("Account",)),
], ids=str)
def test_seeded_faults_are_noticed(fault, http_emulator):
    proxy = Proxy(http_emulator)
    with serving(proxy) as url:
        mutants = Mutants(proxy, url, 0)
        mutants.baseline[fault.service, fault.operation] = mutants.variants(fault.service, fault.operation)
        assert mutants.caught(fault)


@pytest.fixture(scope="module")
def http_emulator():
    from lab.replayer.endpoint import started

    with started() as emulator:
        yield emulator.url


def test_an_answer_that_the_sdk_stumbles_over_is_no_answer():
    entry = b"<Attributes><entry><key>Protocol</key></entry></Attributes>"
    body = b"<A><GetSubscriptionAttributesResult>" + entry + b"</GetSubscriptionAttributesResult></A>"
    caller = World(Endpoint("http://127.0.0.1:1"), "sns", "x").caller()
    answer = caller.read(caller.model.operation_model("GetSubscriptionAttributes"), Raw(200, [], body))
    assert answer.parsed is None and "val_name" in answer.unreadable


def test_missed_faults_are_named():
    tried = [(Fault("s3", "GetObject", "status"), True), (Fault("s3", "PutObject", "drop", ("ETag",)), False)]
    told = fault_score(tried)
    assert (told.seeded, told.caught, told.share) == (2, 1, 0.5)
    assert told.missed == ["s3 PutObject without ETag"]


def test_scores_of_stubs_are_rows_an_operation():
    told = {"variants": 40, "passed": 1, "share": 0.025, "positives": 20, "positives_passed": 1}
    stub = StubScore("echo", told, {"passed": 1}, ["sqs SendMessage minimal"], {"sqs.SendMessage": told})
    faults = fault_score([(Fault("s3", "GetObject", "status"), True), (Fault("s3", "GetObject", "lost"), True)])
    assert [(row.service, row.operation, row.verdict, row.cassette, row.counts)
            for row in stub_rows([stub], faults)] == [
        ("sqs", "SendMessage", "different", "stubs/echo",
         {"variants": 40, "passed": 1, "positives": 20, "positives_passed": 1}),
        ("s3", "GetObject", "equal", "stubs/seeded-faults", {"seeded": 2, "caught": 2})]


def test_every_declaration_names_what_exists():
    for service in DECLARED:
        declared, known = declaration(service), load(service).operations
        for table in (declared.checks, declared.rules, declared.present, declared.undo, declared.before,
                      declared.statuses, declared.left_out, declared.hints.always):
            assert set(table) <= set(known), (service, set(table) - set(known))


def test_every_service_has_ten_probes_with_references():
    for service in DECLARED:
        found = load_probes([service])
        assert len(found) >= 10 or service not in WITHOUT_LIMITATIONS
        for each in found:
            assert each.operation in load(service).operations and each.reference.startswith("https://docs.aws.amazon")


@pytest.mark.parametrize("service", DECLARED)
def test_probes_hold_or_are_limitations(service, http_emulator):
    """A failing probe is a known limitation, which its sentence tells; some services have none yet.

    A cause is what no local system can help: most probes have none, and none that holds has one.
    """
    outcomes = run_probes(Endpoint(http_emulator), [service])
    failed = [(each.probe.id, each.reason) for each in outcomes if each.failed]
    unexplained = [each.probe.id for each in outcomes if each.failed and each.probe.cause is None]
    assert len(unexplained) < max(1, len(outcomes)) / 4
    assert not failed or service not in WITHOUT_LIMITATIONS
    assert [each.probe.id for each in outcomes if each.probe.cause and not each.failed] == []


def test_a_failing_variant_prints_a_program_that_runs():
    with serving(STUBS["always 200, minimal"]) as url:
        failed = [each for each in run(url, "sqs", "SendMessage", 3, explain=True) if each.failed]
        assert failed and failed[0].snippet
        done = subprocess.run([sys.executable, "-c", failed[0].snippet], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and "ResponseMetadata" in done.stdout, done.stderr


def test_a_probe_that_fails_tells_why(endpoint):
    @probe("sqs", "ListQueues", "It rains", "https://docs.aws.amazon.com/", cause="there is no weather")
    def it_rains(trial):
        assert trial.ask("ListQueues").get("Rain"), "no rain"

    from conformance.probes import PROBES

    outcome = run_probe(PROBES.pop("sqs/it_rains"), Endpoint(endpoint))
    assert outcome.verdict == "different" and outcome.reason.startswith("no rain")
    assert probe_rows([outcome])[0].cause == "there is no weather"
    assert probe_rows([outcome._replace(verdict="equal")])[0].cause is None


def test_sequences_of_queues(endpoint):
    kind = next(kinds(["sqs"]))
    found = run_kind(kind, Endpoint(endpoint))
    assert {each.verdict for each in found} == {verdict.PASSED}, [each.reasons for each in found]
    assert {"create", "list", "paginate"} <= {each.title.split(": ")[1].split(",")[0] for each in found}


def test_the_smallest_failing_input():
    given = {"a": "x" * 64, "b": [{"c": 1}, {"c": 2}], "d": {"e": 1, "f": 2}}
    assert shrink(given, lambda it: it.get("d", {}).get("f") == 2) == {"d": {"f": 2}}
    assert signature(["Name: expected 'abc12345', got 17"]) == signature(["Name: expected 'def', got 18"])


def test_the_telling_variants_come_first(endpoint):
    from conformance.generator.operations import variants

    order = ranked(list(variants(load("sqs").operations["SendMessage"], declaration("sqs").hints)))
    assert len({each.strategy for each in order[:8]}) >= 6


def test_the_report_has_rows_an_operation(endpoint):
    from datetime import UTC, datetime

    found = run(endpoint, "sqs", "ListQueues") + run(endpoint, "sqs", "DeleteQueue")
    done = run_of("conformance", rows(found, 0), endpoint, datetime.now(UTC), 1.0)
    assert all(row.verdict in VERDICTS for row in done.rows)
    assert [(row.operation, row.title, sum(row.counts.values())) for row in done.rows] == [
        (operation, title, sum(each.operation == operation and each.positive == positive for each in found))
        for operation in ("DeleteQueue", "ListQueues")
        for title, positive in (("negative variants", False), ("positive variants", True))]
    data = data_of(done, found, 0)
    assert data["score"]["variants"] == len(found) == sum(data["verdicts"].values())


def test_what_is_not_judged_is_counted_with_its_reason():
    def one(number, word, why):
        return Result(str(number), "s3", "GetObject", "type", "type: x", False, word, [why])

    found = unjudged([one(1, verdict.LEFT_OUT, "goes with 1234567 alone"),
                      one(2, verdict.LEFT_OUT, "goes with 7654321 alone"),
                      one(3, verdict.UNEXPECTED, "400 Some: thing"), one(4, verdict.PASSED, "")])
    assert found == {"left out": {"goes with … alone": 2},
                     "no expectation": {"s3: what AWS says to type is not known": 1}}


@pytest.mark.parametrize("service", ["sqs", "sns", "dynamodbstreams"])
def test_the_same_seed_gives_the_same_verdicts_twice(service, http_emulator):
    first, second = ([each for operation in operations(service)
                      for each in run(http_emulator, service, operation.name, 8, explain=False)] for _ in range(2))
    assert [(each.id, each.verdict) for each in first] == [(each.id, each.verdict) for each in second]
    assert len(first) > 20 and verdict.FAILED not in {each.verdict for each in first}
