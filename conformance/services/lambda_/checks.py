"""What proves that a call to Lambda did its work."""

import json
from base64 import b64encode
from hashlib import sha256

from conformance.services.lambda_.fixtures import NOT_FOUND, declared
from conformance.services.lambda_.hints import ANOTHER, CODE, PROFILE
from conformance.services.readback import gone, listed, tagged, told, written

PAGES = ("NextMarker", "Marker")
BY_NAME = ("FunctionName",)
UNTOLD = ("Environment", "LoggingConfig", "SnapStart", "VpcConfig", "Layers", "CodeSha256")
RENAMED = {
    "Environment": "Environment", "LoggingConfig": "LoggingConfig", "SnapStart": "SnapStart", "VpcConfig": "VpcConfig",
}  # fmt: skip


def digest(code):
    return b64encode(sha256(code).digest()).decode()


# Functions

written(declared, "CreateFunction", "UpdateFunctionConfiguration", read="GetFunctionConfiguration", by=BY_NAME,
        leave=UNTOLD, renamed=RENAMED)
told(declared, "GetFunctionConfiguration", fixture="function", names=("FunctionName", "CodeSha256"))
told(declared, "GetFunction", fixture="function", names=("FunctionName", "CodeSha256"), at="Configuration")
listed(declared, "ListFunctions", "Functions", "function", "FunctionName", "FunctionName", token=PAGES)
listed(declared, "ListVersionsByFunction", "Versions", "aliased", "Version", "Version", token=PAGES)


@declared.check("ListVersionsByFunction")
def versions_are_told(proof, world, given, answer):
    made = world.fixture("aliased")
    wanted = [f"{made['FunctionArn']}:{version}" for version in ("$LATEST", "1")]
    limit = given.get("MaxItems", 50)
    proof.equal("Versions", wanted[:limit], [each["FunctionArn"] for each in answer["Versions"]])


gone(declared, "DeleteFunction", read="GetFunction", by=BY_NAME, code=NOT_FOUND)


@declared.check("CreateFunction", "UpdateFunctionConfiguration")
def the_answer_shows_it(proof, world, given, answer):
    """What was sent stands in the answer already, and what AWS adds to it."""
    for name, value in given.items():
        if name in answer and name not in ("Layers", "FunctionName"):
            proof.holds(name, value, answer[name])
    proof.equal("FunctionName", given["FunctionName"].rpartition(":")[2], answer["FunctionName"])
    proof.true("FunctionArn", answer["FunctionArn"].startswith(
        f"arn:aws:lambda:{world.region}:{world.account}:function:{answer['FunctionName']}"), "the function's ARN",
        answer["FunctionArn"])
    layers = [each["Arn"] for each in answer.get("Layers", [])]
    if "Layers" in given:
        proof.equal("Layers", given["Layers"], layers)


@declared.check("CreateFunction")
def a_function_is_made(proof, world, given, answer):
    version = "1" if given.get("Publish") else "$LATEST"
    proof.holds("answer", {
        "State": "Pending", "StateReasonCode": "Creating", "StateReason": "The function is being created.",
        "Version": version, "CodeSha256": digest(CODE), "CodeSize": len(CODE), "PackageType": "Zip",
        "Timeout": given.get("Timeout", 3), "MemorySize": given.get("MemorySize", 128),
        "Description": given.get("Description", ""),
        "TracingConfig": given.get("TracingConfig", {"Mode": "PassThrough"}),
        "EphemeralStorage": given.get("EphemeralStorage", {"Size": 512}),
        "Architectures": given.get("Architectures", ["x86_64"])}, answer)
    tags = proof.read("ListTags", {"Resource": f"arn:aws:lambda:{world.region}:{world.account}:function:"
                                   f"{answer['FunctionName']}"})
    proof.equal("Tags", given.get("Tags", {}), tags.get("Tags", {}))
    if "CodeSigningConfigArn" in given:
        found = proof.read("GetFunctionCodeSigningConfig", {"FunctionName": given["FunctionName"]})
        proof.equal("CodeSigningConfigArn", given["CodeSigningConfigArn"], found.get("CodeSigningConfigArn"))
    found = proof.read("GetFunctionConfiguration", {"FunctionName": given["FunctionName"]})
    proof.holds("GetFunctionConfiguration", {"State": "Active", "LastUpdateStatus": "Successful"}, found)


declared.undo["CreateFunction"] = lambda world, given, answer: world.ask(
    "DeleteFunction", {"FunctionName": given["FunctionName"]})


@declared.check("UpdateFunctionConfiguration")
def a_function_is_changed(proof, world, given, answer):
    proof.holds("answer", {"State": "Active", "LastUpdateStatus": "InProgress", "Version": "$LATEST",
                           "LastUpdateStatusReasonCode": "Creating"}, answer)


@declared.check("GetFunctionConfiguration")
def a_configuration_is_told(proof, world, given, answer):
    made = world.fixture("function")
    tail = f":{given['Qualifier']}" if "Qualifier" in given else ""
    proof.holds("answer", {
        "FunctionArn": made["FunctionArn"] + tail, "Timeout": 30, "MemorySize": 128, "Runtime": "python3.12",
        "Handler": "index.handler", "State": "Active", "Version": "$LATEST", "CodeSize": len(CODE),
        "Description": world.tag, "LoggingConfig": {
            "LogFormat": "Text", "LogGroup": f"/aws/lambda/{made['FunctionName']}"}}, answer)


@declared.check("GetFunction")
def a_function_is_told(proof, world, given, answer):
    made = world.fixture("function")
    proof.equal("Tags", made["Tags"], answer["Tags"])
    proof.equal("Code.RepositoryType", "S3", answer["Code"]["RepositoryType"])
    proof.true("Code.Location", answer["Code"]["Location"].startswith("http"), "an address", answer["Code"]["Location"])
    tail = f":{given['Qualifier']}" if "Qualifier" in given else ""
    proof.holds("Configuration", {"Description": world.tag, "Timeout": 30, "State": "Active",
                                  "FunctionArn": made["FunctionArn"] + tail}, answer["Configuration"])


@declared.check("ListFunctions")
def functions_are_told(proof, world, given, answer):
    made = world.fixture("function")
    row = next((each for each in answer["Functions"] if each["FunctionName"] == made["FunctionName"]), None)
    if row is not None:
        tail = ":$LATEST" if given.get("FunctionVersion") == "ALL" else ""
        proof.holds("Functions", {"FunctionArn": made["FunctionArn"] + tail, "Version": "$LATEST", "Timeout": 30,
                                  "CodeSha256": made["CodeSha256"], "Description": world.tag}, row)
        proof.true("Functions.State", "State" not in row, "no state in lists", row.get("State"))


@declared.check("UpdateFunctionCode")
def code_is_changed(proof, world, given, answer):
    expected = digest(ANOTHER)
    proof.equal("CodeSha256", expected, answer["CodeSha256"])
    proof.equal("CodeSize", len(ANOTHER), answer["CodeSize"])
    proof.equal("Version", "1" if given.get("Publish") else "$LATEST", answer["Version"])
    if not given.get("Publish"):
        proof.holds("answer", {"State": "Active", "LastUpdateStatus": "InProgress",
                               "LastUpdateStatusReason": "The function is being created.",
                               "LastUpdateStatusReasonCode": "Creating"}, answer)
    found = proof.read("GetFunctionConfiguration", {"FunctionName": given["FunctionName"]})
    proof.equal("CodeSha256 read", expected, found["CodeSha256"])
    proof.equal("Architectures", given.get("Architectures", ["x86_64"]), found["Architectures"])
    proof.equal("answered Architectures", given.get("Architectures", ["x86_64"]), answer["Architectures"])


# Versions and aliases


@declared.check("PublishVersion")
def a_version_is_published(proof, world, given, answer):
    made = world.fixture("function")
    proof.holds("answer", {"Version": "1", "FunctionArn": made["FunctionArn"] + ":1", "State": "Active",
                           "CodeSha256": made["CodeSha256"],
                           "Description": given.get("Description", world.tag)}, answer)
    found = proof.read("GetFunctionConfiguration", {"FunctionName": given["FunctionName"], "Qualifier": "1"})
    proof.equal("Description read", given.get("Description", world.tag), found["Description"])


written(declared, "CreateAlias", "UpdateAlias", read="GetAlias", by=("FunctionName", "Name"))
told(declared, "GetAlias", fixture="aliased", names=("AliasArn",))
gone(declared, "DeleteAlias", read="GetAlias", by=("FunctionName", "Name"), code=NOT_FOUND)
listed(declared, "ListAliases", "Aliases", "aliased", "Alias", "Name", token=PAGES)


@declared.check("CreateAlias", "UpdateAlias", "GetAlias")
def an_alias_is_told(proof, world, given, answer):
    made = world.fixture("version" if "AliasArn" not in given and given["Name"] != "live" else "aliased")
    before = world.tag if given["Name"] == "live" else ""
    proof.holds("answer", {
        "AliasArn": f"{made['FunctionArn']}:{given['Name']}", "Name": given["Name"], "FunctionVersion": made["Version"],
        "Description": given.get("Description", before)}, answer)


@declared.check("ListAliases")
def aliases_are_told(proof, world, given, answer):
    made = world.fixture("aliased")
    proof.holds("Aliases", {"AliasArn": made["AliasArn"], "FunctionVersion": "1", "Description": world.tag},
                (answer["Aliases"] or [{}])[0])


# Permissions


def statement_of(given, resource):
    principal = given["Principal"]
    if principal.isdecimal():
        principal = {"AWS": f"arn:aws:iam::{principal}:root"}
    elif principal != "*":
        principal = {"Service": principal} if principal.endswith(".amazonaws.com") else {"AWS": principal}
    return {"Sid": given["StatementId"], "Effect": "Allow", "Principal": principal, "Action": given["Action"],
            "Resource": resource}


CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn"), "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
}  # fmt: skip


@declared.check("AddPermission")
def a_statement_stands(proof, world, given, answer):
    made = world.fixture("function")
    found = json.loads(answer["Statement"])
    proof.holds("Statement", statement_of(given, made["FunctionArn"]), found)
    for name, (operator, key) in CONDITIONS.items():
        if name in given:
            proof.equal(f"Condition {name}", given[name], found.get("Condition", {}).get(operator, {}).get(key))
    policy = proof.read("GetPolicy", {"FunctionName": given["FunctionName"]})
    proof.true("GetPolicy", found in json.loads(policy["Policy"])["Statement"], "the statement", policy["Policy"])


@declared.check("GetPolicy", "GetResourcePolicy")
def a_policy_is_told(proof, world, given, answer):
    made = world.fixture("permitted")
    policy = json.loads(answer["Policy"])
    proof.holds("Policy", {"Version": "2012-10-17", "Id": "default"}, policy)
    proof.holds("Policy.Statement", {
        "Sid": "s", "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "lambda:InvokeFunction",
        "Resource": made["FunctionArn"]}, policy["Statement"][0])


gone(declared, "RemovePermission", read="GetPolicy", by=BY_NAME, code=NOT_FOUND)
gone(declared, "DeleteResourcePolicy", read="GetResourcePolicy", by=("ResourceArn",), code=NOT_FOUND)


@declared.check("PutResourcePolicy")
def a_policy_stands(proof, world, given, answer):
    found = proof.read("GetResourcePolicy", {"ResourceArn": given["ResourceArn"]})
    proof.equal("RevisionId", answer["RevisionId"], found["RevisionId"])
    for policy in (answer["Policy"], found["Policy"]):
        proof.equal("Policy.Statement", json.loads(given["Policy"])["Statement"], json.loads(policy)["Statement"])


# Concurrency

written(declared, "PutFunctionConcurrency", read="GetFunctionConcurrency", by=BY_NAME)


@declared.check("PutFunctionConcurrency")
def concurrency_is_answered(proof, world, given, answer):
    proof.equal("ReservedConcurrentExecutions", given["ReservedConcurrentExecutions"],
                answer["ReservedConcurrentExecutions"])


@declared.check("GetFunctionConcurrency")
def concurrency_is_told(proof, world, given, answer):
    proof.equal("ReservedConcurrentExecutions", 7, answer["ReservedConcurrentExecutions"])


@declared.check("DeleteFunctionConcurrency")
def concurrency_is_gone(proof, world, given, answer):
    found = proof.read("GetFunctionConcurrency", {"FunctionName": given["FunctionName"]})
    proof.equal("ReservedConcurrentExecutions", None, found.get("ReservedConcurrentExecutions"))


@declared.check("PutProvisionedConcurrencyConfig")
def provisioned_stands(proof, world, given, answer):
    wanted = given["ProvisionedConcurrentExecutions"]
    proof.holds("answer", {
        "RequestedProvisionedConcurrentExecutions": wanted, "AllocatedProvisionedConcurrentExecutions": 0,
        "AvailableProvisionedConcurrentExecutions": 0, "Status": "IN_PROGRESS"}, answer)
    found = proof.read("GetProvisionedConcurrencyConfig", {name: given[name] for name in ("FunctionName", "Qualifier")})
    proof.equal("read", wanted, found["RequestedProvisionedConcurrentExecutions"])


@declared.check("GetProvisionedConcurrencyConfig")
def provisioned_is_told(proof, world, given, answer):
    proof.equal("RequestedProvisionedConcurrentExecutions", 2, answer["RequestedProvisionedConcurrentExecutions"])
    proof.true("Status", answer["Status"] in ("IN_PROGRESS", "READY"), "on its way or there", answer["Status"])


gone(declared, "DeleteProvisionedConcurrencyConfig", read="GetProvisionedConcurrencyConfig",
     by=("FunctionName", "Qualifier"), code="ProvisionedConcurrencyConfigNotFoundException")


@declared.check("ListProvisionedConcurrencyConfigs")
def provisioned_is_listed(proof, world, given, answer):
    made = world.fixture("prepared")
    (row,) = answer["ProvisionedConcurrencyConfigs"]
    proof.holds("ProvisionedConcurrencyConfigs", {
        "FunctionArn": f"{made['FunctionArn']}:1", "RequestedProvisionedConcurrentExecutions": 2}, row)


@declared.check("GetAccountSettings")
def settings_are_told(proof, world, given, answer):
    proof.holds("AccountLimit", {"TotalCodeSize": 80530636800, "CodeSizeUnzipped": 262144000,
                                 "CodeSizeZipped": 52428800}, answer["AccountLimit"])
    limit = answer["AccountLimit"]
    proof.true("UnreservedConcurrentExecutions", 0 < limit["UnreservedConcurrentExecutions"]
               <= limit["ConcurrentExecutions"], "at most the account's", limit)
    proof.true("AccountUsage", answer["AccountUsage"]["FunctionCount"] > 0
               and answer["AccountUsage"]["TotalCodeSize"] >= len(CODE), "what stands", answer["AccountUsage"])


# Asynchronous invocations

written(declared, "PutFunctionEventInvokeConfig", "UpdateFunctionEventInvokeConfig",
        read="GetFunctionEventInvokeConfig", by=("FunctionName", "Qualifier"))


@declared.check("PutFunctionEventInvokeConfig", "UpdateFunctionEventInvokeConfig")
def a_config_is_answered(proof, world, given, answer):
    for name in ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"):
        if name in given:
            proof.holds(name, given[name], answer.get(name))
    proof.true("FunctionArn", answer["FunctionArn"].endswith(f":function:{given['FunctionName']}:$LATEST"),
               "the version's ARN", answer["FunctionArn"])
    proof.true("DestinationConfig", {"OnSuccess", "OnFailure"} <= set(answer["DestinationConfig"]), "both ends",
               answer["DestinationConfig"])


def configured(world):
    return {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 90,
            "FunctionArn": world.fixture("configured")["FunctionArn"] + ":$LATEST"}


@declared.check("UpdateFunctionEventInvokeConfig")
def what_is_not_given_stays(proof, world, given, answer):
    kept = {name: value for name, value in configured(world).items() if name not in given}
    proof.holds("answer", kept, answer)


@declared.check("GetFunctionEventInvokeConfig")
def a_config_is_told(proof, world, given, answer):
    proof.holds("answer", configured(world), answer)
    proof.true("DestinationConfig", answer["DestinationConfig"]["OnFailure"].get("Destination", "").startswith(
        "arn:aws:sqs:"), "a queue", answer["DestinationConfig"])


@declared.check("ListFunctionEventInvokeConfigs")
def configs_are_told(proof, world, given, answer):
    (row,) = answer["FunctionEventInvokeConfigs"]
    proof.holds("FunctionEventInvokeConfigs", configured(world), row)


gone(declared, "DeleteFunctionEventInvokeConfig", read="GetFunctionEventInvokeConfig", by=("FunctionName", "Qualifier"),
     code=NOT_FOUND)


@declared.check("Invoke")
def an_answer_comes(proof, world, given, answer):
    proof.equal("StatusCode", 200, answer["StatusCode"])
    proof.equal("FunctionError", None, answer.get("FunctionError"))
    payload = answer["Payload"].read() if hasattr(answer["Payload"], "read") else answer["Payload"]
    proof.equal("Payload", json.loads(given.get("Payload", b"{}") or b"{}"), json.loads(payload))
    proof.equal("ExecutedVersion", "$LATEST", answer.get("ExecutedVersion"))
    proof.equal("LogResult is there", given.get("LogType") == "Tail", "LogResult" in answer)


@declared.check("InvokeAsync")
def an_event_is_taken(proof, world, given, answer):
    proof.equal("Status", 202, answer["Status"])


# Layers


@declared.check("PublishLayerVersion")
def a_layer_is_published(proof, world, given, answer):
    arn = f"arn:aws:lambda:{world.region}:{world.account}:layer:{given['LayerName'].rpartition(':')[2]}"
    number = answer["Version"]
    wanted = {
        "LayerArn": arn, "LayerVersionArn": f"{arn}:{number}", "Description": given.get("Description", ""),
        **{name: given.get(name, []) for name in ("CompatibleRuntimes", "CompatibleArchitectures")},
        **({"LicenseInfo": given["LicenseInfo"]} if "LicenseInfo" in given else {})}
    found = proof.read("GetLayerVersion", {"LayerName": given["LayerName"], "VersionNumber": number})
    for shown in (answer, found):
        proof.holds("version", wanted, shown)
        proof.holds("Content", {"CodeSha256": digest(CODE), "CodeSize": len(CODE)}, shown["Content"])
    proof.true("Version", number == 1, "the first", number)


def layer(world):
    made = world.fixture("layer")
    return {"LayerVersionArn": made["LayerVersionArn"], "Version": made["Version"], "Description": world.tag,
            "LicenseInfo": "MIT", "CompatibleRuntimes": ["python3.12"], "CompatibleArchitectures": ["x86_64"]}


@declared.check("GetLayerVersion", "GetLayerVersionByArn")
def a_layer_is_told(proof, world, given, answer):
    made = world.fixture("layer")
    proof.holds("answer", {**layer(world), "LayerArn": made["LayerArn"]}, answer)
    proof.holds("Content", {"CodeSha256": made["CodeSha256"], "CodeSize": len(CODE)}, answer["Content"])


@declared.check("ListLayerVersions")
def versions_of_layers_are_told(proof, world, given, answer):
    proof.holds("LayerVersions", layer(world), (answer["LayerVersions"] or [{}])[0])


@declared.check("ListLayers")
def layers_are_told(proof, world, given, answer):
    made = world.fixture("layer")
    row = next((each for each in answer["Layers"] if each["LayerName"] == made["LayerName"]), {})
    proof.holds("Layers", {"LayerArn": made["LayerArn"]}, row)
    proof.holds("Layers.LatestMatchingVersion", layer(world), row.get("LatestMatchingVersion"))


gone(declared, "DeleteLayerVersion", read="GetLayerVersion", by=("LayerName", "VersionNumber"), code=NOT_FOUND)
gone(declared, "RemoveLayerVersionPermission", read="GetLayerVersionPolicy", by=("LayerName", "VersionNumber"),
     code=NOT_FOUND)


@declared.check("AddLayerVersionPermission")
def a_layer_is_shared(proof, world, given, answer):
    found = json.loads(answer["Statement"])
    proof.holds("Statement", statement_of(given, world.fixture("layer")["LayerVersionArn"]), found)
    if "OrganizationId" in given:
        proof.equal("Condition", {"StringEquals": {"aws:PrincipalOrgID": given["OrganizationId"]}}, found["Condition"])
    policy = proof.read("GetLayerVersionPolicy", {name: given[name] for name in ("LayerName", "VersionNumber")})
    proof.equal("RevisionId", answer["RevisionId"], policy["RevisionId"])
    proof.true("Policy", found in json.loads(policy["Policy"])["Statement"], "the statement", policy["Policy"])


@declared.check("GetLayerVersionPolicy")
def a_layers_policy_is_told(proof, world, given, answer):
    proof.holds("Policy", {"Sid": "s", "Principal": "*", "Action": "lambda:GetLayerVersion",
                           "Resource": world.fixture("layer")["LayerVersionArn"]},
                json.loads(answer["Policy"])["Statement"][0])


# Addresses

written(declared, "CreateFunctionUrlConfig", "UpdateFunctionUrlConfig", read="GetFunctionUrlConfig", by=BY_NAME)


@declared.check("CreateFunctionUrlConfig", "UpdateFunctionUrlConfig")
def an_address_is_answered(proof, world, given, answer):
    for name in ("AuthType", "Cors", "InvokeMode"):
        if name in given:
            proof.holds(name, given[name], answer.get(name))
    proof.true("FunctionArn", answer["FunctionArn"].endswith(f":function:{given['FunctionName']}"), "the function's",
               answer["FunctionArn"])
    proof.true("FunctionUrl", ".lambda-url." in answer["FunctionUrl"] and answer["FunctionUrl"].endswith("/"),
               "an address", answer["FunctionUrl"])
    found = proof.read("GetFunctionUrlConfig", {"FunctionName": given["FunctionName"]})
    proof.equal("FunctionUrl read", answer["FunctionUrl"], found["FunctionUrl"])


def address(world):
    made = world.fixture("addressed")
    return {"FunctionUrl": made["FunctionUrl"], "FunctionArn": made["FunctionArn"], "AuthType": "NONE",
            "Cors": {"AllowOrigins": ["*"]}, "InvokeMode": "BUFFERED"}


@declared.check("GetFunctionUrlConfig")
def an_address_is_told(proof, world, given, answer):
    proof.holds("answer", address(world), answer)


@declared.check("ListFunctionUrlConfigs")
def addresses_are_told(proof, world, given, answer):
    (row,) = answer["FunctionUrlConfigs"]
    proof.holds("FunctionUrlConfigs", address(world), row)


gone(declared, "DeleteFunctionUrlConfig", read="GetFunctionUrlConfig", by=BY_NAME, code=NOT_FOUND)

# Code signing

written(declared, "CreateCodeSigningConfig", read="GetCodeSigningConfig", at="CodeSigningConfig",
        by={"CodeSigningConfigArn": "answer.CodeSigningConfig.CodeSigningConfigArn"})
written(declared, "UpdateCodeSigningConfig", read="GetCodeSigningConfig", at="CodeSigningConfig",
        by=("CodeSigningConfigArn",))


@declared.check("CreateCodeSigningConfig", "UpdateCodeSigningConfig")
def a_signing_is_answered(proof, world, given, answer):
    found = answer["CodeSigningConfig"]
    for name in ("Description", "AllowedPublishers", "CodeSigningPolicies"):
        if name in given:
            proof.holds(name, given[name], found[name])
    if "CodeSigningConfigArn" in given:
        proof.equal("CodeSigningConfigArn", given["CodeSigningConfigArn"], found["CodeSigningConfigArn"])
        proof.equal("Description", given.get("Description", world.tag), found["Description"])
        publishers = given.get("AllowedPublishers", {}).get("SigningProfileVersionArns", [PROFILE])
        proof.equal("AllowedPublishers", publishers, found["AllowedPublishers"]["SigningProfileVersionArns"])
    policy = given.get("CodeSigningPolicies", {}).get("UntrustedArtifactOnDeployment", "Warn")
    proof.equal("policy", policy, found["CodeSigningPolicies"]["UntrustedArtifactOnDeployment"])
    proof.true("CodeSigningConfigArn", found["CodeSigningConfigArn"].endswith(
        f":code-signing-config:{found['CodeSigningConfigId']}"), "names the id", found["CodeSigningConfigArn"])


told(declared, "GetCodeSigningConfig", fixture="signing", names=("CodeSigningConfigArn", "CodeSigningConfigId"),
     at="CodeSigningConfig")
listed(declared, "ListCodeSigningConfigs", "CodeSigningConfigs", "signing", "CodeSigningConfigArn",
       "CodeSigningConfigArn", token=PAGES)
gone(declared, "DeleteCodeSigningConfig", read="GetCodeSigningConfig", by=("CodeSigningConfigArn",), code=NOT_FOUND)


@declared.check("GetCodeSigningConfig")
def a_signing_is_told(proof, world, given, answer):
    found = answer["CodeSigningConfig"]
    proof.holds("CodeSigningConfig", {"Description": world.tag, "CodeSigningPolicies": {
        "UntrustedArtifactOnDeployment": "Warn"}}, found)
    proof.equal("publishers", 1, len(found["AllowedPublishers"]["SigningProfileVersionArns"]))


@declared.check("ListCodeSigningConfigs")
def signings_are_told(proof, world, given, answer):
    arn = world.fixture("signing")["CodeSigningConfigArn"]
    row = next((each for each in answer["CodeSigningConfigs"] if each["CodeSigningConfigArn"] == arn), None)
    if row is not None:
        proof.equal("CodeSigningConfigs.Description", world.tag, row["Description"])


@declared.check("ListFunctionsByCodeSigningConfig")
def functions_are_bound(proof, world, given, answer):
    proof.equal("FunctionArns", [world.fixture("signed")["FunctionArn"]], answer["FunctionArns"])
    other = proof.read("ListFunctionsByCodeSigningConfig", {
        "CodeSigningConfigArn": world.fixture("signing")["CodeSigningConfigArn"]})
    proof.equal("FunctionArns of another", [], other["FunctionArns"])


@declared.check("PutFunctionCodeSigningConfig")
def a_function_is_bound(proof, world, given, answer):
    wanted = {name: given[name] for name in ("CodeSigningConfigArn", "FunctionName")}
    proof.holds("answer", wanted, answer)
    proof.holds("read", wanted, proof.read("GetFunctionCodeSigningConfig", {"FunctionName": given["FunctionName"]}))
    found = proof.read("ListFunctionsByCodeSigningConfig", {"CodeSigningConfigArn": given["CodeSigningConfigArn"]})
    proof.true("bound", any(each.endswith(f":{given['FunctionName']}") for each in found["FunctionArns"]),
               given["FunctionName"], found)


told(declared, "GetFunctionCodeSigningConfig", fixture="signed", names=("CodeSigningConfigArn", "FunctionName"))


@declared.check("DeleteFunctionCodeSigningConfig")
def a_function_is_free(proof, world, given, answer):
    found = proof.read("GetFunctionCodeSigningConfig", {"FunctionName": given["FunctionName"]})
    proof.true("CodeSigningConfigArn", not found.get("CodeSigningConfigArn"), "none", found)


# Capacity providers

written(declared, "CreateCapacityProvider", "UpdateCapacityProvider", read="GetCapacityProvider",
        at="CapacityProvider", by=("CapacityProviderName",))


@declared.check("CreateCapacityProvider", "UpdateCapacityProvider")
def a_provider_is_answered(proof, world, given, answer):
    found = answer["CapacityProvider"]
    for name, value in given.items():
        if name in found:
            proof.holds(name, value, found[name])
    proof.true("CapacityProviderArn", found["CapacityProviderArn"].endswith(
        f":capacity-provider:{given['CapacityProviderName'].rpartition(':')[2]}"), "its ARN",
        found["CapacityProviderArn"])
    tags = proof.read("ListTags", {"Resource": found["CapacityProviderArn"]})
    proof.equal("Tags", given.get("Tags", {}), tags.get("Tags", {}))


told(declared, "GetCapacityProvider", "DeleteCapacityProvider", fixture="provider", names=("CapacityProviderArn",),
     at="CapacityProvider")
gone(declared, "DeleteCapacityProvider", read="GetCapacityProvider", by=("CapacityProviderName",), code=NOT_FOUND)


@declared.check("GetCapacityProvider", "DeleteCapacityProvider")
def a_provider_is_told(proof, world, given, answer):
    found = answer["CapacityProvider"]
    proof.holds("VpcConfig", {"SubnetIds": ["subnet-1a2b3c4d"]}, found["VpcConfig"])
    proof.true("State", found["State"] in ("Active", "Pending", "Deleting"), "one of a provider's", found["State"])


@declared.check("ListCapacityProviders")
def providers_are_told(proof, world, given, answer):
    arn = world.fixture("provider")["CapacityProviderArn"]
    rows = {each["CapacityProviderArn"]: each for each in answer["CapacityProviders"]}
    proof.holds("CapacityProviders", {"State": "Active"}, rows.get(arn))


@declared.check("ListFunctionVersionsByCapacityProvider")
def versions_are_bound(proof, world, given, answer):
    made = world.fixture("used")
    proof.equal("CapacityProviderArn", made["CapacityProviderArn"], answer["CapacityProviderArn"])
    wanted = [{"FunctionArn": made["FunctionArn"] + ":$LATEST", "State": "Active"}]
    proof.equal("FunctionVersions", wanted, answer["FunctionVersions"])


# Management

written(declared, "PutFunctionRecursionConfig", read="GetFunctionRecursionConfig", by=BY_NAME)
written(declared, "PutRuntimeManagementConfig", read="GetRuntimeManagementConfig", by=("FunctionName", "Qualifier"))


@declared.check("PutFunctionRecursionConfig")
def recursion_is_answered(proof, world, given, answer):
    proof.equal("RecursiveLoop", given["RecursiveLoop"], answer["RecursiveLoop"])


@declared.check("PutRuntimeManagementConfig")
def management_is_answered(proof, world, given, answer):
    wanted = {name: given[name] for name in ("UpdateRuntimeOn", "RuntimeVersionArn") if name in given}
    proof.holds("answer", wanted, answer)
    proof.true("FunctionArn", answer["FunctionArn"].endswith(f":{given['FunctionName']}:$LATEST"), "the version's",
               answer["FunctionArn"])


@declared.check("GetFunctionRecursionConfig")
def recursion_is_told(proof, world, given, answer):
    proof.equal("RecursiveLoop", "Allow", answer["RecursiveLoop"])
    other = proof.read("GetFunctionRecursionConfig", {"FunctionName": world.fixture("function")["FunctionName"]})
    proof.equal("RecursiveLoop of another", "Terminate", other["RecursiveLoop"])


@declared.check("GetRuntimeManagementConfig")
def management_is_told(proof, world, given, answer):
    proof.holds("answer", {"UpdateRuntimeOn": "FunctionUpdate",
                           "FunctionArn": world.fixture("managed")["FunctionArn"] + ":$LATEST"}, answer)


@declared.check("PutFunctionScalingConfig")
def scaling_stands(proof, world, given, answer):
    proof.equal("FunctionState", "Active", answer["FunctionState"])
    where = {name: given[name] for name in ("FunctionName", "Qualifier")}
    found = proof.read("GetFunctionScalingConfig", where)
    proof.equal("RequestedFunctionScalingConfig", given.get("FunctionScalingConfig", {}),
                found["RequestedFunctionScalingConfig"])


@declared.check("GetFunctionScalingConfig")
def scaling_is_told(proof, world, given, answer):
    made = world.fixture("scaled")
    wanted = {"MinExecutionEnvironments": 1, "MaxExecutionEnvironments": 5}
    proof.holds("answer", {"FunctionArn": f"{made['FunctionArn']}:1", "AppliedFunctionScalingConfig": wanted,
                           "RequestedFunctionScalingConfig": wanted}, answer)


tagged(declared, "TagResource", "UntagResource", "ListTags", {"Resource": "Resource"}, "function")

# Event source mappings

written(declared, "CreateEventSourceMapping", read="GetEventSourceMapping", by={"UUID": "answer.UUID"})
written(declared, "UpdateEventSourceMapping", read="GetEventSourceMapping", by=("UUID",))
declared.undo["CreateEventSourceMapping"] = lambda world, given, answer: world.ask(
    "DeleteEventSourceMapping", {"UUID": answer["UUID"]})
MOVES = {True: "Enabling", False: "Updating"}


@declared.check("CreateEventSourceMapping", "UpdateEventSourceMapping")
def a_mapping_is_answered(proof, world, given, answer):
    for name, value in given.items():
        if name not in ("FunctionName", "Enabled", "Tags"):
            proof.holds(name, value, answer.get(name))
    proof.true("FunctionArn", answer["FunctionArn"].startswith("arn:aws:lambda:"), "an ARN", answer["FunctionArn"])
    if "FunctionName" in given:
        proof.true("FunctionArn", answer["FunctionArn"].endswith(given["FunctionName"].rpartition(":")[2]),
                   given["FunctionName"], answer["FunctionArn"])
    proof.true("EventSourceMappingArn", answer["EventSourceMappingArn"].endswith(
        f":event-source-mapping:{answer['UUID']}"), "names the UUID", answer["EventSourceMappingArn"])
    proof.equal("StateTransitionReason", "USER_INITIATED", answer["StateTransitionReason"])


@declared.check("CreateEventSourceMapping")
def a_mapping_is_made(proof, world, given, answer):
    proof.equal("State", "Creating" if given.get("Enabled", True) else "Disabled", answer["State"])
    proof.equal("BatchSize", given.get("BatchSize", 10), answer["BatchSize"])
    tags = proof.read("ListTags", {"Resource": answer["EventSourceMappingArn"]})
    proof.equal("Tags", given.get("Tags", {}), tags.get("Tags", {}))


@declared.check("UpdateEventSourceMapping")
def a_mapping_is_changed(proof, world, given, answer):
    proof.equal("State", MOVES[given.get("Enabled", False)], answer["State"])
    proof.equal("BatchSize", given.get("BatchSize", 7), answer["BatchSize"])


def mapping_told(operation, state):
    """The operation tells of the mapping as it was made, in that state."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        made = world.fixture("mapping")
        proof.holds("answer", {
            "UUID": made["UUID"], "EventSourceArn": made["EventSourceArn"], "FunctionArn": made["FunctionArn"],
            "BatchSize": 7, "State": state, "MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": [],
            "EventSourceMappingArn": made["EventSourceMappingArn"], "StateTransitionReason": "USER_INITIATED"}, answer)


mapping_told("GetEventSourceMapping", "Disabled")
mapping_told("DeleteEventSourceMapping", "Deleting")


gone(declared, "DeleteEventSourceMapping", read="GetEventSourceMapping", by=("UUID",), code=NOT_FOUND)


@declared.check("ListEventSourceMappings")
def mappings_are_told(proof, world, given, answer):
    made = world.fixture("mapping")
    row = next((each for each in answer["EventSourceMappings"] if each["UUID"] == made["UUID"]), None)
    proof.holds("EventSourceMappings", {"EventSourceArn": made["EventSourceArn"], "BatchSize": 7, "State": "Disabled",
                                        "FunctionArn": made["FunctionArn"]}, row)


# Durable executions


@declared.check("GetDurableExecution")
def an_execution_is_told(proof, world, given, answer):
    made = world.fixture("execution")
    proof.holds("answer", {
        "DurableExecutionArn": made["DurableExecutionArn"], "DurableExecutionName": made["Name"], "Status": "RUNNING",
        "FunctionArn": made["FunctionArn"] + ":$LATEST", "Version": "$LATEST",
        "DurableConfig": {"ExecutionTimeout": 3600}}, answer)
    shown = given.get("IncludeExecutionData", True)
    proof.equal("ExecutionDataIncluded", shown, answer["ExecutionDataIncluded"])
    proof.equal("InputPayload", json.dumps({"tag": world.tag}) if shown else None, answer.get("InputPayload"))


@declared.check("ListDurableExecutionsByFunction")
def executions_are_told(proof, world, given, answer):
    made = world.fixture("execution")
    rows = {each["DurableExecutionArn"]: each for each in answer["DurableExecutions"]}
    proof.holds("DurableExecutions", {"DurableExecutionName": made["Name"], "Status": "RUNNING",
                                      "FunctionArn": made["FunctionArn"] + ":$LATEST"},
                rows.get(made["DurableExecutionArn"]))


@declared.check("GetDurableExecutionHistory")
def a_history_is_told(proof, world, given, answer):
    numbers = [each["EventId"] for each in answer["Events"]]
    proof.equal("order", sorted(numbers, reverse=bool(given.get("ReverseOrder"))), numbers)
    if given.get("MaxItems") == 1:
        proof.equal("Events", 1, len(numbers))
        return
    started = next(each for each in answer["Events"] if each["EventType"] == "ExecutionStarted")
    proof.equal("ExecutionTimeout", 3600, started["ExecutionStartedDetails"]["ExecutionTimeout"])
    payload = json.dumps({"tag": world.tag}) if given.get("IncludeExecutionData") else None
    proof.equal("Input", payload, started["ExecutionStartedDetails"]["Input"].get("Payload"))
    proof.true("InvocationCompleted", any(each["EventType"] == "InvocationCompleted" for each in answer["Events"]),
               "its invocation", answer["Events"])


def in_state(operation, *states):
    """After the operation the execution is in one of these states."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        found = proof.read("GetDurableExecution", {"DurableExecutionArn": given["DurableExecutionArn"]})
        proof.true("Status", found["Status"] in states, states, found["Status"])
        if "Reason" in given and operation == "PauseDurableExecution":
            proof.equal("Reason", given["Reason"], found["PauseDetails"].get("Reason"))
        if "Error" in given:
            proof.holds("Error", given["Error"], found.get("Error"))


in_state("StopDurableExecution", "STOPPED")
in_state("PauseDurableExecution", "PAUSED", "PAUSING")
in_state("ResumeDurableExecution", "RUNNING")
gone(declared, "DeleteDurableExecution", read="GetDurableExecution", by=("DurableExecutionArn",), code=NOT_FOUND)


STATES = {"START": "STARTED", "SUCCEED": "SUCCEEDED", "FAIL": "FAILED", "RETRY": "PENDING"}


@declared.check("CheckpointDurableExecution")
def a_checkpoint_stands(proof, world, given, answer):
    updates = given.get("Updates", [])
    found = answer["NewExecutionState"]["Operations"]
    proof.equal("Operations", [each["Id"] for each in updates], [each["Id"] for each in found])
    proof.true("CheckpointToken", answer["CheckpointToken"] != given["CheckpointToken"], "a new one",
               answer["CheckpointToken"])
    state = proof.read("GetDurableExecutionState", {
        "DurableExecutionArn": given["DurableExecutionArn"], "CheckpointToken": answer["CheckpointToken"]})
    stored = {each["Id"]: each for each in state["Operations"]}
    for update, told_ in zip(updates, found, strict=False):
        wanted = {"Type": update["Type"], "Status": STATES[update["Action"]]}
        wanted |= {name: update[name] for name in ("Name", "ParentId") if name in update}
        proof.holds("Operations", wanted, told_)
        proof.holds("stored", wanted, stored.get(update["Id"]))
        if "Payload" in update:
            proof.equal("Result", update["Payload"], told_["StepDetails"].get("Result"))
        if "Error" in update:
            proof.holds("Error", update["Error"], told_["StepDetails"].get("Error"))
        proof.equal("WaitDetails", "WaitOptions" in update, "ScheduledEndTimestamp" in told_.get("WaitDetails", {}))


@declared.check("GetDurableExecutionState")
def a_state_is_told(proof, world, given, answer):
    made = world.fixture("suspended")
    first, *others = answer["Operations"]
    proof.holds("Operations", {"Type": "EXECUTION", "Status": "STARTED", "ExecutionDetails": {"InputPayload": "{}"}},
                first)
    if given.get("MaxItems", 1000) != 1:
        proof.holds("callback", [{"Id": "callback", "Type": "CALLBACK", "Status": "STARTED", "Name": "a callback",
                                  "CallbackDetails": {"CallbackId": made["CallbackId"]}}], others)


def called_back(operation, kind):
    """The execution's history tells how the callback ended."""

    @declared.check(operation)
    def check(proof, world, given, answer):
        arn = world.fixture("suspended")["DurableExecutionArn"]
        events = proof.read("GetDurableExecutionHistory", {"DurableExecutionArn": arn, "IncludeExecutionData": True})
        found = next((each for each in events["Events"] if each["EventType"] == kind), None)
        proof.true(kind, found is not None, "an event", [each["EventType"] for each in events["Events"]])
        if found and "Result" in given:
            proof.equal("Result", given["Result"].decode(), found["CallbackSucceededDetails"]["Result"].get("Payload"))
        if found and "Error" in given:
            proof.holds("Error", given["Error"], found["CallbackFailedDetails"]["Error"].get("Payload"))


called_back("SendDurableExecutionCallbackSuccess", "CallbackSucceeded")
called_back("SendDurableExecutionCallbackFailure", "CallbackFailed")
called_back("SendDurableExecutionCallbackHeartbeat", "CallbackStarted")
