"""Secrets Manager: secrets, versions, labels. https://docs.aws.amazon.com/secretsmanager/latest/apireference/"""

import json
import string

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

THERE = "eu-west-1"
VALUE = "a value"
LABEL = "mine"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]})
KINDS = {"ExcludeLowercase": string.ascii_lowercase, "ExcludeUppercase": string.ascii_uppercase,
         "ExcludeNumbers": string.digits, "ExcludePunctuation": string.punctuation}
ROTATES = Leave("needs a rotation function of Lambda")
PARTNER = Leave("for external secrets that a partner manages")
ACROSS = Leave("for replicas in another account")

declared = Declared("secretsmanager", {
    "SecretId": Ref("secret", "ARN"),
    "CreateSecret.Name": Unique("secret"),
    "ClientRequestToken": Unique("0123456789abcdef0123456789abcdef"),
    "SecretString": Samples(VALUE, "x" * 65536, "ü日本"), "SecretBinary": Samples(b"\x00\xff", b"x" * 65536),
    "KmsKeyId": Ref("kms key", "Arn", must=False),
    "Description": Samples("what it is", "", "x" * 2048),
    "Tags": Samples([{"Key": "a", "Value": "1"}], [{"Key": "k", "Value": ""}]), "TagKeys": Samples(["k"], ["k", "no"]),
    "AddReplicaRegions": Samples([{"Region": THERE}]), "ForceOverwriteReplicaSecret": Samples(False, True),
    "RemoveReplicaRegions": Samples([THERE]), "Type": PARTNER, "CrossAccountPrimaryARN": ACROSS,
    "RemoveRegionsFromReplication.SecretId": Ref("replicated", "ARN"),
    "StopReplicationToReplica.SecretId": Ref("replicated", "ARN"),
    "VersionId": Ref("secret", "VersionId", must=False), "GetSecretValue.VersionStage": Samples("AWSCURRENT"),
    "UpdateSecretVersionStage.VersionStage": Samples(LABEL),
    "MoveToVersionId": Ref("secret", "VersionId", must=False), "RemoveFromVersionId": Leave("moves; a probe moves"),
    "VersionStages": Samples(["AWSCURRENT"], [LABEL], ["AWSPENDING", "other"]),
    "RotationToken": ROTATES, "RotationLambdaARN": ROTATES,
    "RecoveryWindowInDays": Samples(7, 30), "ForceDeleteWithoutRecovery": Samples(False, True),
    "RestoreSecret.SecretId": Ref("leaving", "ARN"),
    "ResourcePolicy": Samples(POLICY), "PolicyName": Samples("default"), "BlockPublicPolicy": Samples(False, True),
    "Filters": Samples([{"Key": "name", "Values": ["fixture"]}], [{"Key": "tag-key", "Values": ["k"]}]),
    "SecretIdList": Ref("secret", "List", must=False), "MaxResults": Samples(1, 20),
    "NextToken": Leave("a token comes from an answer; checks follow pages"),
    "PasswordLength": Samples(32, 4, 4096), "ExcludeCharacters": Samples("abc!", ""),
})  # fmt: skip
declared.hints.always.update(
    CreateSecret=("ClientRequestToken",), UpdateSecret=("ClientRequestToken",),
    PutSecretValue=("ClientRequestToken", "SecretString"), UpdateSecretVersionStage=("MoveToVersionId",),
)
declared.before.update(ListSecrets=("secret",))
declared.left_out.update({
    "RotateSecret": "needs a rotation function of Lambda; probes try what AWS refuses",
    "CancelRotateSecret": "needs a secret that a function of Lambda rotates",
    "AssociateCrossAccountReplica": "needs a replica in a second account",
    "DisassociateCrossAccountReplica": "needs a replica in a second account",
})  # fmt: skip

# What AWS would refuse, made right


@declared.rule("CreateSecret", "UpdateSecret", "PutSecretValue")
def one_value(given):
    valid = isinstance(given.get("SecretBinary"), bytes) and 0 < len(given["SecretBinary"]) <= 65536
    made = {name: value for name, value in given.items() if name != "SecretBinary" or "SecretString" not in given
            or not valid}
    if "VersionStages" in made and not {"SecretString", "SecretBinary"} & made.keys():
        made["SecretString"] = VALUE
    return made


@declared.rule("DeleteSecret")
def one_deletion(given):
    if given.get("ForceDeleteWithoutRecovery") is True and given.get("RecoveryWindowInDays", 7) in (7, 30):
        return {name: value for name, value in given.items() if name != "RecoveryWindowInDays"}
    return given


@declared.rule("BatchGetSecretValue")
def one_choice(given):
    if "SecretIdList" in given:
        return {"SecretIdList": given["SecretIdList"]}
    return {"Filters": [{"Key": "name", "Values": ["fixture"]}], **given}


@declared.rule("GetRandomPassword")
def something_is_left(given):
    excluded = [name for name in KINDS if given.get(name) is True]
    return {name: value for name, value in given.items() if name != excluded[-1]} if len(excluded) == 4 else given


# Fixtures

NO_SECRET = Error("ResourceNotFoundException", 400, "Secrets Manager can't find the specified secret.")


def absent(world):
    name = f"absent{world.tag}"
    return {"ARN": f"arn:aws:secretsmanager:{world.region}:{world.account}:secret:{name}-abcdef", "Name": name}


def drop(world, fields):
    world.ask("DeleteSecret", {"SecretId": fields["ARN"], "ForceDeleteWithoutRecovery": True})


def create(world, **given):
    return world.ask("CreateSecret", {
        "Name": world.unique("fixture"), "SecretString": VALUE, "Description": world.tag,
        "Tags": [{"Key": "k", "Value": "v"}], **given})


@declared.fixture("secret", drop, absent, NO_SECRET)
def secret(world):
    world.unknown("DescribeSecret", {"SecretId": absent(world)["Name"]})
    made = create(world)
    return {**made, "List": [made["ARN"]]}


@declared.fixture("replicated", None, absent, NO_SECRET)
def replicated(world):
    return create(world, AddReplicaRegions=[{"Region": THERE}])


declared.left_out["StopReplicationToReplica"] = "is called in the replica's region; a probe does"


@declared.fixture("leaving", None, absent, NO_SECRET)
def leaving(world):
    made = create(world)
    world.ask("DeleteSecret", {"SecretId": made["ARN"]})
    return made


@declared.fixture("kms key")
def kms_key(world):
    return world.ask("CreateKey", {}, "kms")["KeyMetadata"]


# Checks


def value_of(found):
    return found.get("SecretString", found.get("SecretBinary"))


@declared.check("CreateSecret", "UpdateSecret", "PutSecretValue")
def secret_stands(proof, world, given, answer):
    arn, wanted = answer["ARN"], given.get("SecretString", given.get("SecretBinary"))
    if wanted is not None:
        found = proof.read("GetSecretValue", {"SecretId": arn, "VersionId": answer["VersionId"]})
        proof.equal("value", wanted, value_of(found))
        proof.equal("VersionId", given["ClientRequestToken"], answer["VersionId"])
        proof.equal("VersionStages", sorted(given.get("VersionStages", ["AWSCURRENT"])), found.get("VersionStages"))
    found = proof.read("DescribeSecret", {"SecretId": arn})
    if given.get("Description"):
        proof.equal("Description", given["Description"], found.get("Description"))
    if "KmsKeyId" in given:
        proof.equal("KmsKeyId", given["KmsKeyId"], found.get("KmsKeyId"))
    if "Name" in given:
        proof.equal("Name", given["Name"], found.get("Name"))
        proof.equal("Tags", given.get("Tags"), found.get("Tags"))
    if "AddReplicaRegions" in given:
        proof.equal("regions", [THERE], [each["Region"] for each in found.get("ReplicationStatus", [])])


declared.undo["CreateSecret"] = lambda world, given, answer: drop(world, answer)


@declared.check("GetSecretValue")
def value_told(proof, world, given, answer):
    made = world.fixture("secret")
    proof.holds("answer", {"ARN": made["ARN"], "Name": made["Name"], "VersionId": made["VersionId"],
                           "SecretString": VALUE, "VersionStages": ["AWSCURRENT"]}, answer)


@declared.check("BatchGetSecretValue")
def values_told(proof, world, given, answer):
    made = world.fixture("secret") if "SecretIdList" in given else None
    if made:
        proof.equal("value", [VALUE], [each["SecretString"] for each in answer["SecretValues"]])
        proof.equal("Errors", [], answer.get("Errors", []))
    else:
        proof.true("SecretValues", isinstance(answer.get("SecretValues"), list), "a list")


@declared.check("DescribeSecret")
def secret_told(proof, world, given, answer):
    made = world.fixture("secret")
    proof.holds("answer", {"ARN": made["ARN"], "Name": made["Name"], "Description": world.tag,
                           "Tags": [{"Key": "k", "Value": "v"}],
                           "VersionIdsToStages": {made["VersionId"]: ["AWSCURRENT"]}}, answer)
    proof.present("CreatedDate", "LastChangedDate")


@declared.check("ListSecrets")
def secrets_listed(proof, world, given, answer):
    made = world.fixture("secret")
    proof.holds("SecretList[0]", {"ARN": made["ARN"], "Description": world.tag,
                                  "SecretVersionsToStages": {made["VersionId"]: ["AWSCURRENT"]}},
                answer["SecretList"][0] if answer["SecretList"] else None)
    if "MaxResults" in given:
        proof.pages("ListSecrets", given, "SecretList", ("NextToken", "NextToken"), "Name")


@declared.check("ListSecretVersionIds")
def versions_listed(proof, world, given, answer):
    made = world.fixture("secret")
    proof.holds("Versions", [{"VersionId": made["VersionId"], "VersionStages": ["AWSCURRENT"],
                              "KmsKeyIds": ["DefaultEncryptionKey"]}], answer["Versions"])


@declared.check("UpdateSecretVersionStage")
def label_stands(proof, world, given, answer):
    found = proof.read("GetSecretValue", {"SecretId": given["SecretId"], "VersionStage": given["VersionStage"]})
    proof.equal("VersionId", given["MoveToVersionId"], found.get("VersionId"))


@declared.check("DeleteSecret")
def secret_leaves(proof, world, given, answer):
    proof.refused("GetSecretValue", {"SecretId": given["SecretId"]}, "InvalidRequestException",
                  "ResourceNotFoundException")
    proof.equal("ARN", world.fixture("secret")["ARN"], answer["ARN"])


@declared.check("RestoreSecret")
def secret_is_back(proof, world, given, answer):
    proof.equal("value", VALUE, value_of(proof.read("GetSecretValue", {"SecretId": given["SecretId"]})))


@declared.check("TagResource", "UntagResource")
def tags_stand(proof, world, given, answer):
    found = proof.read("DescribeSecret", {"SecretId": given["SecretId"]}).get("Tags", [])
    wanted = {"k": "v"} | {each["Key"]: each["Value"] for each in given.get("Tags", [])}
    for name in given.get("TagKeys", []):
        wanted.pop(name, None)
    proof.equal("Tags", wanted, {each["Key"]: each["Value"] for each in found})


@declared.check("PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy", "ListResourcePolicies")
def policy_stands(proof, world, given, answer):
    found = proof.read("GetResourcePolicy", {"SecretId": given["SecretId"]}).get("ResourcePolicy")
    proof.equal("ResourcePolicy", given.get("ResourcePolicy"), found)
    listed = proof.read("ListResourcePolicies", {"SecretId": given["SecretId"]}).get("ResourcePolicies")
    proof.equal("ResourcePolicies", [{"PolicyName": "default"}] if found else [], listed)


@declared.check("ValidateResourcePolicy")
def policy_passes(proof, world, given, answer):
    proof.equal("PolicyValidationPassed", True, answer["PolicyValidationPassed"])
    proof.equal("ValidationErrors", [], answer.get("ValidationErrors", []))


@declared.check("ReplicateSecretToRegions", "RemoveRegionsFromReplication")
def regions_stand(proof, world, given, answer):
    found = proof.read("DescribeSecret", {"SecretId": given["SecretId"]})
    wanted = [THERE] if "AddReplicaRegions" in given else []
    proof.equal("regions", wanted, [each["Region"] for each in found.get("ReplicationStatus", [])])


@declared.check("GetRandomPassword")
def password_fits(proof, world, given, answer):
    password = answer["RandomPassword"]
    proof.equal("length", given.get("PasswordLength", 32), len(password))
    banned = "".join(KINDS[name] for name in KINDS if given.get(name)) + given.get("ExcludeCharacters", "")
    proof.equal("excluded characters", set(), set(password) & set(banned))
