"""Callers, roles and sessions."""

import json

from conformance.client.caller import Caller
from conformance.probes import probe

API = "https://docs.aws.amazon.com/STS/latest/APIReference/"
ROLE = "arn:aws:iam::{}:role/probe"


def role(trial):
    return ROLE.format(trial.world.account)


def as_(trial, credentials, service="sts"):
    """A caller with temporary credentials."""
    world = trial.world
    return Caller(service, world.endpoint.url, credentials["AccessKeyId"], credentials["SecretAccessKey"],
                  world.region, credentials["SessionToken"])


def assumed(trial, **more):
    return trial.ask("AssumeRole", RoleArn=role(trial), RoleSessionName="probe", **more)


@probe("sts", "GetCallerIdentity", "A session of a role is told by its assumed-role ARN and role id",
       API + "API_GetCallerIdentity.html")
def a_session_tells_its_role(trial):
    got = assumed(trial)
    told = as_(trial, got["Credentials"]).ask("GetCallerIdentity", {})
    assert told["Arn"] == got["AssumedRoleUser"]["Arn"], told
    assert told["UserId"] == got["AssumedRoleUser"]["AssumedRoleId"], told


@probe("sts", "AssumeRole", "Temporary access keys begin with ASIA", "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
       "reference_identifiers.html#identifiers-unique-ids")
def keys_begin_with_asia(trial):
    key = assumed(trial)["Credentials"]["AccessKeyId"]
    assert key.startswith("ASIA") and len(key) == 20, key


@probe("sts", "GetAccessKeyInfo", "The account of a temporary access key is told", API + "API_GetAccessKeyInfo.html")
def a_key_tells_its_account(trial):
    key = assumed(trial)["Credentials"]["AccessKeyId"]
    assert trial.ask("GetAccessKeyInfo", AccessKeyId=key)["Account"] == trial.world.account


@probe("sts", "GetCallerIdentity", "Temporary credentials without their session token are refused",
       "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html")
def the_token_is_needed(trial):
    credentials = assumed(trial)["Credentials"]
    caller = Caller("sts", trial.world.endpoint.url, credentials["AccessKeyId"], credentials["SecretAccessKey"])
    answer = caller.call("GetCallerIdentity", {})
    assert (answer.raw.status, answer.code) == (403, "InvalidClientTokenId"), f"{answer.raw.status} {answer.code}"


@probe("sts", "AssumeRole", "A chained role session lasts one hour at most", API + "API_AssumeRole.html")
def chained_sessions_last_an_hour(trial):
    caller = as_(trial, assumed(trial)["Credentials"])
    answer = caller.call("AssumeRole", {"RoleArn": role(trial), "RoleSessionName": "chained", "DurationSeconds": 3601})
    assert (answer.raw.status, answer.code) == (400, "ValidationError"), f"{answer.raw.status} {answer.code}"


@probe("sts", "AssumeRole", "Session tag keys that differ in case alone are duplicates",
       "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html")
def tag_keys_ignore_case(trial):
    trial.refused("AssumeRole", "InvalidParameterValue", 400,
                  "Duplicate tag keys found. Please note that Tag keys are case insensitive.", RoleArn=role(trial),
                  RoleSessionName="probe", Tags=[{"Key": "k", "Value": "1"}, {"Key": "K", "Value": "2"}])


@probe("sts", "AssumeRole", "A transitive tag must be one of the session's tags",
       "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html")
def transitive_tags_are_tags(trial):
    trial.refused("AssumeRole", "InvalidParameterValue", 400,
                  "The specified transitive tag key must be included in the requested tags.", RoleArn=role(trial),
                  RoleSessionName="probe", TransitiveTagKeys=["absent"])


@probe("sts", "AssumeRole", "A transitive tag can't be set anew by a chained session",
       "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining")
def transitive_tags_stay(trial):
    first = assumed(trial, Tags=[{"Key": "k", "Value": "1"}], TransitiveTagKeys=["k"])
    answer = as_(trial, first["Credentials"]).call("AssumeRole", {
        "RoleArn": role(trial), "RoleSessionName": "chained", "Tags": [{"Key": "k", "Value": "2"}]})
    assert (answer.raw.status, answer.code) == (400, "InvalidParameterValue"), f"{answer.raw.status} {answer.code}"


@probe("sts", "AssumeRole", "A session policy that is no JSON is refused with MalformedPolicyDocument",
       API + "API_AssumeRole.html")
def a_policy_is_json(trial):
    trial.refused("AssumeRole", "MalformedPolicyDocument", 400, RoleArn=role(trial), RoleSessionName="probe",
                  Policy="no policy")


@probe("sts", "GetSessionToken", "A role's session can't ask for a session token", API + "API_GetSessionToken.html")
def sessions_get_no_session_token(trial):
    answer = as_(trial, assumed(trial)["Credentials"]).call("GetSessionToken", {})
    assert (answer.raw.status, answer.code) == (403, "AccessDenied"), f"{answer.raw.status} {answer.code}"


@probe("sts", "GetFederationToken", "A role's session can't federate a user", API + "API_GetFederationToken.html")
def sessions_do_not_federate(trial):
    answer = as_(trial, assumed(trial)["Credentials"]).call("GetFederationToken", {"Name": "bob"})
    assert (answer.raw.status, answer.code) == (403, "AccessDenied"), f"{answer.raw.status} {answer.code}"


@probe("sts", "AssumeRole", "A role ARN that is none is refused by name", API + "API_AssumeRole.html")
def an_arn_is_an_arn(trial):
    trial.refused("AssumeRole", "ValidationError", 400, "nothing-valid-in-here is invalid",
                  RoleArn="nothing-valid-in-here", RoleSessionName="probe")


@probe("sts", "GetCallerIdentity", "Credentials of a session are good for other services, as the session",
       "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html")
def sessions_work_elsewhere(trial):
    caller = as_(trial, assumed(trial)["Credentials"], "sqs")
    url = caller.ask("CreateQueue", {"QueueName": trial.unique("session")})["QueueUrl"]
    assert trial.world.account in url, url
    caller.ask("DeleteQueue", {"QueueUrl": url})


POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


@probe("sts", "AssumeRole", "With a session policy or tags the share of the packed size is told",
       API + "API_AssumeRole.html")
def the_packed_size_is_told(trial):
    assert "PackedPolicySize" not in assumed(trial)
    assert 0 < assumed(trial, Policy=POLICY)["PackedPolicySize"] <= 100


@probe("sts", "AssumeRole", "A session's name has at least two characters", API + "API_AssumeRole.html")
def session_names_have_two_characters(trial):
    trial.refused("AssumeRole", "ValidationError", 400, RoleArn=role(trial), RoleSessionName="x")


@probe("sts", "DecodeAuthorizationMessage", "A message that nobody encoded is refused",
       API + "API_DecodeAuthorizationMessage.html")
def messages_are_ours(trial):
    trial.refused("DecodeAuthorizationMessage", "InvalidAuthorizationMessageException", 400, EncodedMessage="nothing")
