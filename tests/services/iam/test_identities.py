"""Users, groups and roles through boto3: what is made is shown everywhere, and conflicts are refused in IAM's words."""

import json

import pytest

TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
})  # fmt: skip


def test_a_user_from_beginning_to_end(iam, refusal):
    made = iam.create_user(UserName="Ann", Path="/team/", Tags=[{"Key": "colour", "Value": "red"}])["User"]
    assert made["Arn"] == "arn:aws:iam::000000000000:user/team/Ann"
    assert made["UserId"].startswith("AIDA") and len(made["UserId"]) == 21
    shown = iam.get_user(UserName="ann")["User"]  # names are compared without regard to case
    assert shown == made and shown["Tags"] == [{"Key": "colour", "Value": "red"}]
    assert [each["UserName"] for each in iam.list_users(PathPrefix="/team/")["Users"]] == ["Ann"]
    assert "Tags" not in iam.list_users()["Users"][0]
    iam.update_user(UserName="Ann", NewUserName="Bea", NewPath="/")
    renamed = iam.get_user(UserName="Bea")["User"]
    assert renamed["UserId"] == made["UserId"] and renamed["Arn"].endswith(":user/Bea")
    iam.delete_user(UserName="Bea")
    assert refusal(iam.get_user, UserName="Bea") == ("NoSuchEntity", "The user with name Bea cannot be found.", 404)


def test_names_are_taken_once(iam, refusal):
    iam.create_user(UserName="ann")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=TRUST)
    iam.create_group(GroupName="group")
    assert refusal(iam.create_user, UserName="ANN")[:2] == ("EntityAlreadyExists", "User with name ANN already exists.")
    assert refusal(iam.create_role, RoleName="role", AssumeRolePolicyDocument=TRUST) == (
        "EntityAlreadyExists", "Role with name role already exists.", 409,
    )
    assert refusal(iam.create_group, GroupName="group")[1] == "Group with name group already exists."


def test_groups_hold_users(iam, refusal):
    for name in ("zoe", "ann"):
        iam.create_user(UserName=name)
    iam.create_group(GroupName="ops")
    for name in ("zoe", "ann"):
        iam.add_user_to_group(GroupName="ops", UserName=name)
    assert [each["UserName"] for each in iam.get_group(GroupName="ops")["Users"]] == ["ann", "zoe"]
    iam.update_group(GroupName="ops", NewGroupName="dev")
    iam.update_user(UserName="zoe", NewUserName="abe")
    assert [each["GroupName"] for each in iam.list_groups_for_user(UserName="abe")["Groups"]] == ["dev"]
    assert refusal(iam.delete_group, GroupName="dev") == (
        "DeleteConflict", "Cannot delete entity, must remove users from group first.", 409,
    )
    assert refusal(iam.delete_user, UserName="ann")[0] == "DeleteConflict"
    for name in ("abe", "ann"):
        iam.remove_user_from_group(GroupName="dev", UserName=name)
    iam.delete_group(GroupName="dev")
    assert iam.list_groups()["Groups"] == []


def test_a_role_from_beginning_to_end(iam, refusal):
    made = iam.create_role(RoleName="role", AssumeRolePolicyDocument=TRUST, MaxSessionDuration=7200)["Role"]
    assert made["AssumeRolePolicyDocument"] == json.loads(TRUST)
    shown = iam.get_role(RoleName="role")["Role"]
    assert (shown["MaxSessionDuration"], shown["RoleLastUsed"]) == (7200, {})
    iam.update_role(RoleName="role", Description="words", MaxSessionDuration=3600)
    assert iam.get_role(RoleName="role")["Role"]["Description"] == "words"
    iam.create_instance_profile(InstanceProfileName="profile")
    iam.add_role_to_instance_profile(InstanceProfileName="profile", RoleName="role")
    assert refusal(iam.delete_role, RoleName="role")[0] == "DeleteConflict"
    assert refusal(iam.add_role_to_instance_profile, InstanceProfileName="profile", RoleName="role") == (
        "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1", 409,
    )
    found = iam.list_instance_profiles_for_role(RoleName="role")["InstanceProfiles"]
    assert found[0]["Roles"][0]["RoleName"] == "role"
    iam.remove_role_from_instance_profile(InstanceProfileName="profile", RoleName="role")
    iam.delete_instance_profile(InstanceProfileName="profile")
    iam.delete_role(RoleName="role")
    assert iam.list_roles()["Roles"] == []


def test_pages_come_in_order_to_the_end(iam, refusal):
    for number in range(7):
        iam.create_user(UserName=f"user-{number}")
    pages = list(iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 3}))
    assert [len(page["Users"]) for page in pages] == [3, 3, 1]
    assert [page["IsTruncated"] for page in pages] == [True, True, False]
    names = [user["UserName"] for page in pages for user in page["Users"]]
    assert names == [f"user-{number}" for number in range(7)]
    assert refusal(iam.list_users, Marker="nonsense")[0] == "ValidationError"


@pytest.mark.parametrize(("kind", "make", "name"), [
    ("user", "create_user", {"UserName": "x"}),
    ("role", "create_role", {"RoleName": "x", "AssumeRolePolicyDocument": TRUST}),
    ("instance_profile", "create_instance_profile", {"InstanceProfileName": "x"}),
])  # fmt: skip
def test_tags(iam, kind, make, name, refusal):
    getattr(iam, make)(**name)
    subject = {member: value for member, value in name.items() if member.endswith("Name")}
    getattr(iam, f"tag_{kind}")(**subject, Tags=[{"Key": "A", "Value": "1"}, {"Key": "b", "Value": "2"}])
    getattr(iam, f"tag_{kind}")(**subject, Tags=[{"Key": "a", "Value": "3"}])
    listed = getattr(iam, f"list_{kind}_tags")(**subject)["Tags"]
    assert listed == [{"Key": "a", "Value": "3"}, {"Key": "b", "Value": "2"}]
    getattr(iam, f"untag_{kind}")(**subject, TagKeys=["A"])
    assert getattr(iam, f"list_{kind}_tags")(**subject)["Tags"] == [{"Key": "b", "Value": "2"}]
    code, message, _ = refusal(getattr(iam, f"tag_{kind}"), **subject, Tags=[
        {"Key": "k", "Value": "1"}, {"Key": "K", "Value": "2"}])  # fmt: skip
    assert (code, message) == (
        "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )


def test_the_root_is_its_own_user(iam):
    assert iam.get_user()["User"]["Arn"] == "arn:aws:iam::000000000000:root"
