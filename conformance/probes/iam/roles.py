"""Roles, instance profiles, service-linked roles, account settings."""

import json

from conformance.probes import probe
from conformance.services.iam import samples

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
API = "https://docs.aws.amazon.com/IAM/latest/APIReference/"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


def role(trial, **more):
    name = trial.unique("role")
    trial.ask("CreateRole", RoleName=name, AssumeRolePolicyDocument=TRUST, **more)
    trial.later(lambda: trial.call("DeleteRole", RoleName=name))
    return name


@probe("iam", "AddRoleToInstanceProfile", "An instance profile holds one role",
       GUIDE + "id_roles_use_switch-role-ec2_instance-profiles.html")
def profiles_hold_one_role(trial):
    profile, first, second = trial.unique("profile"), role(trial), role(trial)
    trial.ask("CreateInstanceProfile", InstanceProfileName=profile)
    trial.later(lambda: trial.ask("DeleteInstanceProfile", InstanceProfileName=profile))
    trial.ask("AddRoleToInstanceProfile", InstanceProfileName=profile, RoleName=first)
    trial.later(lambda: trial.ask("RemoveRoleFromInstanceProfile", InstanceProfileName=profile, RoleName=first))
    trial.refused("AddRoleToInstanceProfile", "LimitExceeded", 409, InstanceProfileName=profile, RoleName=second)


@probe("iam", "DeleteRole", "A role with an inline policy cannot be deleted", API + "API_DeleteRole.html")
def roles_with_policies_stay(trial):
    name = role(trial)
    trial.ask("PutRolePolicy", RoleName=name, PolicyName="p", PolicyDocument=samples.POLICY)
    trial.refused("DeleteRole", "DeleteConflict", 409, RoleName=name)
    trial.ask("DeleteRolePolicy", RoleName=name, PolicyName="p")


@probe("iam", "CreateRole", "A role's sessions last an hour unless it says otherwise", API + "API_CreateRole.html")
def sessions_last_an_hour(trial):
    found = trial.ask("GetRole", RoleName=role(trial))["Role"]
    assert found["MaxSessionDuration"] == 3600, found


@probe("iam", "CreateRole", "A trust policy without a principal is refused as malformed", API + "API_CreateRole.html")
def trust_names_somebody(trial):
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]})
    trial.refused("CreateRole", "MalformedPolicyDocument", 400, RoleName=trial.unique("role"),
                  AssumeRolePolicyDocument=document)
