"""EventBridge Pipes: pipes and their tags. https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/Welcome.html"""

import time

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error
from conformance.services.readback import tagged, told, written

ROLE = "arn:aws:iam::111122223333:role/pipes"
PATIENCE = 30


def arn(service, resource):
    return f"arn:aws:{service}:us-east-1:111122223333:{resource}"


TARGETS = ("queue", arn("sns", "t"), arn("lambda", "function:f"), arn("states", "stateMachine:s"),
           arn("firehose", "deliverystream/d"), arn("logs", "log-group:g"), arn("events", "event-bus/b"))
FILTERS = {"FilterCriteria": {"Filters": [{"Pattern": '{"body":{"a":[1]}}'}]}}
SOURCE_PARAMETERS = (
    {"SqsQueueParameters": {"BatchSize": 5, "MaximumBatchingWindowInSeconds": 3}}, FILTERS,
    {**FILTERS, "SqsQueueParameters": {"BatchSize": 10}},
)  # fmt: skip
TARGET_PARAMETERS = (
    {"InputTemplate": '{"a": <$.body>}'}, {"SqsQueueParameters": {"MessageGroupId": "$.messageId"}},
    {"InputTemplate": "<$.body>", "SqsQueueParameters": {"MessageGroupId": "g", "MessageDeduplicationId": "d"}},
    {"LambdaFunctionParameters": {"InvocationType": "FIRE_AND_FORGET"}},
    {"EventBridgeEventBusParameters": {"DetailType": "t", "Source": "mine"}},
)  # fmt: skip
LOGGED = ({"Level": "ERROR", "CloudwatchLogsLogDestination": {"LogGroupArn": arn("logs", "log-group:g")}},
          {"Level": "TRACE", "IncludeExecutionData": ["ALL"],
           "S3LogDestination": {"BucketName": "bucket", "BucketOwner": "111122223333", "OutputFormat": "json"}})

declared = Declared("pipes", {
    "CreatePipe.Name": Unique("pipe"),
    "DescribePipe.Name": Ref("pipe", "Name"), "UpdatePipe.Name": Ref("pipe", "Name"),
    "DeletePipe.Name": Ref("pipe", "Name"),
    "StartPipe.Name": Ref("resting", "Name"), "StopPipe.Name": Ref("running", "Name"),
    "RoleArn": ROLE,
    "CreatePipe.Source": Samples(arn("sqs", "source")),
    "CreatePipe.Target": Samples(*(arn("sqs", "target") if each == "queue" else each for each in TARGETS)),
    "UpdatePipe.Target": Samples(arn("sqs", "target"), arn("sns", "t")),
    "SourceParameters": Samples(*SOURCE_PARAMETERS),
    "TargetParameters": Samples(*TARGET_PARAMETERS),
    "Enrichment": Samples(arn("lambda", "function:f"), arn("states", "stateMachine:s"), ""),
    "EnrichmentParameters": Samples({"InputTemplate": "<$.body>"}, {
        "HttpParameters": {"PathParameterValues": ["$.body"], "HeaderParameters": {"h": "v"}}}),
    "LogConfiguration": Samples(*LOGGED),
    "KmsKeyIdentifier": arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab"),
    "CreatePipe.Tags": Samples({"k": "v"}, {"a": "1", "b": ""}),
    "ListPipes.NamePrefix": Ref("resting", "Name", must=False),
    "ListPipes.SourcePrefix": "arn:aws:sqs:", "ListPipes.TargetPrefix": "arn:aws:sqs:",
    "ListPipes.DesiredState": Samples("STOPPED"), "ListPipes.CurrentState": Samples("STOPPED"),
    "resourceArn": Ref("pipe", "Arn"),
    "tags": Samples({"a": "1"}, {"k": "2", "b": "x"}),
    "tagKeys": Samples(["k"], ["k", "unknown"]),
    "NextToken": Leave("comes from an answer; sequences follow pages"),
})  # fmt: skip
declared.before.update(ListPipes=("resting",))

MISSING = Error("NotFoundException", 404)


def absent(world):
    name = f"absent{world.tag}"
    return {"Name": name, "Arn": f"arn:aws:pipes:{world.region}:{world.account}:pipe/{name}"}


def _drop(world, fields):
    world.ask("DeletePipe", {"Name": fields["Name"]})


def _made(world, state, source, waits=True):
    """A pipe that has reached a state, or is on its way there."""
    name = world.unique("fixture")
    given = {"Name": name, "Source": source, "Target": arn("sqs", "target"), "RoleArn": ROLE, "DesiredState": state,
             "SourceParameters": {"SqsQueueParameters": {"BatchSize": 10}}, "Description": world.tag,
             "Tags": {"k": "v", "other": world.tag}}
    made = world.ask("CreatePipe", given)
    until = time.monotonic() + PATIENCE
    while waits and (found := world.ask("DescribePipe", {"Name": name}))["CurrentState"] != state:
        if time.monotonic() > until or found["CurrentState"].endswith("_FAILED"):
            raise LookupError(f"the pipe is {found['CurrentState']}, not {state}")
        time.sleep(0.05)
    return {**given, "Arn": made["Arn"]}


@declared.fixture("pipe", _drop, absent, MISSING)
def pipe(world):
    world.unknown("DescribePipe", {"Name": absent(world)["Name"]})
    return _made(world, "STOPPED", arn("sqs", "source"), waits=False)


@declared.fixture("resting", _drop, absent, MISSING)
def resting(world):
    return _made(world, "STOPPED", arn("sqs", "source"))


@declared.fixture("running", _drop, absent, MISSING)
def running(world):
    url = world.ask("CreateQueue", {"QueueName": world.unique("source")}, "sqs")["QueueUrl"]
    world.later(lambda: world.ask("DeleteQueue", {"QueueUrl": url}, "sqs"))
    attributes = world.ask("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["QueueArn"]}, "sqs")
    return _made(world, "RUNNING", attributes["Attributes"]["QueueArn"])


written(declared, "CreatePipe", "UpdatePipe", read="DescribePipe", by=("Name",))
told(declared, "DescribePipe", fixture="pipe",
     names=("Name", "Arn", "Source", "Target", "RoleArn", "Description", "DesiredState", "Tags",
            "SourceParameters"))
told(declared, "DeletePipe", fixture="pipe", names=("Name", "Arn"))
told(declared, "StartPipe", fixture="resting", names=("Name", "Arn"))
told(declared, "StopPipe", fixture="running", names=("Name", "Arn"))
tagged(declared, "TagResource", "UntagResource", "ListTagsForResource", ("resourceArn",), "pipe", at="tags",
       tags="tags", keys="tagKeys")

#: What an accepted call leaves the pipe in, or on its way to.
STATES = {
    "CreatePipe": ("CREATING", "RUNNING", "STOPPED", "CREATE_FAILED"), "DeletePipe": ("DELETING",),
    "UpdatePipe": ("UPDATING", "RUNNING", "STOPPED", "UPDATE_FAILED"),
    "StartPipe": ("STARTING", "RUNNING", "START_FAILED"), "StopPipe": ("STOPPING", "STOPPED"),
}  # fmt: skip


def _moves(operation, states):
    @declared.check(operation)
    def check(proof, world, given, answer):
        state = answer.get("CurrentState")
        proof.true("CurrentState", state in states, " or ".join(states), state)


for _operation, _states in STATES.items():
    _moves(_operation, _states)


@declared.check("StartPipe", "StopPipe")
def desired(proof, world, given, answer):
    wanted = "RUNNING" if answer["CurrentState"] in STATES["StartPipe"] else "STOPPED"
    proof.equal("DesiredState", wanted, proof.read("DescribePipe", given).get("DesiredState"))


@declared.check("ListPipes")
def pipes_listed(proof, world, given, answer):
    made = world.fixture("resting")
    if "Limit" in given:
        proof.pages("ListPipes", given, "Pipes", ("NextToken", "NextToken"), "Arn")
        return
    states = {given.get("CurrentState", "STOPPED"), given.get("DesiredState", "STOPPED")}
    rows = {each["Name"]: each for each in answer["Pipes"]}
    if states == {"STOPPED"}:
        wanted = {"Arn": made["Arn"], "Source": made["Source"], "Target": made["Target"], "CurrentState": "STOPPED"}
        proof.holds("Pipes", wanted, rows.get(made["Name"]))
    else:
        proof.equal("Pipes", {}, rows)


declared.undo["CreatePipe"] = lambda world, given, answer: world.ask("DeletePipe", {"Name": given["Name"]})

STATE = ("Name", "Arn", "CurrentState", "DesiredState", "CreationTime", "LastModifiedTime")
declared.present.update({
    **dict.fromkeys(("CreatePipe", "UpdatePipe", "DeletePipe", "StartPipe", "StopPipe"), STATE),
    "DescribePipe": (*STATE, "Source", "Target", "RoleArn"),
    "ListPipes": tuple(f"Pipes.{name}" for name in (*STATE, "Source", "Target")),
})  # fmt: skip


@declared.check("DeletePipe")
def pipe_goes(proof, world, given, answer):
    found = world.caller().call("DescribePipe", given)
    state = "gone" if found.code == "NotFoundException" else (found.parsed or {}).get("CurrentState")
    proof.true("CurrentState", state in ("gone", "DELETING"), "DELETING or gone", state)
