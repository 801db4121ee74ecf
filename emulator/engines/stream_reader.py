"""Reading the streams of Kinesis and DynamoDB shard by shard, for those who hand their records on.

https://docs.aws.amazon.com/streams/latest/dev/developing-consumers-with-sdk.html and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

from base64 import b64encode
from typing import Any, NamedTuple

import orjson

from emulator.engines.target_calls import Arn
from emulator.kernel.context import Context, Principal
from emulator.kernel.errors import AwsError

MOST = 1000  # records of one read
EXPIRED = ("ExpiredIteratorException", "TrimmedDataAccessException")
OLDEST = "TRIM_HORIZON"


class Shard(NamedTuple):
    id: str
    parent: str
    closed: bool


class Place(NamedTuple):
    """Where in a shard to read on: behind ``sequence``, else at ``iterator``, else at ``start``.

    ``start`` is TRIM_HORIZON, LATEST or ``AT_TIMESTAMP <epoch seconds>``.
    """

    shard: str
    start: str
    sequence: str = ""
    iterator: str = ""


def start_of(given: dict[str, Any]) -> str:
    """The ``start`` that StartingPosition and StartingPositionTimestamp say."""
    start = given["StartingPosition"]
    return f"{start} {given['StartingPositionTimestamp']}" if start == "AT_TIMESTAMP" else start


class Reader(NamedTuple):
    """A stream, and who reads it."""

    ctx: Context
    arn: Arn
    role: Principal

    def call(self, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        service = "kinesis" if self.arn.service == "kinesis" else "dynamodbstreams"
        return self.ctx.call(service, operation, given, as_=self.role, **self.arn.where(self.ctx))

    def shards(self) -> list[Shard]:
        """Raises AwsError."""
        if self.arn.service == "kinesis":
            found = self.call("ListShards", {"StreamARN": self.arn.text})["Shards"]
        else:
            found = self.call("DescribeStream", {"StreamArn": self.arn.text})["StreamDescription"]["Shards"]
        return [
            Shard(each["ShardId"], each.get("ParentShardId", ""),
                  "EndingSequenceNumber" in each["SequenceNumberRange"]) for each in found
        ]  # fmt: skip

    def iterator(self, place: Place) -> str:
        if place.sequence:
            named = "StartingSequenceNumber" if self.arn.service == "kinesis" else "SequenceNumber"
            return self._iterator(place.shard, "AFTER_SEQUENCE_NUMBER", **{named: place.sequence})
        if place.iterator:
            return place.iterator
        kind, _, moment = place.start.partition(" ")
        return self._iterator(place.shard, kind, **({"Timestamp": float(moment)} if moment else {}))

    def _iterator(self, shard: str, kind: str, **more) -> str:
        named = "StreamARN" if self.arn.service == "kinesis" else "StreamArn"
        given = {named: self.arn.text, "ShardId": shard, "ShardIteratorType": kind, **more}
        return self.call("GetShardIterator", given)["ShardIterator"]

    def read(self, place: Place, most: int) -> tuple[list[dict[str, Any]], str | None]:
        """Records from a place on, and the iterator behind them (None at the end of a closed shard).

        A place that is gone with time is the oldest that is there. Raises AwsError.
        """
        try:
            answer = self.call("GetRecords", {"ShardIterator": self.iterator(place), "Limit": min(most, MOST)})
        except AwsError as error:
            if error.code not in EXPIRED:
                raise
            oldest = self.iterator(Place(place.shard, OLDEST))
            answer = self.call("GetRecords", {"ShardIterator": oldest, "Limit": min(most, MOST)})
        return answer.get("Records", []), answer.get("NextShardIterator")


def channel(arn: Arn) -> tuple:
    """What is notified when there is something new in a stream; see ``Context.hasten_on``."""
    return (arn.service, "stream", arn.text)


def change_of(arn: Arn, record: dict[str, Any]) -> dict[str, Any]:
    """A change of a table: binary values in base64, whoever made it under names with small letters."""
    shown = {**record, "eventSourceARN": arn.text}
    if "userIdentity" in record:
        shown["userIdentity"] = {name[0].lower() + name[1:]: value for name, value in record["userIdentity"].items()}
    return orjson.loads(orjson.dumps(shown, default=lambda each: b64encode(bytes(each)).decode()))
