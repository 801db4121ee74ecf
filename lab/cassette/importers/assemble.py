"""Exchanges to a cassette: every one decoded by the model; what is for no service in scope is left out and noted."""

import re
from collections import Counter

from botocore.parsers import ResponseParserError

from lab.cassette import decode
from lab.cassette.importers.exchange import Exchange, Recording
from lab.cassette.model import Caller, Cassette, Interaction, Truth
from lab.cassette.values import strings, to_plain

UNSIGNED = Caller(anonymous=True)
ACCOUNT = re.compile(r"arn:aws[\w-]*:[\w-]+:[\w-]*:(\d{12}):|\.amazonaws\.com/(\d{12})/")


def assemble(recording: Recording, origin) -> Cassette | None:
    """The cassette of a recording, or None when nothing in it is for a service in scope."""
    steps, foreign = [], Counter()
    # Most tools drop the Authorization header; only where one is kept does its absence say something.
    signed = origin.unsigned or any(each.request.header("Authorization") for each in recording.exchanges)
    for exchange in recording.exchanges:
        step = interaction(exchange, signed)
        if step is None:
            foreign[exchange.request.host] += 1
        else:
            steps.append(step)
    if not steps:
        return None
    services = Counter(step.service for step in steps)
    notes = [f"left out: {count} exchanges with {host}" for host, count in sorted(foreign.items())]
    return Cassette(
        id=f"{origin.prefix}/{recording.name}", title=recording.name, service=services.most_common(1)[0][0],
        provenance="aws-imported", recorded_at=recording.recorded_at or first_date(steps), region=steps[0].region,
        account=account(steps), trust=origin.trust,
        missing=sorted({*recording.missing, *origin.missing}), notes=[*origin.notes, *recording.notes, *notes],
        interactions=steps,
    )  # fmt: skip


def interaction(exchange: Exchange, signed: bool = False) -> Interaction | None:
    """The step of an exchange; None when its request is for no service in scope. ``signed``: signatures were kept."""
    call = decode.identify(exchange.request)
    if call is None:
        return None
    step = Interaction(service=call.service, operation=call.operation, region=call.region, input=to_plain(call.input),
                       request=exchange.request, response=exchange.response, incomplete=exchange.incomplete)
    if call.protocol != decode.load(call.service).protocols[0]:
        step.protocol = call.protocol
    if not step.request.header("Authorization") and "X-Amz-Algorithm=" not in step.request.query:
        anonymous = signed if exchange.anonymous is None else exchange.anonymous
        step.caller = UNSIGNED if anonymous else step.caller
    if exchange.response is not None and call.operation is not None:
        try:
            answer = to_plain(decode.answer(call.service, call.operation, exchange.response, call.protocol))
        except (ResponseParserError, ValueError):  # not to be read by the model: the wire alone is the truth
            answer = {}
        step.error = answer.pop("Error", None)
        step.output = answer or None
    if exchange.response is not None:
        step.truth = [Truth(how="wire")]
    return step


def account(steps: list[Interaction]) -> str | None:
    """The account that most ARNs and queue URLs of the recording name."""
    told = [text for step in steps for part in (step.input, step.output) for text in strings(part)]
    named = Counter(found for text in told for pair in ACCOUNT.findall(text) for found in pair if found)
    return named.most_common(1)[0][0] if named else None


def first_date(steps: list[Interaction]) -> str | None:
    """The Date header of the first answer that has one."""
    return next((date for step in steps if step.response and (date := step.response.header("Date"))), None)
