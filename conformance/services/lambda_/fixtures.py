"""What must stand before most calls to Lambda: functions with all that can stand around them, layers, mappings."""

import json

from conformance.services.declared import Declared, Error
from conformance.services.lambda_.hints import CODE, HINTS, NETWORK, PROFILE, QUEUE, ROLE, TELLING, WAITING, zipped

declared = Declared("lambda", HINTS)
NOT_FOUND = "ResourceNotFoundException"
NO_FUNCTION = Error(NOT_FOUND, 404, "Function not found: {FunctionArn}")
GONE = Error(NOT_FOUND, 404, "The resource you requested does not exist.")
UNKNOWN = "11111111-1111-4111-8111-111111111111"


def absent(world):
    """One of everything that does not exist, told apart by its name."""
    name = f"absent{world.tag}"
    base = f"arn:aws:lambda:{world.region}:{world.account}"
    function = f"{base}:function:{name}"
    return {
        "FunctionName": name, "FunctionArn": function, "Version": "9", "Alias": name, "StatementId": name,
        "LayerName": name, "LayerVersionArn": f"{base}:layer:{name}:1", "UUID": UNKNOWN,
        "QueueArn": f"arn:aws:sqs:{world.region}:{world.account}:{name}",
        "CodeSigningConfigArn": f"{base}:code-signing-config:csc-{'0a1b2c3d4e5f6a7b8'}",
        "CapacityProviderName": name, "CapacityProviderArn": f"{base}:capacity-provider:{name}",
        "DurableExecutionArn": f"{function}:$LATEST/durable-execution/none/{UNKNOWN}",
        "CheckpointToken": "AAAA", "CallbackId": "AAAA",
    }  # fmt: skip


def create(world, **more):
    """A function; its name and ARN."""
    name = world.unique("fixture")
    made = world.ask("CreateFunction", {
        "FunctionName": name, "Role": ROLE, "Runtime": "python3.12", "Handler": "index.handler", "Timeout": 30,
        "Code": {"ZipFile": CODE}, "Tags": {"k": "v", "other": world.tag}, "Description": world.tag, **more})
    world.wait(lambda: world.ask("GetFunctionConfiguration", {"FunctionName": name}),
               lambda found: found["State"] == "Active")
    return {"FunctionName": name, "FunctionArn": made["FunctionArn"], "CodeSha256": made["CodeSha256"],
            "Tags": {"k": "v", "other": world.tag}}


def drop(world, fields):
    world.ask("DeleteFunction", {"FunctionName": fields["FunctionName"]})


def function(name):
    """Registers a fixture that is a function with something more."""
    return declared.fixture(name, drop, absent, NO_FUNCTION)


@function("function")
def plain(world):
    world.unknown("GetFunction", {"FunctionName": absent(world)["FunctionName"]})
    return create(world)


@function("called")
def called(world):
    return create(world)


@function("version")
def version(world):
    made = create(world)
    found = world.ask("PublishVersion", {"FunctionName": made["FunctionName"]})
    return {**made, "Version": found["Version"]}


@function("aliased")
def aliased(world):
    made = version(world)
    alias = world.ask("CreateAlias", {"FunctionName": made["FunctionName"], "Name": "live", "FunctionVersion": "1",
                                      "Description": world.tag})
    return {**made, "Alias": "live", "AliasArn": alias["AliasArn"]}


@function("permitted")
def permitted(world):
    made = create(world)
    world.ask("AddPermission", {"FunctionName": made["FunctionName"], "StatementId": "s",
                                "Principal": "s3.amazonaws.com", "Action": "lambda:InvokeFunction"})
    return {**made, "StatementId": "s"}


@function("configured")
def configured(world):
    made = create(world)
    world.ask("PutFunctionEventInvokeConfig", {"FunctionName": made["FunctionName"], "MaximumRetryAttempts": 1,
                                               "MaximumEventAgeInSeconds": 90,
                                               "DestinationConfig": {"OnFailure": {"Destination": QUEUE}}})
    return made


@function("addressed")
def addressed(world):
    made = create(world)
    found = world.ask("CreateFunctionUrlConfig", {"FunctionName": made["FunctionName"], "AuthType": "NONE",
                                                  "Cors": {"AllowOrigins": ["*"]}})
    return {**made, "FunctionUrl": found["FunctionUrl"]}


@function("reserved")
def reserved(world):
    made = create(world)
    world.ask("PutFunctionConcurrency", {"FunctionName": made["FunctionName"], "ReservedConcurrentExecutions": 7})
    return made


@function("prepared")
def prepared(world):
    made = version(world)
    world.ask("PutProvisionedConcurrencyConfig", {"FunctionName": made["FunctionName"], "Qualifier": made["Version"],
                                                  "ProvisionedConcurrentExecutions": 2})
    return made


@function("signed")
def signed(world):
    arn = signing(world)["CodeSigningConfigArn"]
    return {**create(world, CodeSigningConfigArn=arn), "CodeSigningConfigArn": arn}


@function("managed")
def managed(world):
    made = create(world)
    where = {"FunctionName": made["FunctionName"]}
    world.ask("PutRuntimeManagementConfig", {**where, "UpdateRuntimeOn": "FunctionUpdate"})
    world.ask("PutFunctionRecursionConfig", {**where, "RecursiveLoop": "Allow"})
    return made


@function("scaled")
def scaled(world):
    made = version(world)
    world.ask("PutFunctionScalingConfig", {
        "FunctionName": made["FunctionName"], "Qualifier": made["Version"],
        "FunctionScalingConfig": {"MinExecutionEnvironments": 1, "MaxExecutionEnvironments": 5}})
    return made


@declared.fixture("queue", lambda world, fields: drop(world, fields), absent,
                  Error("InvalidParameterValueException", 400, "Function does not exist"))
def queue(world):
    made = create(world)
    name = world.unique("queue")
    world.ask("CreateQueue", {"QueueName": name, "Attributes": {"VisibilityTimeout": "60"}}, service="sqs")
    return {**made, "QueueArn": f"arn:aws:sqs:{world.region}:{world.account}:{name}"}


@declared.fixture("mapping", lambda world, fields: world.ask("DeleteEventSourceMapping", {"UUID": fields["UUID"]}),
                  absent, GONE)
def mapping(world):
    made = queue(world)
    found = world.ask("CreateEventSourceMapping", {
        "FunctionName": made["FunctionName"], "EventSourceArn": made["QueueArn"], "Enabled": False, "BatchSize": 7})
    return {**made, "UUID": found["UUID"], "EventSourceArn": made["QueueArn"],
            "EventSourceMappingArn": found["EventSourceMappingArn"]}


@declared.fixture("layer", lambda world, fields: world.ask(
    "DeleteLayerVersion", {"LayerName": fields["LayerName"], "VersionNumber": fields["Version"]}), absent, GONE)
def layer(world):
    name = world.unique("layer")
    made = world.ask("PublishLayerVersion", {
        "LayerName": name, "Content": {"ZipFile": CODE}, "Description": world.tag, "LicenseInfo": "MIT",
        "CompatibleRuntimes": ["python3.12"], "CompatibleArchitectures": ["x86_64"]})
    world.ask("AddLayerVersionPermission", {"LayerName": name, "VersionNumber": made["Version"], "StatementId": "s",
                                            "Action": "lambda:GetLayerVersion", "Principal": "*"})
    return {"LayerName": name, "Version": made["Version"], "LayerVersionArn": made["LayerVersionArn"],
            "LayerArn": made["LayerArn"], "StatementId": "s", "CodeSha256": made["Content"]["CodeSha256"]}


@declared.fixture("signing", lambda world, fields: world.ask(
    "DeleteCodeSigningConfig", {"CodeSigningConfigArn": fields["CodeSigningConfigArn"]}), absent,
                  Error(NOT_FOUND, 404))
def signing(world):
    made = world.ask("CreateCodeSigningConfig", {
        "AllowedPublishers": {"SigningProfileVersionArns": [PROFILE]}, "Description": world.tag})["CodeSigningConfig"]
    return {"CodeSigningConfigArn": made["CodeSigningConfigArn"], "CodeSigningConfigId": made["CodeSigningConfigId"]}


@declared.fixture("provider", lambda world, fields: world.ask(
    "DeleteCapacityProvider", {"CapacityProviderName": fields["CapacityProviderName"]}), absent,
                  Error(NOT_FOUND, 404, "Capacity provider not found: {CapacityProviderArn}"))
def provider(world):
    name = world.unique("provider")
    made = world.ask("CreateCapacityProvider", {
        "CapacityProviderName": name, "VpcConfig": NETWORK,
        "PermissionsConfig": {"CapacityProviderOperatorRoleArn": ROLE}})["CapacityProvider"]
    return {"CapacityProviderName": name, "CapacityProviderArn": made["CapacityProviderArn"]}


@declared.fixture("used", lambda world, fields: (drop(world, fields), world.ask(
    "DeleteCapacityProvider", {"CapacityProviderName": fields["CapacityProviderName"]})), absent,
                  Error(NOT_FOUND, 404, "Capacity provider not found: {CapacityProviderArn}"))
def used(world):
    made = provider(world)
    return {**made, **create(world, CapacityProviderConfig={"LambdaManagedInstancesCapacityProviderConfig": {
        "CapacityProviderArn": made["CapacityProviderArn"]}})}


def started(world):
    """A durable execution that waits for ever."""
    made = create(world, Code={"ZipFile": zipped(WAITING)}, DurableConfig={"ExecutionTimeout": 3600})
    name = world.unique("execution")
    answer = world.ask("Invoke", {
        "FunctionName": made["FunctionName"], "Qualifier": "$LATEST", "InvocationType": "Event",
        "DurableExecutionName": name, "Payload": json.dumps({"tag": world.tag}).encode()})
    where = {"DurableExecutionArn": answer["DurableExecutionArn"]}
    world.wait(lambda: world.ask("GetDurableExecutionHistory", where), lambda found: len(found["Events"]) > 1)
    return {**made, **where, "Name": name}


NO_EXECUTION = Error(NOT_FOUND, 404)


@declared.fixture("execution", drop, absent, NO_EXECUTION)
def execution(world):
    return started(world)


@declared.fixture("paused", drop, absent, NO_EXECUTION)
def paused(world):
    made = started(world)
    world.ask("PauseDurableExecution", {"DurableExecutionArn": made["DurableExecutionArn"]})
    world.wait(lambda: world.ask("GetDurableExecution", {"DurableExecutionArn": made["DurableExecutionArn"]}),
               lambda found: found["Status"] == "PAUSED")
    return made


@declared.fixture("ended", drop, absent, NO_EXECUTION)
def ended(world):
    made = started(world)
    world.ask("StopDurableExecution", {"DurableExecutionArn": made["DurableExecutionArn"]})
    return made


@declared.fixture("suspended", drop, absent, Error("InvalidParameterValueException", 400))
def suspended(world):
    """A durable execution that waits for a callback, with the token for its next checkpoint."""
    group = world.unique("log")
    world.ask("CreateLogGroup", {"logGroupName": group}, service="logs")
    made = create(world, Code={"ZipFile": zipped(TELLING)}, DurableConfig={"ExecutionTimeout": 3600},
                  LoggingConfig={"LogFormat": "Text", "LogGroup": group})
    name = world.unique("execution")
    answer = world.ask("Invoke", {"FunctionName": made["FunctionName"], "Qualifier": "$LATEST",
                                  "InvocationType": "Event", "DurableExecutionName": name, "Payload": b"{}"})
    told = world.wait(
        lambda: world.ask("FilterLogEvents", {"logGroupName": group, "filterPattern": "token"}, service="logs"),
        lambda found: bool(found.get("events")))
    token = told["events"][0]["message"].split()[1]
    arn = answer["DurableExecutionArn"]
    found = world.ask("CheckpointDurableExecution", {
        "DurableExecutionArn": arn, "CheckpointToken": token,
        "Updates": [{"Id": "callback", "Type": "CALLBACK", "Action": "START", "Name": "a callback"}]})
    callback = found["NewExecutionState"]["Operations"][0]["CallbackDetails"]["CallbackId"]
    return {**made, "DurableExecutionArn": arn, "Name": name, "CheckpointToken": found["CheckpointToken"],
            "CallbackId": callback}


declared.before.update(
    ListFunctions=("function",), ListLayers=("layer",), ListCodeSigningConfigs=("signing",),
    ListCapacityProviders=("provider",), ListEventSourceMappings=("mapping",), GetAccountSettings=("function",),
)
declared.looking.update(("Invoke", "InvokeAsync"))
declared.hints.always.update(
    CreateFunction=("Runtime", "Handler"), CreateEventSourceMapping=("EventSourceArn",),
    UpdateFunctionCode=("ZipFile",),
)
declared.statuses["DeleteFunction"] = 204
# Recorded: "LastUpdateStatusReasonCode": "Creating", which the model does not list.
declared.loose.add("lastUpdateStatusReasonCode")
declared.left_out.update({
    "InvokeWithResponseStream": "answers with a stream of events, which probes read",
})
