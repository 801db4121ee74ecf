"""What calls of functions, their versions, permissions, concurrency and management must prove."""

import json
from base64 import b64encode
from hashlib import sha256

from conformance.services.lambda_.fixtures import NOT_FOUND, declared
from conformance.services.lambda_.hints import ANOTHER, CODE
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
