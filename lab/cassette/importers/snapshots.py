"""Snapshot flows (``.jsonl``, packed or not): one line a test, its calls in order, AWS's recorded answer beside some.

Where a call carries ``aws``, that is the truth; ``response``/``error`` is a reference emulator's and only binds values.
In a test without recordings (``recorded`` null) that passed, each call's success or error code is the evidence.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emulator.model import manifest
from lab.cassette import hosts, raw
from lab.cassette.importers.exchange import as_bytes, request
from lab.cassette.importers.templates import Judge
from lab.cassette.model import Caller, Cassette, Interaction, Presign, Reference, Truth
from lab.cassette.values import Unreplayable, to_python

#: What the flows were captured with, and what the recordings carry instead.
REFERENCE_ACCOUNT = "000000000000"

#: File stems that are not the service's botocore name.
STEMS = {"lambda_": "lambda"}

#: The credential scope of a signature.
SCOPE = re.compile(r"Credential=[^/,]+/\d{8}/([^/,]+)/([^/,]+)/aws4_request")

#: How pytest says that an expected refusal did not come, and how an SDK's exception reads.
NOT_REFUSED = re.compile(r"DID NOT RAISE .*ClientError")
REFUSAL = re.compile(r"An error occurred \((\S+)\) when calling the (\w+) operation: (.*)", re.DOTALL)

#: Service names of the flows that stand for a service spoken to in another protocol.
PROTOCOLS = {"sqs-query": ("sqs", "query")}
#: Services whose tests ran in each of their protocols, which the test's name ends in.
SPOKEN_IN_EACH = frozenset(("cloudwatch",))
PROTOCOL = re.compile(r"\[(query|json|smithy-rpc-v2-cbor)\]$")


def matches(path: Path, head: bytes) -> bool:
    if head[:2] == b"\x1f\x8b" and ".jsonl" in path.name:
        with gzip.open(path) as file:
            head = file.read(4096)
    return head.startswith(b'{"test":') and b'"recorded"' in head


def cassettes(path: Path, origin) -> list[Cassette]:
    stem = path.name.split(".")[0]
    made = [cassette(line, STEMS.get(stem, stem), origin) for line in lines(path)]
    seen: Counter[str] = Counter()
    for each in made:  # the same test may stand in two folders
        seen[each.id] += 1
        if seen[each.id] > 1:
            each.id = f"{each.id}~{seen[each.id]}"
    return made


def lines(path: Path) -> Iterator[dict]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            try:
                yield json.loads(text)
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from None


def cassette(line: dict, service: str, origin) -> Cassette:
    """One test. Its title is the test's own name, its id that name below the service."""
    place, bracket, parameters = line["test"].partition("[")
    title = place.rpartition("/")[2] + bracket + parameters
    judge = Judge(line)
    bare = line["recorded"] is None and line["outcome"] == "passed" and line["complete"]
    notes = list(origin.notes)
    if not line["complete"]:
        notes.append(f"the flow breaks off: {line.get('why') or line['outcome']}")
    found = raw_recordings(line)
    apart = line["aws_other"].keys() - {key for each in found.values() for key in each}
    interactions = [judged(step(call, judge, bare), call, found.get(index, ()), judge, service)
                    for index, call in enumerate(line["calls"])]
    if service in SPOKEN_IN_EACH and (spoken := PROTOCOL.search(title)):
        for each in interactions:
            each.protocol = spoken[1] if each.service == service else each.protocol
    apart -= refused_on_aws(line, interactions, apart, judge)
    if apart:
        notes.append(f"recordings that belong to no single call: {', '.join(sorted(apart))}")
    return Cassette(
        id=f"{origin.prefix}/{service}/{title}", title=title, service=service, provenance="aws-imported",
        recorded_at=moment(line["recorded"]), region="us-east-1", account=REFERENCE_ACCOUNT, trust=origin.trust,
        missing=sorted({"request", "headers", "body", *origin.missing}), notes=notes,
        placeholders=dict(sorted(line.get("placeholders", {}).items())),
        interactions=[made for made, call in zip(interactions, line["calls"], strict=True) if not unsent(call)],
    )  # fmt: skip


def unsent(call: dict) -> bool:
    """Whether the SDK refused a call by itself: AWS never saw it."""
    return call.get("client_exception", {}).get("type") == "ParamValidationError"


def refused_on_aws(line: dict, interactions: list[Interaction], apart: set[str], judge: Judge) -> set[str]:
    """Give the recording of a refusal to its step: a flow breaks off where the reference accepts what AWS refuses.

    Then the last step before the clean-up is what AWS refused. Only where one recording apart can be that refusal;
    its key comes back.
    """
    steps = [index for index, call in enumerate(line["calls"]) if call["phase"] == "call"]
    if not steps or not NOT_REFUSED.search(line.get("why") or ""):
        return set()
    call, made = line["calls"][steps[-1]], interactions[steps[-1]]
    truths = [each for key in apart if (each := refusal(key, line["aws_other"][key], call.get("operation"), judge))]
    if len(truths) != 1 or made.truth:
        return set()
    made.truth, made.reference = truths, None
    made.error = truths[0].answer if truths[0].path else truths[0].answer["Error"]
    return {truths[0].key}


def refusal(key: str, recording: Any, operation: str | None, judge: Judge) -> Truth | None:
    """A recording as the truth of the error that it shows, whole or as the text of the SDK's exception; or None."""
    if isinstance(recording, dict) and "Code" in (recording.get("Error") or {}):
        return judge.truth({}, recording, key, [], "object")
    if isinstance(recording, str) and (found := REFUSAL.fullmatch(recording)) and found[2] == operation:
        return Truth(how="answer", key=key, path=["Error"], answer={"Code": found[1], "Message": found[3]},
                     ignore=["Type", "QueryErrorCode", "Detail"])
    return None


def raw_recordings(line: dict) -> dict[int, dict[str, tuple[list[str], Any]]]:
    """Recordings of raw HTTP answers, by the index of their call: key to place and content.

    Only where it is clear: the call before is plain HTTP, no other recording follows it, and the recording has the
    form of that very answer.
    """
    after = line.get("aws_other_after_call") or {}
    found: dict[int, dict] = {}
    for key, index in after.items():
        call = line["calls"][index] if 0 <= index < len(line["calls"]) else {}
        if "http" not in call or list(after.values()).count(index) > 1:
            continue
        where = raw.place(line["aws_other"][key], raw_views(call))
        if where is not None:
            found[index] = {key: where}
    return found


def raw_views(call: dict) -> dict[str, Any]:
    """The reference's answer to a plain HTTP call, in the views of :mod:`lab.cassette.raw`."""
    got = call.get("response") or {}
    body = to_python(got.get("body") or "")
    return raw.views(got.get("status", 0), list((got.get("headers") or {}).items()), as_bytes(body))


def judged(made: Interaction, call: dict, recordings: dict, judge: Judge, service: str) -> Interaction:
    """The step with the truths of the raw recordings that belong to it."""
    for key, (path, content) in dict(recordings).items():
        made.service = made.service or service
        made.truth = [*made.truth, judge.raw_truth(content, raw_views(call)[path[0]], key, path)]
    return made


def moment(text: str | None) -> str | None:
    return datetime.strptime(text, "%d-%m-%Y, %H:%M:%S").replace(tzinfo=UTC).isoformat() if text else None


def step(call: dict, judge: Judge, bare: bool) -> Interaction:
    """One entry of ``calls``; ``bare``: the test has no recordings, but passed on AWS."""
    if "http" in call:
        return plain_http(call)
    service, protocol = PROTOCOLS.get(call["service"], (call["service"], None))
    made = Interaction(
        service=service, protocol=protocol, operation=call["operation"], region=call["region"], phase=call["phase"],
        wait=call.get("via"), caller=caller(call), input=call["params"], extra_headers=call.get("extra_headers", {}),
        shared=bool(call.get("replayed_from_shared_fixture")),
    )  # fmt: skip
    if "presign" in call:
        made.presign = Presign(kind=call["presign"], method=call.get("http_method"), expires=call["expires_in"] or 3600,
                               result=call.get("url") or call.get("result"))
        return made
    if "response" in call or "error" in call:
        made.reference = Reference(output=call.get("response"), error=call.get("error"))
        made.truth = [*recorded(call, judge)]
        if bare:
            made.truth = [Truth(how="outcome", answer=(call.get("error") or {}).get("Error", {}).get("Code"))]
    return made


def caller(call: dict) -> Caller:
    return Caller(access_key=call.get("access_key"), anonymous=call.get("anonymous", False),
                  signature=call.get("signature_version"), s3=call.get("s3_config") or {})


def recorded(call: dict, judge: Judge) -> Iterator[Truth]:
    """The recordings of one call: the main one and those of ``aws_more``."""
    if "aws" in call:
        yield judge.truth(call, call["aws"], call["snapshot_key"], call.get("aws_path", []), call["aws_how"])
    for more in call.get("aws_more", ()):
        yield judge.truth(call, more["aws"], more["key"], more.get("path", []), more["how"])


def signed_for(authorization: str) -> tuple[str | None, str | None]:
    """Region and service that a signature in the header is for; None for both without one."""
    scope = SCOPE.search(authorization)
    names = [name for name, each in manifest()["services"].items() if scope and each["signing_name"] == scope[2]]
    return (scope[1], names[0]) if names else (None, None)


def plain_http(call: dict) -> Interaction:
    """A request without an SDK: a presigned URL, a website, a raw query. No recording judges it by itself."""
    sent = call["http"]
    body, incomplete = b"", None
    try:
        body = as_bytes(to_python(sent.get("body")))
    except Unreplayable as problem:
        incomplete = str(problem)
    made = request(sent["method"], sent["url"], list(sent["headers"].items()), body)
    host = hosts.parse(made.host)
    region, service = signed_for(made.header("Authorization"))
    if host.prefix in ("s3", "sqs"):
        region, service = host.region, host.prefix
    return Interaction(service=service, region=region, phase=call["phase"], request=made,
                       reference=Reference(output=call.get("response")), wait=call.get("via"),
                       incomplete=incomplete)
