"""A function that invokes itself is stopped after sixteen rounds, unless it is allowed to."""

import pytest

LOOP = """
import json, boto3
client = boto3.client("lambda")
def handler(event, context):
    if event["rounds"] == 0:
        return "through"
    payload = json.dumps({"rounds": event["rounds"] - 1})
    try:
        answer = client.invoke(FunctionName=context.function_name, Payload=payload)
    except client.exceptions.RecursiveInvocationException:
        return "stopped with %d left" % event["rounds"]
    return json.loads(answer["Payload"].read())
"""


def test_a_loop_is_stopped(functions):
    functions.make(LOOP, Timeout=60, MemorySize=512)
    assert functions.call({"rounds": 17})[0] == "stopped with 2 left"


def test_a_trace_is_handed_on_and_counted(functions):
    lambda_ = functions.client
    functions.make("import os\ndef handler(event, context):\n    return os.environ['_X_AMZN_TRACE_ID']\n")
    trace = functions.call()[0]
    assert trace.startswith("Root=1-") and ";Lineage=1:" in trace and trace.endswith(":1"), trace
    long = trace[:-1] + "16"
    lambda_.meta.events.register("before-sign.lambda.Invoke", lambda request, **_: request.headers.add_header(
        "X-Amzn-Trace-Id", long))  # fmt: skip
    with pytest.raises(lambda_.exceptions.RecursiveInvocationException):
        functions.call()
    lambda_.put_function_recursion_config(FunctionName="f", RecursiveLoop="Allow")
    assert functions.call()[0] == trace[:-1] + "17"
