"""A function that invokes itself is stopped after sixteen rounds, unless it is allowed to."""

import pytest

LOOP = """
import json, os
def handler(event, context):
    if event["rounds"] == 0:
        return os.environ["_X_AMZN_TRACE_ID"]
    import boto3
    client = boto3.client("lambda")
    payload = json.dumps({"rounds": event["rounds"] - 1})
    try:
        answer = client.invoke(FunctionName=context.function_name, Payload=payload)
    except client.exceptions.RecursiveInvocationException:
        return "stopped with %d left" % event["rounds"]
    return json.loads(answer["Payload"].read())
"""


def test_a_loop_is_stopped(functions):
    lambda_ = functions.client
    functions.make(LOOP, Timeout=60, MemorySize=512)
    trace = functions.call({"rounds": 0})[0]
    assert trace.startswith("Root=1-") and ";Lineage=1:" in trace and trace.endswith(":1"), trace
    sent = {"count": 13}
    lambda_.meta.events.register("before-sign.lambda.Invoke", lambda request, **_: request.headers.add_header(
        "X-Amzn-Trace-Id", f"{trace[:-1]}{sent['count']}"))  # fmt: skip
    assert functions.call({"rounds": 5})[0] == "stopped with 3 left"
    sent["count"] = 16
    with pytest.raises(lambda_.exceptions.RecursiveInvocationException):
        functions.call({"rounds": 0})
    lambda_.put_function_recursion_config(FunctionName="f", RecursiveLoop="Allow")
    assert functions.call({"rounds": 0})[0] == f"{trace[:-1]}17"
