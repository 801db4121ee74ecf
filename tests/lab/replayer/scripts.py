"""What tests of the replayer share: recorded steps, and an endpoint that counts as the lab's own."""

import json

from lab.cassette.model import Body, Cassette, Interaction, Request, Response, Truth
from lab.replayer.endpoint import Endpoint

HOST = "sqs.us-east-2.amazonaws.com"
QUEUE = f"https://{HOST}/123456789012/q"


class Owned(Endpoint):
    """A scripted endpoint that counts as the lab's own, so that accounts and names stay as recorded."""

    own = True
    passed = 0.0

    def advance(self, seconds):
        self.passed += seconds

    def place(self, moment):
        pass


def wire(operation, sent, got, status=200):
    request = Request(method="POST", host=HOST, path="/", body=Body(text=json.dumps(sent)),
                      headers=[("X-Amz-Target", f"AmazonSQS.{operation}"), ("Authorization", "AWS4-HMAC-SHA256 old"),
                               ("Content-Type", "application/x-amz-json-1.0")])
    error = {"Code": got["__type"], "Message": got["message"]} if status >= 400 else None
    return Interaction(service="sqs", operation=operation, region="us-east-2", input=sent, request=request,
                       response=Response(status=status, body=Body(text=json.dumps(got))), truth=[Truth(how="wire")],
                       output=None if error else got, error=error)


def cassette(*steps, **fields):
    return Cassette(id="mine/one", title="one", service="sqs", provenance="aws-imported", account="123456789012",
                    interactions=list(steps), **fields)
