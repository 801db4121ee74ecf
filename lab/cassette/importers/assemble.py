"""Exchanges to a cassette: every one decoded by the model; what is for no service in scope is left out and noted."""

from collections import Counter

from botocore.parsers import ResponseParserError

from lab.cassette import decode
from lab.cassette.importers.exchange import Exchange, Recording
from lab.cassette.model import Cassette, Interaction, Truth
from lab.cassette.values import to_plain


def assemble(recording: Recording, origin) -> Cassette | None:
    """The cassette of a recording, or None when nothing in it is for a service in scope."""
    steps, foreign = [], Counter()
    for exchange in recording.exchanges:
        step = interaction(exchange)
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
        trust=origin.trust, missing=sorted({*recording.missing, *origin.missing}), notes=[*origin.notes, *notes],
        interactions=steps,
    )  # fmt: skip


def interaction(exchange: Exchange) -> Interaction | None:
    """The step of an exchange; None when its request is for no service in scope."""
    call = decode.identify(exchange.request)
    if call is None:
        return None
    step = Interaction(service=call.service, operation=call.operation, region=call.region, input=to_plain(call.input),
                       request=exchange.request, response=exchange.response)
    if call.protocol != decode.load(call.service).protocols[0]:
        step.protocol = call.protocol
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


def first_date(steps: list[Interaction]) -> str | None:
    """The Date header of the first answer that has one."""
    return next((date for step in steps if step.response and (date := step.response.header("Date"))), None)
