"""Users, roles, policies: limits, conflicts, and what permissions do."""

import json

from conformance.client.caller import Caller
from conformance.probes import probe
from conformance.services.iam import samples

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
API = "https://docs.aws.amazon.com/IAM/latest/APIReference/"


def user(trial):
    name = trial.unique("user")
    trial.ask("CreateUser", UserName=name)
    trial.later(lambda: trial.ask("DeleteUser", UserName=name))
    return name


def policy(trial):
    arn = trial.ask("CreatePolicy", PolicyName=trial.unique("policy"), PolicyDocument=samples.POLICY)["Policy"]["Arn"]
    trial.later(lambda: trial.ask("DeletePolicy", PolicyArn=arn))
    return arn


def key(trial, name):
    made = trial.ask("CreateAccessKey", UserName=name)["AccessKey"]
    trial.later(lambda: trial.ask("DeleteAccessKey", UserName=name, AccessKeyId=made["AccessKeyId"]))
    return made


@probe("iam", "CreateUser", "Names of users are unique without regard to case", API + "API_CreateUser.html")
def names_differ_by_more_than_case(trial):
    name = user(trial)
    trial.refused("CreateUser", "EntityAlreadyExists", 409, UserName=name.upper())


@probe("iam", "DeleteUser", "A user with an access key cannot be deleted", API + "API_DeleteUser.html")
def users_with_keys_stay(trial):
    name = user(trial)
    key(trial, name)
    trial.refused("DeleteUser", "DeleteConflict", 409, UserName=name)


@probe("iam", "CreateAccessKey", "A user has two access keys at most", GUIDE + "reference_iam-quotas.html")
def a_third_key_is_refused(trial):
    name = user(trial)
    key(trial, name)
    key(trial, name)
    trial.refused("CreateAccessKey", "LimitExceeded", 409, UserName=name)


@probe("iam", "UpdateAccessKey", "An inactive access key signs no more",
       GUIDE + "id_credentials_access-keys-admin-managed.html")
def inactive_keys_do_not_sign(trial):
    name = user(trial)
    made = key(trial, name)
    caller = Caller("sts", trial.world.endpoint.url, made["AccessKeyId"], made["SecretAccessKey"], trial.world.region)
    assert caller.ask("GetCallerIdentity", {})["Arn"].endswith(f":user/{name}")
    trial.ask("UpdateAccessKey", UserName=name, AccessKeyId=made["AccessKeyId"], Status="Inactive")
    answer = caller.call("GetCallerIdentity", {})
    assert (answer.raw.status, answer.code) == (403, "InvalidClientTokenId"), f"{answer.raw.status} {answer.code}"


@probe("iam", "DeletePolicy", "A policy that is attached cannot be deleted", API + "API_DeletePolicy.html")
def attached_policies_stay(trial):
    name, arn = user(trial), policy(trial)
    trial.ask("AttachUserPolicy", UserName=name, PolicyArn=arn)
    trial.refused("DeletePolicy", "DeleteConflict", 409, PolicyArn=arn)
    trial.ask("DetachUserPolicy", UserName=name, PolicyArn=arn)


@probe("iam", "CreatePolicyVersion", "A policy has five versions at most",
       GUIDE + "access_policies_managed-versioning.html")
def a_sixth_version_is_refused(trial):
    arn = policy(trial)
    given = {"PolicyArn": arn, "PolicyDocument": samples.OTHER}
    made = [trial.ask("CreatePolicyVersion", **given)["PolicyVersion"] for _ in range(4)]
    trial.refused("CreatePolicyVersion", "LimitExceeded", 409, **given)
    for each in made:
        trial.ask("DeletePolicyVersion", PolicyArn=arn, VersionId=each["VersionId"])


@probe("iam", "DeletePolicyVersion", "The default version of a policy cannot be deleted",
       API + "API_DeletePolicyVersion.html")
def the_default_version_stays(trial):
    trial.refused("DeletePolicyVersion", "DeleteConflict", 409, PolicyArn=policy(trial), VersionId="v1")


@probe("iam", "CreatePolicy", "A document that is no JSON is no policy", API + "API_CreatePolicy.html")
def documents_are_json(trial):
    trial.refused("CreatePolicy", "MalformedPolicyDocument", 400, PolicyName=trial.unique("bad"),
                  PolicyDocument="no policy")


@probe("iam", "SimulateCustomPolicy", "An explicit denial beats every permission",
       GUIDE + "reference_policies_evaluation-logic.html")
def denials_win(trial):
    denial = json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}})
    found = trial.ask("SimulateCustomPolicy", PolicyInputList=[samples.POLICY, denial], ActionNames=["s3:GetObject"])
    assert [each["EvalDecision"] for each in found["EvaluationResults"]] == ["explicitDeny"], found


@probe("iam", "SimulateCustomPolicy", "A permissions boundary grants nothing, it only limits",
       GUIDE + "access_policies_boundaries.html")
def boundaries_only_limit(trial):
    def decided(policies, boundary, action):
        found = trial.ask("SimulateCustomPolicy", PolicyInputList=policies, ActionNames=[action],
                          PermissionsBoundaryPolicyInputList=[boundary])
        return found["EvaluationResults"][0]["EvalDecision"]

    queues = json.dumps(samples.statement(Action="sqs:*", Resource="*"))
    assert decided([samples.POLICY], samples.POLICY, "s3:GetObject") == "allowed"
    assert decided([samples.POLICY], queues, "s3:GetObject") == "implicitDeny"
    assert decided([queues], samples.POLICY, "s3:GetObject") == "implicitDeny"


@probe("iam", "UpdateUser", "A renamed user keeps its id, its policies and its groups", API + "API_UpdateUser.html")
def renamed_users_stay_themselves(trial):
    name, new = trial.unique("user"), trial.unique("renamed")
    made = trial.ask("CreateUser", UserName=name)["User"]
    trial.ask("PutUserPolicy", UserName=name, PolicyName="inline", PolicyDocument=samples.POLICY)
    trial.ask("UpdateUser", UserName=name, NewUserName=new)
    assert trial.ask("GetUser", UserName=new)["User"]["UserId"] == made["UserId"]
    assert trial.ask("ListUserPolicies", UserName=new)["PolicyNames"] == ["inline"]
    trial.ask("DeleteUserPolicy", UserName=new, PolicyName="inline")
    trial.ask("DeleteUser", UserName=new)


@probe("iam", "EnableMFADevice", "Two codes that do not follow each other pair no device",
       API + "API_EnableMFADevice.html")
def codes_must_follow_each_other(trial):
    name = user(trial)
    device = trial.fixture("device")
    trial.refused("EnableMFADevice", "InvalidAuthenticationCode", 403, UserName=name,
                  SerialNumber=device["SerialNumber"], AuthenticationCode1="000000", AuthenticationCode2="000001")
