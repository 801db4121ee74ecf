"""A step's truths against what came back: one comparison for each, by the kind of evidence."""

from typing import Any

from lab.cassette import decode
from lab.cassette.model import Interaction, Truth
from lab.differ.align import Aligner
from lab.differ.compare import Comparison, compare, shape_only
from lab.differ.templates import Placeholders
from lab.differ.wire import compare_wire
from lab.replayer.bindings import Bindings
from lab.replayer.clients import Called
from lab.report.result import Difference


def code_of(answer) -> str | None:
    """The error code of an answer; None for a success, and for a part of an answer, which is a success too."""
    return (answer.get("Error") or {}).get("Code") if isinstance(answer, dict) else None


def status_of(answer: dict | None) -> int | None:
    return ((answer or {}).get("ResponseMetadata") or {}).get("HTTPStatusCode")


def unsupported(called: Called) -> bool:
    """Whether the endpoint said that it does not implement the operation."""
    status = called.raw.status if called.raw is not None else status_of(called.answer)
    return status == 501 or code_of(called.answer) in ("NotImplemented", "NotImplementedException")


def at(value: Any, path: list) -> Any:
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


class Judge:
    """Compares the answers of one cassette. ``strict`` also looks at status, headers and bytes on the wire."""

    def __init__(self, trust: str, strict: bool):
        self.trust = trust
        self.strict = strict

    def judge(self, step: Interaction, truth: Truth, called: Called, bindings: Bindings, placeholders: Placeholders,
              said: str) -> Comparison:
        """Compare one truth. Takes up bindings and placeholders as it goes: judge a copy to look ahead."""
        if called.answer is None:
            found = Difference("", "value", "an answer that an SDK can read", called.failure)
            return Comparison([found], [], None, called.failure)
        aligner = Aligner(bindings, placeholders, said, truth.ignore)
        match truth.how:
            case "outcome":
                return self._outcome(truth, called)
            case "answer":
                return compare(truth.answer, at(called.answer, truth.path), aligner)
            case _:
                return self._wire(step, called, aligner)

    def _outcome(self, truth: Truth, called: Called) -> Comparison:
        code = code_of(called.answer)
        message = ((called.answer or {}).get("Error") or {}).get("Message")
        same = code == truth.answer
        got = code if message is None or same else f"{code}: {message}"
        found = [] if same else [Difference("Error.Code", "code", truth.answer or "success", got or "success")]
        return Comparison(found, [], {"Error": {"Code": truth.answer}} if truth.answer else {}, called.answer)

    def _wire(self, step: Interaction, called: Called, aligner: Aligner) -> Comparison:
        if step.operation is None:
            expected: dict = {"ResponseMetadata": {"HTTPStatusCode": step.response.status}}
            return compare(expected, called.answer, aligner)
        expected = decode.answer(step.service, step.operation, step.response, step.protocol)
        shape = None
        if "Error" not in expected:
            shape = decode.model(step.service).operation_model(step.operation).output_shape
        if self.trust == "shape":
            return compare(shape_only(expected), called.answer, aligner, None)
        made = compare(expected, called.answer, aligner, shape)
        return compare_wire(step.response, called.raw, made, aligner) if self.strict and called.raw else made
