"""Values for Lambda's inputs that the model leaves open."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

from conformance.generator.hints import Leave, Ref, Samples, Unique

ROLE = "arn:aws:iam::111122223333:role/function"
SOURCE = "def handler(event, context):\n    return event\n"
# A durable function that waits for ever: it hands its execution back at once.
WAITING = "def handler(event, context):\n    return {'Status': 'PENDING'}\n"
QUEUE = "arn:aws:sqs:us-east-1:111122223333:destination"
KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
PROFILE = "arn:aws:signer:us-east-1:111122223333:/signing-profiles/conformance/abcdefghij"
# One that tells its checkpoint token in its log before it waits.
TELLING = WAITING.replace("    return", "    print('token ' + event['CheckpointToken'])\n    return")
STEP = {"Id": "step", "Type": "STEP", "Name": "a step"}
ACCESS_POINT = "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-0123456789abcdef0"
NETWORK = {"SubnetIds": ["subnet-1a2b3c4d"], "SecurityGroupIds": ["sg-1a2b3c4d"]}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Sid": "s", "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "lambda:InvokeFunction",
    "Resource": "*"}]})  # fmt: skip
LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
EARLIER = LATER - timedelta(days=2)
TOKEN = Leave("a token comes from an answer; checks follow pages")
REVISION = Leave("of a state that the variant does not know; probes use it")
BROKER = Leave("for brokers, which have probes of their own")
OTHER = Leave("needs what is not there: probes tell so")


def zipped(source: str, name: str = "index.py") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), source)
    return buffer.getvalue()


CODE = zipped(SOURCE)
ANOTHER = zipped(SOURCE + "# changed\n")
#: By fixture: the operations that act on its function.
FUNCTIONS = {
    "version": ("CreateAlias", "PutProvisionedConcurrencyConfig", "PutFunctionScalingConfig"),
    "aliased": ("GetAlias", "UpdateAlias", "DeleteAlias", "ListAliases", "ListVersionsByFunction"),
    "permitted": ("GetPolicy", "RemovePermission"),
    "configured": ("GetFunctionEventInvokeConfig", "UpdateFunctionEventInvokeConfig",
                   "DeleteFunctionEventInvokeConfig", "ListFunctionEventInvokeConfigs"),
    "addressed": ("GetFunctionUrlConfig", "UpdateFunctionUrlConfig", "DeleteFunctionUrlConfig",
                  "ListFunctionUrlConfigs"),
    "reserved": ("GetFunctionConcurrency", "DeleteFunctionConcurrency"),
    "prepared": ("GetProvisionedConcurrencyConfig", "DeleteProvisionedConcurrencyConfig",
                 "ListProvisionedConcurrencyConfigs"),
    "signed": ("GetFunctionCodeSigningConfig", "DeleteFunctionCodeSigningConfig"),
    "managed": ("GetRuntimeManagementConfig", "GetFunctionRecursionConfig"),
    "scaled": ("GetFunctionScalingConfig",),
    "mapping": ("ListEventSourceMappings",),
    "execution": ("ListDurableExecutionsByFunction",),
    "queue": ("CreateEventSourceMapping",),
    "called": ("Invoke", "InvokeAsync"),
}

HINTS = {
    "FunctionName": Ref("function", "FunctionName"),
    **{f"{operation}.FunctionName": Ref(fixture, "FunctionName") for fixture, operations in FUNCTIONS.items()
       for operation in operations},
    "ListEventSourceMappings.FunctionName": Ref("mapping", "FunctionName", must=False),
    "DeleteAlias.FunctionName": Ref("aliased", "FunctionName", must=False),
    "CreateFunction.FunctionName": Unique("function"),
    "UpdateEventSourceMapping.FunctionName": Ref("queue", "FunctionName"),
    "Qualifier": Samples("$LATEST"),
    **{f"{operation}.Qualifier": Leave("names an alias or a version; probes use both") for operation in (
        "AddPermission", "RemovePermission", "GetPolicy", "CreateFunctionUrlConfig", "GetFunctionUrlConfig",
        "UpdateFunctionUrlConfig", "DeleteFunctionUrlConfig", "DeleteFunction")},
    **{f"{operation}.Qualifier": Ref(fixture, "Version") for operation, fixture in (
        ("PutProvisionedConcurrencyConfig", "version"), ("GetProvisionedConcurrencyConfig", "prepared"),
        ("DeleteProvisionedConcurrencyConfig", "prepared"), ("PutFunctionScalingConfig", "version"),
        ("GetFunctionScalingConfig", "scaled"))},
    "Marker": TOKEN, "ClientToken": Unique("token"), "RevisionId": REVISION,
    "Role": ROLE, "Handler": "index.handler", "Runtime": Samples("python3.12", "nodejs22.x", "provided.al2023"),
    "CreateFunction.Code": Samples({"ZipFile": CODE}), "UpdateFunctionCode.ZipFile": Samples(ANOTHER),
    **{f"UpdateFunctionCode.{name}": Leave("for code in a bucket or an image; probes use a bucket") for name in (
        "S3Bucket", "S3Key", "S3ObjectVersion", "S3ObjectStorageMode", "ImageUri", "SourceKMSKeyArn")},
    "PackageType": Samples("Zip"), "ImageConfig": OTHER, "TenancyConfig": OTHER,
    "RuntimeConfig": OTHER, "AcceleratorConfig": OTHER, "PublishTo": OTHER, "TenantId": OTHER,
    "Timeout": Samples(3, 1, 900), "MemorySize": Samples(128, 3008),
    "FileSystemConfigs": Samples([{"Arn": ACCESS_POINT, "LocalMountPath": "/mnt/data"}]),
    "VpcConfig": Samples(NETWORK), "DeadLetterConfig": Samples({"TargetArn": QUEUE}),
    "Environment": Samples({"Variables": {"NAME": "value"}}, {"Variables": {}}),
    "KMSKeyArn": KEY, "KmsKeyArn": KEY, "Layers": Samples([Ref("layer", "LayerVersionArn")], []),
    "CreateFunction.CodeSigningConfigArn": Ref("signing", "CodeSigningConfigArn"),
    "Architectures": Samples(["x86_64"], ["arm64"]), "EphemeralStorage": Samples({"Size": 512}, {"Size": 10240}),
    "TracingConfig": Samples({"Mode": "Active"}, {"Mode": "PassThrough"}),
    "SnapStart": Samples({"ApplyOn": "None"}, {"ApplyOn": "PublishedVersions"}),
    "CreateFunction.LoggingConfig": Samples(
        {"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG", "SystemLogLevel": "WARN", "LogGroup": "conformance"},
        {"LogFormat": "Text"}),
    "UpdateFunctionConfiguration.LoggingConfig": Samples(
        {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "DEBUG", "LogGroup": "conformance"}),
    "CapacityProviderConfig": Samples({"LambdaManagedInstancesCapacityProviderConfig": {
        "CapacityProviderArn": Ref("provider", "CapacityProviderArn")}}),
    "DurableConfig": Samples({"ExecutionTimeout": 3600, "RetentionPeriodInDays": 7}),
    "Tags": Samples({"a": "1"}, {"a": "1", "b": ""}), "TagKeys": Samples(["k"], ["k", "unknown"]),
    "Resource": Ref("function", "FunctionArn"),
    "ListFunctions.FunctionVersion": Samples("ALL"), "MasterRegion": Samples("ALL"),
    "MaxItems": Samples(1, 50), "ListEventSourceMappings.MaxItems": Samples(1, 100),
    "CodeSha256": Leave("of a state that the variant does not know; probes use it"), "DryRun": Samples(False),
    # Aliases and versions
    "CreateAlias.Name": Unique("alias"), "Name": Ref("aliased", "Alias"),
    "DeleteAlias.Name": Ref("aliased", "Alias", must=False),
    "CreateAlias.FunctionVersion": Ref("version", "Version"), "UpdateAlias.FunctionVersion": Ref("aliased", "Version"),
    "ListAliases.FunctionVersion": Ref("aliased", "Version", must=False),
    "RoutingConfig": Leave("needs two versions; a probe uses them"),
    # Permissions
    "AddPermission.StatementId": Unique("s"), "StatementId": Ref("permitted", "StatementId"),
    "AddPermission.Action": Samples("lambda:InvokeFunction", "lambda:*"),
    "AddPermission.Principal": Samples("s3.amazonaws.com", "111122223333", "*"),
    "SourceArn": Samples("arn:aws:s3:::bucket"), "SourceAccount": Samples("111122223333"),
    "EventSourceToken": Leave("for Alexa's skills"), "PrincipalOrgID": Samples("o-a1b2c3d4e5"),
    "InvokedViaFunctionUrl": Samples(True), "FunctionUrlAuthType": Samples("AWS_IAM", "NONE"),
    "ResourceArn": Ref("permitted", "FunctionArn"), "PutResourcePolicy.ResourceArn": Ref("function", "FunctionArn"),
    "Policy": Samples(POLICY),
    # Concurrency and management
    "ReservedConcurrentExecutions": Samples(1, 0, 900), "ProvisionedConcurrentExecutions": Samples(1, 900),
    "FunctionScalingConfig": Samples({"MinExecutionEnvironments": 1, "MaxExecutionEnvironments": 15000}, {}),
    "RuntimeVersionArn": Samples("arn:aws:lambda:us-east-1::runtime:" + "0a" * 32),
    # Asynchronous invocations
    "MaximumRetryAttempts": Samples(0, 2), "MaximumEventAgeInSeconds": Samples(60, 21600),
    **{f"{operation}.DestinationConfig": Samples(
        {"OnSuccess": {"Destination": QUEUE}}, {"OnSuccess": {}, "OnFailure": {"Destination": QUEUE}})
       for operation in ("PutFunctionEventInvokeConfig", "UpdateFunctionEventInvokeConfig")},
    "Invoke.Qualifier": Samples("$LATEST"), "InvocationType": Samples("RequestResponse"),
    "Payload": Samples(b'{"n": 1}', b"[]"), "InvokeArgs": Samples(b"{}"),
    "ClientContext": Samples("e30="), "DurableExecutionName": Leave("for durable functions; a probe uses it"),
    # Layers
    "PublishLayerVersion.LayerName": Unique("layer"), "LayerName": Ref("layer", "LayerName"),
    "ListLayerVersions.LayerName": Ref("layer", "LayerName", must=False),
    "DeleteLayerVersion.LayerName": Ref("layer", "LayerName", must=False), "VersionNumber": Ref("layer", "Version"),
    "DeleteLayerVersion.VersionNumber": Ref("layer", "Version", must=False),
    "Content": Samples({"ZipFile": CODE}), "Arn": Ref("layer", "LayerVersionArn"),
    "CompatibleRuntimes": Samples(["python3.12"], []), "CompatibleArchitectures": Samples(["x86_64"], []),
    "CompatibleRuntime": Samples("python3.12"), "CompatibleArchitecture": Samples("x86_64"),
    "AddLayerVersionPermission.StatementId": Unique("s"),
    "RemoveLayerVersionPermission.StatementId": Ref("layer", "StatementId", must=False),
    "AddLayerVersionPermission.Principal": Samples("*", "111122223333"), "OrganizationId": Samples("o-a1b2c3d4e5"),
    # Addresses
    "AuthType": Samples("NONE", "AWS_IAM"), "InvokeMode": Samples("BUFFERED", "RESPONSE_STREAM"),
    "Cors": Samples({"AllowOrigins": ["https://example.com"], "AllowMethods": ["GET"], "MaxAge": 86400,
                     "AllowHeaders": ["x-own"], "ExposeHeaders": ["x-own"], "AllowCredentials": True}, {}),
    # Code signing
    "CodeSigningConfigArn": Ref("signing", "CodeSigningConfigArn"),
    "ListFunctionsByCodeSigningConfig.CodeSigningConfigArn": Ref("signed", "CodeSigningConfigArn"),
    "AllowedPublishers": Samples({"SigningProfileVersionArns": [PROFILE]}),
    "CodeSigningPolicies": Samples({"UntrustedArtifactOnDeployment": "Warn"},
                                   {"UntrustedArtifactOnDeployment": "Enforce"}),
    # Capacity providers
    "CreateCapacityProvider.CapacityProviderName": Unique("provider"),
    "CapacityProviderName": Ref("provider", "CapacityProviderName"),
    "PermissionsConfig": Samples({"CapacityProviderOperatorRoleArn": ROLE}),
    "InstanceRequirements": Samples({"Architectures": ["x86_64"]}, {"AllowedInstanceTypes": ["m5.large"]}),
    "CapacityProviderScalingConfig": Samples({"MaxVCpuCount": 2, "ScalingMode": "Auto"}, {"MaxVCpuCount": 15000}),
    "PropagateTags": Samples({"Mode": "None"}, {"Mode": "Explicit", "ExplicitTags": {"a": "1"}}),
    "TelemetryConfig": Samples({"LoggingConfig": {"SystemLogLevel": "INFO"}}),
    "ListCapacityProviders.State": Samples("Active"),
    "ListFunctionVersionsByCapacityProvider.CapacityProviderName": Ref("used", "CapacityProviderName"),
    # Event source mappings
    "UUID": Ref("mapping", "UUID"), "CreateEventSourceMapping.EventSourceArn": Ref("queue", "QueueArn"),
    "ListEventSourceMappings.EventSourceArn": Ref("mapping", "EventSourceArn", must=False),
    "BatchSize": Samples(10, 1), "MaximumBatchingWindowInSeconds": Samples(0, 300),
    "FilterCriteria": Samples({"Filters": [{"Pattern": '{"body": {"a": [1]}}'}]}),
    "FunctionResponseTypes": Samples(["ReportBatchItemFailures"], []),
    "ScalingConfig": Samples({"MaximumConcurrency": 2}), "MetricsConfig": Samples({"Metrics": ["EventCount"]}),
    "ProvisionedPollerConfig": BROKER,
    **{f"{operation}EventSourceMapping.{name}": Leave("for streams, which have probes of their own")
       for operation in ("Create", "Update") for name in (
        "DestinationConfig", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError", "MaximumRetryAttempts",
        "ParallelizationFactor", "TumblingWindowInSeconds", "StartingPosition", "StartingPositionTimestamp")},
    **{f"{operation}EventSourceMapping.LoggingConfig": Samples({"SystemLogLevel": "INFO"})
       for operation in ("Create", "Update")},
    **{name: BROKER for name in (
        "Topics", "Queues", "SourceAccessConfigurations", "SelfManagedEventSource",
        "AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig", "DocumentDBEventSourceConfig")},
    # Durable executions
    "DurableExecutionArn": Ref("execution", "DurableExecutionArn"),
    **{f"{operation}.DurableExecutionArn": Ref("paused", "DurableExecutionArn")
       for operation in ("ResumeDurableExecution",)},
    "DeleteDurableExecution.DurableExecutionArn": Ref("ended", "DurableExecutionArn"),
    "ListDurableExecutionsByFunction.DurableExecutionName": Ref("execution", "Name", must=False),
    "Statuses": Samples(["RUNNING"], ["RUNNING", "FAILED"]), "StartedAfter": Samples(EARLIER),
    "StartedBefore": Samples(LATER),
    **{f"{operation}.{name}": Ref("suspended", name) for name in ("DurableExecutionArn", "CheckpointToken")
       for operation in ("CheckpointDurableExecution", "GetDurableExecutionState")},
    "CallbackId": Ref("suspended", "CallbackId"), "Result": Samples(b'"done"', b""),
    "Updates": Samples(
        [{**STEP, "Action": "START"}], [{**STEP, "Action": "SUCCEED", "Payload": '"x"'}],
        [{**STEP, "Action": "FAIL", "Error": {"ErrorMessage": "no"}}],
        [{**STEP, "Action": "RETRY", "StepOptions": {"NextAttemptDelaySeconds": 60}}],
        [{"Id": "wait", "Type": "WAIT", "Action": "START", "WaitOptions": {"WaitSeconds": 3600}}],
        [{"Id": "context", "Type": "CONTEXT", "Action": "START"}, {**STEP, "ParentId": "context", "Action": "START"}],
        []),
    "Error": Samples({"ErrorMessage": "enough", "ErrorType": "Enough"}), "Reason": Samples("so", ""),
}  # fmt: skip
