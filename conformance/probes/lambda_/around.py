"""What stands around functions: layers, addresses, mappings, concurrency, durable executions."""

import http.client
import json
import time
from urllib.parse import urlsplit

from conformance.probes import probe
from conformance.probes.lambda_.functions import API, GUIDE, created, invoked, zipped
from conformance.services.lambda_.hints import WAITING
from emulator.protocol.eventstream import FrameDecoder

SENDER = """
import json, boto3
def handler(event, context):
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="%s")["QueueUrl"]
    for record in event["Records"]:
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(record))
"""
VERSION = "import os\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_FUNCTION_VERSION']\n"


def queue(trial, name):
    made = trial.ask("CreateQueue", service="sqs", QueueName=name)["QueueUrl"]
    trial.later(lambda: trial.ask("DeleteQueue", service="sqs", QueueUrl=made))
    arn = trial.ask("GetQueueAttributes", service="sqs", QueueUrl=made, AttributeNames=["QueueArn"])
    return made, arn["Attributes"]["QueueArn"]


def message(trial, url):
    for _ in range(int(trial.world.endpoint.patience * 20)):
        for found in trial.ask("ReceiveMessage", service="sqs", QueueUrl=url).get("Messages", ()):
            return json.loads(found["Body"])
        time.sleep(0.05)
    raise AssertionError("no message came")


def mapped(trial, arn, source=None, **given):
    """A function that sends its records to a queue, behind a source; (the queue's address, the mapping)."""
    out, _ = queue(trial, trial.unique("out"))
    name = created(trial, SENDER % out.rpartition("/")[2], Timeout=30)["FunctionName"]
    made = trial.ask("CreateEventSourceMapping", FunctionName=name, EventSourceArn=arn, **given)
    trial.later(lambda: trial.ask("DeleteEventSourceMapping", UUID=made["UUID"]))
    return out, made


@probe("lambda", "PublishLayerVersion", "The files of a layer are found at /opt, its Python modules can be imported",
       GUIDE + "packaging-layers.html")
def layers_are_mounted(trial):
    name = trial.unique("layer")
    made = trial.ask("PublishLayerVersion", LayerName=name, Content={
        "ZipFile": zipped("WORD = 'from the layer'\n", "python/word.py")})
    trial.later(lambda: trial.ask("DeleteLayerVersion", LayerName=name, VersionNumber=1))
    source = "import word\ndef handler(event, context):\n    return [word.WORD, word.__file__]\n"
    found = invoked(trial, created(trial, source, Layers=[made["LayerVersionArn"]])["FunctionName"])[0]
    assert found == ["from the layer", "/opt/python/word.py"], found


@probe("lambda", "PublishLayerVersion", "The number of a deleted layer version is not given again",
       GUIDE + "chapter-layers.html")
def layer_numbers_go_on(trial):
    name, numbers = trial.unique("layer"), []
    for _ in range(2):
        made = trial.ask("PublishLayerVersion", LayerName=name, Content={"ZipFile": zipped("")})
        trial.ask("DeleteLayerVersion", LayerName=name, VersionNumber=made["Version"])
        numbers.append(made["Version"])
    assert numbers == [1, 2], numbers


@probe("lambda", "UpdateFunctionConfiguration", "Two versions of one layer cannot be in the same function",
       GUIDE + "adding-layers.html")
def one_version_of_a_layer(trial):
    name = trial.unique("layer")
    arns = [trial.ask("PublishLayerVersion", LayerName=name, Content={"ZipFile": zipped("")})["LayerVersionArn"]
            for _ in range(2)]
    trial.refused("UpdateFunctionConfiguration", "InvalidParameterValueException", 400, (
        "Two different versions of the same layer are not allowed to be referenced in the same function. "
        f"{arns[0]} and {arns[1]} are versions of the same layer."),
        FunctionName=created(trial)["FunctionName"], Layers=arns)


def asked(trial, url, **headers):
    """(status, body) of a GET at an address, whose name needs no resolver at an endpoint of one's own."""
    place = urlsplit(url)
    target = urlsplit(trial.world.endpoint.url) if trial.world.endpoint.own else place
    kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
    connection = kind(target.netloc, timeout=60)
    connection.request("GET", "/here?a=1", headers={"Host": place.netloc, **headers})
    answer = connection.getresponse()
    return answer.status, answer.read()


@probe("lambda", "CreateFunctionUrlConfig", "An address without authentication is open once the policy says so",
       GUIDE + "urls-auth.html")
def addresses_need_a_policy(trial):
    source = "def handler(event, context):\n    return {'statusCode': 418, 'body': event['rawPath']}\n"
    name = created(trial, source)["FunctionName"]
    url = trial.ask("CreateFunctionUrlConfig", FunctionName=name, AuthType="NONE")["FunctionUrl"]
    status, body = asked(trial, url)
    assert status == 403 and b"Forbidden" in body, (status, body)
    trial.ask("AddPermission", FunctionName=name, StatementId="all", Action="lambda:InvokeFunctionUrl", Principal="*",
              FunctionUrlAuthType="NONE")
    found = asked(trial, url)
    assert found == (418, b"/here"), found


@probe("lambda", "CreateEventSourceMapping", "A message of a queue reaches the function and is deleted",
       GUIDE + "with-sqs.html")
def queues_are_read(trial):
    url, arn = queue(trial, trial.unique("in"))
    out, _ = mapped(trial, arn)
    trial.ask("SendMessage", service="sqs", QueueUrl=url, MessageBody="hello")
    record = message(trial, out)
    assert record["body"] == "hello" and record["eventSource"] == "aws:sqs", record


@probe("lambda", "CreateEventSourceMapping", "A record of a Kinesis stream reaches the function in base64",
       GUIDE + "with-kinesis.html")
def streams_are_read(trial):
    name = trial.unique("stream")
    trial.ask("CreateStream", service="kinesis", StreamName=name, ShardCount=1)
    trial.later(lambda: trial.ask("DeleteStream", service="kinesis", StreamName=name))
    look = trial.world.wait(
        lambda: trial.ask("DescribeStreamSummary", service="kinesis", StreamName=name)["StreamDescriptionSummary"],
        lambda found: found["StreamStatus"] == "ACTIVE")
    out, _ = mapped(trial, look["StreamARN"], StartingPosition="TRIM_HORIZON")
    trial.ask("PutRecord", service="kinesis", StreamName=name, Data=b"hello", PartitionKey="k")
    record = message(trial, out)
    assert record["kinesis"]["data"] == "aGVsbG8=" and record["kinesis"]["partitionKey"] == "k", record
    assert record["eventID"] == f"shardId-000000000000:{record['kinesis']['sequenceNumber']}", record


@probe("lambda", "CreateEventSourceMapping", "A filter that is no pattern is refused",
       GUIDE + "invocation-eventfiltering.html")
def filters_are_patterns(trial):
    _, arn = queue(trial, trial.unique("in"))
    trial.refused("CreateEventSourceMapping", "InvalidParameterValueException", 400,
                  "Invalid filter pattern definition.", FunctionName=created(trial)["FunctionName"],
                  EventSourceArn=arn, FilterCriteria={"Filters": [{"Pattern": "no pattern"}]})


@probe("lambda", "CreateEventSourceMapping", "A function is mapped to a queue once",
       API + "API_CreateEventSourceMapping.html")
def mappings_are_taken(trial):
    _, arn = queue(trial, trial.unique("in"))
    name = created(trial)["FunctionName"]
    made = trial.ask("CreateEventSourceMapping", FunctionName=name, EventSourceArn=arn)
    trial.later(lambda: trial.ask("DeleteEventSourceMapping", UUID=made["UUID"]))
    trial.refused("CreateEventSourceMapping", "ResourceConflictException", 409, FunctionName=name, EventSourceArn=arn)


@probe("lambda", "PutProvisionedConcurrencyConfig", "Provisioned concurrency takes its part of the reserved one",
       GUIDE + "provisioned-concurrency.html")
def provisioned_is_part_of_reserved(trial):
    name = created(trial)["FunctionName"]
    trial.ask("PublishVersion", FunctionName=name)
    trial.ask("PutFunctionConcurrency", FunctionName=name, ReservedConcurrentExecutions=2)
    trial.refused("PutProvisionedConcurrencyConfig", "InvalidParameterValueException", 400, (
        "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"),
        FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=3)
    trial.ask("PutProvisionedConcurrencyConfig", FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=2)
    trial.refused("Invoke", "TooManyRequestsException", 429, "Rate Exceeded.", FunctionName=name, Payload=b"{}")


@probe("lambda", "PutFunctionConcurrency", "A hundred executions of the account stay unreserved",
       GUIDE + "configuration-concurrency.html")
def some_stays_unreserved(trial):
    unreserved = trial.ask("GetAccountSettings")["AccountLimit"]["UnreservedConcurrentExecutions"]
    trial.refused("PutFunctionConcurrency", "InvalidParameterValueException", 400, (
        "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
        "minimum value of [100]."), FunctionName=created(trial)["FunctionName"],
        ReservedConcurrentExecutions=unreserved - 99)


@probe("lambda", "CreateAlias", "An alias shares its calls out between two versions",
       GUIDE + "configuring-alias-routing.html")
def aliases_share(trial):
    name = created(trial, VERSION)["FunctionName"]
    trial.ask("PublishVersion", FunctionName=name)
    trial.ask("UpdateFunctionConfiguration", FunctionName=name, Description="second")
    trial.world.wait(lambda: trial.ask("GetFunctionConfiguration", FunctionName=name),
                     lambda found: found["LastUpdateStatus"] == "Successful")
    trial.ask("PublishVersion", FunctionName=name)
    trial.ask("CreateAlias", FunctionName=name, Name="live", FunctionVersion="1",
              RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    seen = {invoked(trial, name, Qualifier="live")[0] for _ in range(30)}
    assert seen == {"1", "2"}, seen


@probe("lambda", "Invoke", "A function that takes more memory than it has is killed",
       GUIDE + "troubleshooting-invocation.html")
def memory_is_limited(trial):
    source = "def handler(event, context):\n    kept = []\n    while True:\n        kept.append(bytearray(1 << 20))\n"
    payload, answer = invoked(trial, created(trial, source, Timeout=30)["FunctionName"])
    assert answer["FunctionError"] == "Unhandled" and "signal: killed" in payload["errorMessage"], payload


@probe("lambda", "Invoke", "A durable execution goes on when its wait is over or it is stopped",
       GUIDE + "durable-functions.html")
def durable_executions_are_stopped(trial):
    name = created(trial, WAITING, DurableConfig={"ExecutionTimeout": 600})["FunctionName"]
    started = trial.ask("Invoke", FunctionName=name, Qualifier="$LATEST", InvocationType="Event", Payload=b"{}",
                        DurableExecutionName="one")
    where = {"DurableExecutionArn": started["DurableExecutionArn"]}
    assert trial.ask("GetDurableExecution", **where)["Status"] == "RUNNING"
    trial.refused("DeleteDurableExecution", "ResourceConflictException", 409, **where)
    trial.ask("StopDurableExecution", **where)
    assert trial.ask("GetDurableExecution", **where)["Status"] == "STOPPED"


@probe("lambda", "InvokeWithResponseStream", "A function that does not stream answers in a stream all the same",
       API + "API_InvokeWithResponseStream.html")
def any_answer_is_streamed(trial):
    answer = trial.call("InvokeWithResponseStream", FunctionName=created(trial)["FunctionName"], Payload=b'{"n": 1}')
    frames = FrameDecoder().feed(answer.raw.body)
    payload = b"".join(each.payload for each in frames if each.get(":event-type") == "PayloadChunk")
    assert json.loads(payload) == {"n": 1} and frames[-1].get(":event-type") == "InvokeComplete", frames


@probe("lambda", "PutFunctionEventInvokeConfig", "A function cannot be a destination for itself",
       GUIDE + "invocation-async-retain-records.html")
def destinations_are_others(trial):
    made = created(trial)
    trial.refused("PutFunctionEventInvokeConfig", "InvalidParameterValueException", 400,
                  "You can't specify the function as a destination for itself.", FunctionName=made["FunctionName"],
                  DestinationConfig={"OnSuccess": {"Destination": made["FunctionArn"]}})
