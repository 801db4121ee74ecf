"""What the variants of Secrets Manager are made from: values, secrets, replicas, policies."""

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
    **{f"{operation}.SecretId": Ref("guarded", "ARN") for operation in (
        "GetResourcePolicy", "DeleteResourcePolicy", "ListResourcePolicies")},
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
declared.before.update(ListSecrets=("secret",), BatchGetSecretValue=("secret",))
declared.looking.update(("BatchGetSecretValue", "ValidateResourcePolicy"))
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


@declared.fixture("guarded", drop, absent, NO_SECRET)
def guarded(world):
    """One with a policy."""
    made = create(world)
    world.ask("PutResourcePolicy", {"SecretId": made["ARN"], "ResourcePolicy": POLICY})
    return made
