"""Sends a variant and judges the answer."""

import re
from typing import NamedTuple

from conformance import verdict
from conformance.client.caller import Answer, Refused, Unsendable
from conformance.client.connection import Unanswered
from conformance.generator.paths import read
from conformance.generator.variant import Variant
from conformance.oracle import form
from conformance.oracle.expectations import Expected, expected
from conformance.oracle.finding import Finding
from conformance.oracle.proof import Proof
from conformance.services import DECLARED, declaration
from conformance.world import NoFixture, World
from emulator.model import Operation


class Judgement(NamedTuple):
    """``given`` is the input as it was sent, ``answer`` what came back (None when nothing did)."""

    verdict: str
    reasons: tuple[str, ...] = ()
    given: dict | None = None
    answer: Answer | None = None
    #: The calls that were made before, to build what the variant needs.
    before: tuple = ()


def judge(operation: Operation, variant: Variant, world: World) -> Judgement:
    """Fill in what the variant needs, send it, look at the answer and at what stands afterwards."""
    declared = declaration(variant.service)
    if variant.operation in declared.left_out:
        return Judgement(verdict.LEFT_OUT, (declared.left_out[variant.operation],))
    try:
        for fixture in declared.before.get(variant.operation, ()):
            world.fixture(fixture)
        given = world.settle(variant.input)
    except NoFixture as error:
        return Judgement(verdict.NO_FIXTURE, (str(error),))
    rule = declared.rules.get(variant.operation)
    if rule is not None and not (variant.breach is not None and variant.breach.kind == "required"):
        given = rule(given)
        if isinstance(given, str):
            return Judgement(verdict.LEFT_OUT, (given,))
    before = tuple(world.log)
    try:
        answer = world.caller(protocol=variant.protocol).call(variant.operation, given, variant.wire)
    except Unsendable as error:
        return Judgement(verdict.UNSENDABLE, (str(error),), given)
    except Unanswered as error:
        return Judgement(verdict.FAILED, (f"no answer: {error}",), given)
    if answer.raw.status == 501:
        return Judgement(verdict.NOT_IMPLEMENTED, (), given, answer)
    if variant.positive and variant.service not in DECLARED and 400 <= answer.raw.status < 500:
        told = f"nobody has declared what {variant.service} needs: {_told(answer)}"
        return Judgement(verdict.NO_FIXTURE, (told,), given, answer)
    if variant.positive:
        return _positive(operation, variant, world, given, answer)._replace(before=before)
    return _negative(operation, variant, world, given, answer)._replace(before=before)


def _positive(operation: Operation, variant: Variant, world: World, given: dict, answer: Answer) -> Judgement:
    declared = declaration(operation.service.name)
    findings = form.findings(operation, variant.protocol or operation.service.protocols[0], answer, declared)
    proof = Proof(world, answer)
    if not findings:
        members = {name: value for name, value in answer.parsed.items() if name != "ResponseMetadata"}
        undo = declared.undo.get(operation.name)
        if undo is not None:
            world.later(lambda: undo(world, given, members))
        proof.present(*declared.present.get(operation.name, ()))
        for check in declared.checks.get(operation.name, ()):
            _run(check, proof, world, given, answer)
        findings = proof.findings
    reasons = tuple(map(str, findings))
    if findings:
        return Judgement(verdict.FAILED, reasons, given, answer)
    return Judgement(verdict.PASSED if proof.points else verdict.WEAK, (), given, answer)


def _run(check, proof: Proof, world: World, given: dict, answer: Answer) -> None:
    """A check that stumbles over the answer has found something too."""
    try:
        check(proof, world, given, answer.parsed)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        proof.findings.append(Finding("", "missing", "what the check needs", f"{type(error).__name__}: {error}"))
    except (Refused, Unanswered, Unsendable, NoFixture) as error:
        proof.findings.append(Finding("", "code", "to be read back", str(error)))


def _negative(operation: Operation, variant: Variant, world: World, given: dict, answer: Answer) -> Judgement:
    declared = declaration(operation.service.name)
    absent = {}
    if variant.breach.kind == "reference":
        absent = declared.fixtures[variant.breach.value].absent(world)
        absent["value"] = read(given, variant.path)
    wanted = expected(operation, variant, given, declared, absent)
    if answer.raw.status >= 500:
        return Judgement(verdict.FAILED, (f"the endpoint failed: {answer.raw.status} {answer.code}: {answer.message}",),
                         given, answer)
    if wanted is None:
        return Judgement(verdict.UNEXPECTED, (_told(answer),), given, answer)
    reasons = tuple(_differences(operation, wanted, answer))
    return Judgement(verdict.FAILED if reasons else verdict.PASSED, reasons, given, answer)


def _told(answer: Answer) -> str:
    return "accepted" if answer.ok else f"{answer.raw.status} {answer.code}: {answer.message}"


def _differences(operation: Operation, wanted: Expected, answer: Answer):
    if answer.ok:
        yield f"accepted, expected {wanted.status} {wanted.code}: {wanted.message}"
        return
    bodiless = operation.method == "HEAD"
    if answer.raw.status != wanted.status:
        yield str(Finding("", "status", wanted.status, answer.raw.status))
    if answer.code != wanted.code and not bodiless:
        yield str(Finding("", "code", wanted.code, f"{answer.code}: {answer.message}"))
    elif wanted.message is not None and answer.message != wanted.message and not bodiless:
        yield str(Finding("", "message", wanted.message, answer.message))
    elif wanted.like is not None and not re.fullmatch(wanted.like, answer.message or ""):
        yield str(Finding("", "message", wanted.like, answer.message))
