"""Transformation by a Lambda function.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
"""

from base64 import b64decode, b64encode

import orjson

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.services.firehose.failures import Failed
from emulator.services.firehose.roles import role
from emulator.services.firehose.tables import DeliveryStream, Item

TRIES = 3  # unless the processor says otherwise, after the first
CALL = 6 * 1024 * 1024  # bytes of one invocation's payload at most
FAILED = "processing-failed"


async def run(
    ctx: Context, stream: DeliveryStream, parameters: dict[str, str], items: list[Item]
) -> tuple[list[Item], list[Failed]]:
    """The records as the function gave them back, and those that it failed."""
    done: list[Item] = []
    failed: list[Failed] = []
    for group in _groups(items, float(parameters.get("BufferSizeInMBs", 1)) * 1024 * 1024):
        answers, error = await _answers(ctx, stream, parameters, group)
        for item in group:
            outcome = answers.get(item.id) if error is None else error
            _sort(item, outcome, parameters["LambdaArn"], done, failed)
    return done, failed


def _groups(items: list[Item], most: float) -> list[list[Item]]:
    groups: list[list[Item]] = []
    size = most + 1
    for item in items:
        length = len(item.data) * 4 / 3
        if size + length > min(most, CALL):
            groups.append([])
            size = 0
        groups[-1].append(item)
        size += length
    return groups


async def _answers(
    ctx: Context, stream: DeliveryStream, parameters: dict[str, str], items: list[Item]
) -> tuple[dict[str, dict], tuple[str, str] | None]:
    """What the function says of each record, by id; or the error (code, message) after all tries."""
    event = {
        "invocationId": ctx.ids.uuid(), "deliveryStreamArn": stream.arn, "region": stream.region,
        "records": [_told(each) for each in items],
    }  # fmt: skip
    if stream.type == "KinesisStreamAsSource":
        event["sourceKinesisStreamArn"] = stream.origin["KinesisStreamARN"]
    error = ("Lambda.FunctionError", "The function was not invoked.")
    for _ in range(1 + int(parameters.get("NumberOfRetries", TRIES))):
        try:
            answer = await ctx.call_waiting(
                "lambda", "Invoke", {"FunctionName": parameters["LambdaArn"], "Payload": orjson.dumps(event)},
                as_=role(parameters.get("RoleArn") or stream.destination["RoleARN"]),
            )  # fmt: skip
        except AwsError as refusal:
            error = ("Lambda.InvokeAccessDenied" if "Denied" in refusal.code else "Lambda.FunctionError",
                     refusal.message)  # fmt: skip
            continue
        payload = answer.get("Payload", b"")
        payload = payload if isinstance(payload, bytes) else payload.read()
        if answer.get("FunctionError"):
            error = ("Lambda.FunctionError", f"The Lambda function was successfully invoked but it returned an error "
                                             f"result. {payload.decode(errors='replace')}")  # fmt: skip
            continue
        try:
            return {each["recordId"]: each for each in orjson.loads(payload)["records"]}, None
        except (ValueError, KeyError, TypeError):
            return {}, ("Lambda.JsonProcessingException", "The function's answer has no list of records.")
    return {}, error


def _told(item: Item) -> dict:
    out = {
        "recordId": item.id, "approximateArrivalTimestamp": int(item.at * 1000), "data": b64encode(item.data).decode()
    }
    if item.source:
        shard, key, number = item.source
        out["kinesisRecordMetadata"] = {
            "sequenceNumber": number, "subsequenceNumber": "", "partitionKey": key, "shardId": shard,
            "approximateArrivalTimestamp": int(item.at * 1000),
        }  # fmt: skip
    return out


def _sort(item: Item, outcome, function: str, done: list[Item], failed: list[Failed]) -> None:
    """Put a record where its outcome says: an answer of the function, or an error (code, message)."""
    if isinstance(outcome, tuple):
        code, message = outcome
    elif outcome is None:
        code, message = "Lambda.MissingRecordId", "One or more record Ids were not returned. Ensure that the Lambda " \
                                                  "function returns all received record Ids."  # fmt: skip
    elif outcome.get("result") == "Dropped":
        return
    elif outcome.get("result") == "Ok":
        keys = outcome.get("metadata", {}).get("partitionKeys", {})
        done.append(item._replace(data=b64decode(outcome.get("data") or ""), function=keys))
        return
    else:
        code, message = "Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record"
    failed.append(Failed(item, FAILED, code, message, more={"lambdaArn": function}))
