"""What proves that a call to Secrets Manager did its work: values, labels, replicas, policies as told afterwards."""

import json

from conformance.services.secretsmanager.fixtures import KINDS, POLICY, THERE, VALUE, declared, drop


def same(value):
    """A check that an answer names the fixture's secret."""

    def check(proof, world, given, answer):
        made = world.fixture(value)
        proof.holds("answer", {"ARN": made["ARN"], "Name": made["Name"]}, answer)

    return check


NAMED = {
    "secret": ("UpdateSecret", "PutSecretValue", "GetSecretValue", "DescribeSecret", "ListSecretVersionIds",
               "UpdateSecretVersionStage", "DeleteSecret", "PutResourcePolicy"),
    "leaving": ("RestoreSecret",), "guarded": ("GetResourcePolicy", "DeleteResourcePolicy"),
}  # fmt: skip
for fixture_, operations_ in NAMED.items():
    declared.check(*operations_)(same(fixture_))


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
        if "VersionStages" in given or "VersionStages" in answer:
            proof.equal("VersionStages", found.get("VersionStages"), sorted(answer.get("VersionStages", [])))
    found = proof.read("DescribeSecret", {"SecretId": arn})
    if given.get("Description"):
        proof.equal("Description", given["Description"], found.get("Description"))
    if "KmsKeyId" in given:
        proof.equal("KmsKeyId", given["KmsKeyId"], found.get("KmsKeyId"))
    if "Name" in given:
        proof.equal("Name", given["Name"], found.get("Name"))
        proof.equal("Name", given["Name"], answer.get("Name"))
        proof.equal("Tags", given.get("Tags"), found.get("Tags"))
    if "AddReplicaRegions" in given:
        replicas_told(proof, found, answer)


def replicas_told(proof, found, answer):
    """A replica as the secret has it, and as the answer has it, which may still be on its way."""
    proof.equal("regions", [THERE], [each["Region"] for each in found.get("ReplicationStatus", [])])
    told = answer.get("ReplicationStatus", [])
    proof.holds("ReplicationStatus", [{"Region": THERE, "KmsKeyId": "alias/aws/secretsmanager"}], told)
    states = [each.get("Status") for each in told]
    proof.true("Status", set(states) <= {"InProgress", "InSync"}, "on its way or there", states)


declared.undo["CreateSecret"] = lambda world, given, answer: drop(world, answer)


@declared.check("GetSecretValue")
def value_told(proof, world, given, answer):
    made = world.fixture("secret")
    proof.holds("answer", {"ARN": made["ARN"], "Name": made["Name"], "VersionId": made["VersionId"],
                           "SecretString": VALUE, "VersionStages": ["AWSCURRENT"]}, answer)
    proof.present("CreatedDate")


@declared.check("BatchGetSecretValue")
def values_told(proof, world, given, answer):
    made = world.fixture("secret")
    told = next((each for each in answer["SecretValues"] if each.get("ARN") == made["ARN"]), None)
    if told is not None or "MaxResults" not in given:
        proof.holds("SecretValues", {"Name": made["Name"], "VersionId": made["VersionId"], "SecretString": VALUE,
                                     "VersionStages": ["AWSCURRENT"]}, told)
    proof.present("SecretValues.CreatedDate", "Errors")
    proof.equal("Errors", [], answer.get("Errors"))


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
    told = next((each for each in answer["SecretList"] if each.get("ARN") == made["ARN"]), None)
    if told is not None or "MaxResults" not in given:
        proof.holds("SecretList", {"Name": made["Name"], "Description": world.tag, "Tags": [{"Key": "k", "Value": "v"}],
                                   "SecretVersionsToStages": {made["VersionId"]: ["AWSCURRENT"]}}, told)
    proof.present("SecretList.CreatedDate", "SecretList.LastChangedDate")
    if "MaxResults" in given:
        proof.pages("ListSecrets", given, "SecretList", ("NextToken", "NextToken"), "Name")


@declared.check("ListSecretVersionIds")
def versions_listed(proof, world, given, answer):
    made = world.fixture("secret")
    proof.holds("Versions", [{"VersionId": made["VersionId"], "VersionStages": ["AWSCURRENT"],
                              "KmsKeyIds": ["DefaultEncryptionKey"]}], answer["Versions"])
    proof.present("Versions.CreatedDate")


@declared.check("UpdateSecretVersionStage")
def label_stands(proof, world, given, answer):
    found = proof.read("GetSecretValue", {"SecretId": given["SecretId"], "VersionStage": given["VersionStage"]})
    proof.equal("VersionId", given["MoveToVersionId"], found.get("VersionId"))


@declared.check("DeleteSecret")
def secret_leaves(proof, world, given, answer):
    proof.refused("GetSecretValue", {"SecretId": given["SecretId"]}, "InvalidRequestException",
                  "ResourceNotFoundException")
    proof.true("DeletionDate", "DeletionDate" in answer, "told")
    if not given.get("ForceDeleteWithoutRecovery"):
        made = proof.read("DescribeSecret", {"SecretId": given["SecretId"]}).get("CreatedDate", answer["DeletionDate"])
        days = round((answer["DeletionDate"] - made).total_seconds() / 86400)
        proof.equal("DeletionDate", given.get("RecoveryWindowInDays", 30), days)


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


def policy_of(proof, given):
    """The policy that a secret has and the names of its policies."""
    found = proof.read("GetResourcePolicy", {"SecretId": given["SecretId"]}).get("ResourcePolicy")
    listed = proof.read("ListResourcePolicies", {"SecretId": given["SecretId"]}).get("ResourcePolicies")
    return [found, listed]


@declared.check("PutResourcePolicy", "GetResourcePolicy", "ListResourcePolicies")
def policy_stands(proof, world, given, answer):
    proof.equal("ResourcePolicy", [POLICY, [{"PolicyName": "default"}]], policy_of(proof, given))
    if "ResourcePolicies" in answer:
        proof.equal("ResourcePolicies", [{"PolicyName": "default"}], answer["ResourcePolicies"])


@declared.check("DeleteResourcePolicy")
def policy_gone(proof, world, given, answer):
    proof.equal("ResourcePolicy", [None, []], policy_of(proof, given))


@declared.check("PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy")
def policy_named(proof, world, given, answer):
    proof.equal("PolicyName", given.get("PolicyName"), json.loads(proof.body).get("PolicyName"))


@declared.check("ValidateResourcePolicy")
def policy_passes(proof, world, given, answer):
    proof.equal("PolicyValidationPassed", True, answer["PolicyValidationPassed"])
    proof.equal("ValidationErrors", [], answer.get("ValidationErrors"))
    proof.present("ValidationErrors")


@declared.check("ReplicateSecretToRegions")
def replicas_stand(proof, world, given, answer):
    replicas_told(proof, proof.read("DescribeSecret", {"SecretId": given["SecretId"]}), answer)
    proof.equal("ARN", world.fixture("secret")["ARN"], answer.get("ARN"))


@declared.check("RemoveRegionsFromReplication")
def replicas_gone(proof, world, given, answer):
    found = proof.read("DescribeSecret", {"SecretId": given["SecretId"]})
    proof.equal("ReplicationStatus", [], found.get("ReplicationStatus", []))
    proof.equal("answer", [], answer.get("ReplicationStatus"))
    proof.equal("ARN", world.fixture("replicated")["ARN"], answer.get("ARN"))


@declared.check("GetRandomPassword")
def password_fits(proof, world, given, answer):
    password = answer["RandomPassword"]
    proof.equal("length", given.get("PasswordLength", 32), len(password))
    banned = "".join(KINDS[name] for name in KINDS if given.get(name)) + given.get("ExcludeCharacters", "")
    proof.equal("excluded characters", set(), set(password) & set(banned))
