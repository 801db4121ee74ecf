"""Secrets, their versions, replicas and policies."""

import json

from conformance.probes import probe
from conformance.services.secretsmanager.fixtures import THERE, VALUE

API = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/"
GUIDE = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/"
TOKENS = [f"0123456789abcdef0123456789abcde{number}" for number in range(4)]


def labels(trial, arn):
    return trial.ask("DescribeSecret", SecretId=arn)["VersionIdsToStages"]


def value(trial, arn, **given):
    return trial.ask("GetSecretValue", SecretId=arn, **given)["SecretString"]


@probe("secretsmanager", "GetSecretValue", "A secret is found by name, by ARN, and by ARN without its last characters",
       API + "API_GetSecretValue.html")
def names_and_arns(trial):
    made = trial.fixture("secret")
    for name in (made["Name"], made["ARN"], made["ARN"][:-7]):
        assert value(trial, name) == VALUE


@probe("secretsmanager", "PutSecretValue", "A new value is current, and the one before it previous",
       GUIDE + "whats-in-a-secret.html")
def labels_move(trial):
    made = trial.fixture("secret")
    fresh = trial.ask("PutSecretValue", SecretId=made["ARN"], SecretString="new", ClientRequestToken=TOKENS[0])
    assert fresh["VersionStages"] == ["AWSCURRENT"]
    assert labels(trial, made["ARN"]) == {made["VersionId"]: ["AWSPREVIOUS"], TOKENS[0]: ["AWSCURRENT"]}
    assert value(trial, made["ARN"], VersionStage="AWSPREVIOUS") == VALUE


@probe("secretsmanager", "PutSecretValue", "The same value under the same token changes nothing",
       API + "API_PutSecretValue.html")
def tokens_are_idempotent(trial):
    given = {"SecretId": trial.fixture("secret")["ARN"], "SecretString": "new", "ClientRequestToken": TOKENS[0]}
    assert trial.ask("PutSecretValue", **given) == trial.ask("PutSecretValue", **given)
    trial.refused("PutSecretValue", "ResourceExistsException", 400, **given | {"SecretString": "another"})


@probe("secretsmanager", "PutSecretValue", "A value with a label of its own does not become current",
       API + "API_PutSecretValue.html")
def own_labels_stand_aside(trial):
    made = trial.fixture("secret")
    trial.ask("PutSecretValue", SecretId=made["ARN"], SecretString="new", VersionStages=["mine"],
              ClientRequestToken=TOKENS[0])
    assert value(trial, made["ARN"]) == VALUE
    assert value(trial, made["ARN"], VersionStage="mine") == "new"


@probe("secretsmanager", "UpdateSecretVersionStage", "Moving AWSCURRENT moves AWSPREVIOUS to where it came from",
       API + "API_UpdateSecretVersionStage.html")
def previous_follows_current(trial):
    made = trial.fixture("secret")
    trial.ask("PutSecretValue", SecretId=made["ARN"], SecretString="new", VersionStages=["AWSPENDING"],
              ClientRequestToken=TOKENS[0])
    trial.ask("UpdateSecretVersionStage", SecretId=made["ARN"], VersionStage="AWSCURRENT",
              RemoveFromVersionId=made["VersionId"], MoveToVersionId=TOKENS[0])
    assert labels(trial, made["ARN"]) == {made["VersionId"]: ["AWSPREVIOUS"], TOKENS[0]: ["AWSCURRENT", "AWSPENDING"]}


@probe("secretsmanager", "ListSecretVersionIds", "A version without a label is deprecated, and listed when asked for",
       API + "API_ListSecretVersionIds.html")
def deprecated_versions_hide(trial):
    made = trial.fixture("secret")
    for token in TOKENS[:2]:
        trial.ask("PutSecretValue", SecretId=made["ARN"], SecretString=token, ClientRequestToken=token)
    shown = trial.ask("ListSecretVersionIds", SecretId=made["ARN"])["Versions"]
    whole = trial.ask("ListSecretVersionIds", SecretId=made["ARN"], IncludeDeprecated=True)["Versions"]
    assert {each["VersionId"] for each in whole} - {each["VersionId"] for each in shown} == {made["VersionId"]}


@probe("secretsmanager", "CreateSecret", "A second secret of the same name is refused", API + "API_CreateSecret.html")
def names_are_unique(trial):
    name = trial.fixture("secret")["Name"]
    trial.refused("CreateSecret", "ResourceExistsException", 400,
                  f"The operation failed because the secret {name} already exists.", Name=name, SecretString="x",
                  ClientRequestToken=TOKENS[0])


@probe("secretsmanager", "DeleteSecret", "A secret that waits for its deletion can't be read, and can be restored",
       GUIDE + "manage_delete-secret.html")
def deletion_can_be_undone(trial):
    made = trial.fixture("leaving")
    trial.refused("GetSecretValue", "InvalidRequestException", 400,
                  "You can't perform this operation on the secret because it was marked for deletion.",
                  SecretId=made["ARN"])
    trial.refused("CreateSecret", "InvalidRequestException", 400,
                  "You can't create this secret because a secret with this name is already scheduled for deletion.",
                  Name=made["Name"], SecretString="x", ClientRequestToken=TOKENS[0])
    trial.ask("RestoreSecret", SecretId=made["ARN"])
    assert value(trial, made["ARN"]) == VALUE


@probe("secretsmanager", "DeleteSecret", "A recovery window is of 7 to 30 days", API + "API_DeleteSecret.html")
def windows_have_limits(trial):
    trial.refused("DeleteSecret", "InvalidParameterException", 400, SecretId=trial.fixture("secret")["ARN"],
                  RecoveryWindowInDays=6)


@probe("secretsmanager", "DeleteSecret", "Deleting without recovery what is not there succeeds",
       API + "API_DeleteSecret.html")
def nothing_is_deleted_gladly(trial):
    assert trial.ask("DeleteSecret", SecretId=trial.unique("nothing"), ForceDeleteWithoutRecovery=True)["Name"]


@probe("secretsmanager", "GetRandomPassword", "A password has at least one of each kind of character that it may have",
       API + "API_GetRandomPassword.html")
def passwords_are_mixed(trial):
    for _ in range(10):
        password = trial.ask("GetRandomPassword", PasswordLength=4)["RandomPassword"]
        assert any(map(str.islower, password)) and any(map(str.isupper, password)) and any(map(str.isdigit, password))


@probe("secretsmanager", "GetRandomPassword", "Excluded characters don't occur", API + "API_GetRandomPassword.html")
def exclusions_hold(trial):
    password = trial.ask("GetRandomPassword", PasswordLength=1000, ExcludeCharacters="aeiou", ExcludePunctuation=True)
    assert password["RandomPassword"].isalnum()
    assert not set("aeiou") & set(password["RandomPassword"])


@probe("secretsmanager", "ReplicateSecretToRegions", "A replica follows its primary, and can't be written to",
       GUIDE + "replicate-secrets.html")
def replicas_follow(trial):
    made = trial.fixture("replicated")
    there = trial.world.elsewhere(THERE)
    assert there.ask("GetSecretValue", {"SecretId": made["Name"]})["SecretString"] == VALUE
    trial.ask("PutSecretValue", SecretId=made["ARN"], SecretString="new", ClientRequestToken=TOKENS[0])
    assert there.ask("GetSecretValue", {"SecretId": made["Name"]})["SecretString"] == "new"
    answer = there.call("PutSecretValue", {"SecretId": made["Name"], "SecretString": "x",
                                           "ClientRequestToken": TOKENS[1]})
    assert answer.code == "InvalidRequestException"


@probe("secretsmanager", "StopReplicationToReplica", "A promoted replica is a secret of its own",
       GUIDE + "standalone-secret.html")
def replicas_are_promoted(trial):
    made, there = trial.fixture("replicated"), trial.world.elsewhere(THERE)
    there.ask("StopReplicationToReplica", {"SecretId": made["Name"]})
    there.ask("PutSecretValue", {"SecretId": made["Name"], "SecretString": "own", "ClientRequestToken": TOKENS[0]})
    assert value(trial, made["ARN"]) == VALUE
    assert "ReplicationStatus" not in trial.ask("DescribeSecret", SecretId=made["ARN"])


@probe("secretsmanager", "DeleteSecret", "A secret that has replicas can't be deleted", API + "API_DeleteSecret.html")
def primaries_stay(trial):
    trial.refused("DeleteSecret", "InvalidParameterException", 400, SecretId=trial.fixture("replicated")["ARN"])


@probe("secretsmanager", "PutResourcePolicy", "A policy for everybody is refused where public ones are blocked",
       API + "API_PutResourcePolicy.html")
def public_policies_are_blocked(trial):
    policy = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]})
    arn = trial.fixture("secret")["ARN"]
    trial.refused("PutResourcePolicy", "PublicPolicyException", 400, SecretId=arn, ResourcePolicy=policy,
                  BlockPublicPolicy=True)
    assert trial.ask("ValidateResourcePolicy", SecretId=arn, ResourcePolicy=policy)["PolicyValidationPassed"] is False


@probe("secretsmanager", "RotateSecret", "A secret without a function can't be rotated", API + "API_RotateSecret.html")
def rotation_needs_a_function(trial):
    trial.refused("RotateSecret", "InvalidRequestException", 400,
                  "No Lambda rotation function ARN is associated with this secret.",
                  SecretId=trial.fixture("secret")["ARN"], ClientRequestToken=TOKENS[0])


@probe("secretsmanager", "BatchGetSecretValue", "What can't be read is told beside what can",
       API + "API_BatchGetSecretValue.html")
def batches_tell_errors(trial):
    missing = trial.unique("nothing")
    found = trial.ask("BatchGetSecretValue", SecretIdList=[trial.fixture("secret")["ARN"], missing])
    assert [each["SecretString"] for each in found["SecretValues"]] == [VALUE]
    refused = [(each["SecretId"], each["ErrorCode"]) for each in found["Errors"]]
    assert refused == [(missing, "ResourceNotFoundException")]


@probe("secretsmanager", "UpdateSecret", "Another KMS key encrypts the value anew, and the old one may go",
       API + "API_UpdateSecret.html")
def keys_change(trial):
    made = trial.fixture("secret")
    first, second = (trial.ask("CreateKey", "kms")["KeyMetadata"]["KeyId"] for _ in range(2))
    trial.ask("UpdateSecret", SecretId=made["ARN"], KmsKeyId=first, ClientRequestToken=TOKENS[0])
    trial.ask("UpdateSecret", SecretId=made["ARN"], KmsKeyId=second, ClientRequestToken=TOKENS[1])
    trial.ask("DisableKey", "kms", KeyId=first)
    assert value(trial, made["ARN"]) == VALUE


@probe("secretsmanager", "AssociateCrossAccountReplica", "A secret is replicated to another account",
       API + "API_AssociateCrossAccountReplica.html")
def accounts_are_crossed(trial):
    replica = trial.fixture("secret")["ARN"].replace(trial.world.account, "111122223333")
    answer = trial.call("AssociateCrossAccountReplica", SecretId=trial.fixture("secret")["ARN"],
                        CrossAccountReplicaARN=replica)
    assert answer.code == "ResourceNotFoundException", f"{answer.raw.status} {answer.code}"
