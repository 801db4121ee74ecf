"""Policies: versions, attachments, inline ones, boundaries, and the grammar in IAM's words."""

import json

import pytest

ACCOUNT = "000000000000"
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def document(*statements, version="2012-10-17") -> str:
    base = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    chosen = [{name: value for name, value in {**base, **each}.items() if value is not None} for each in statements]
    return json.dumps({"Version": version, "Statement": chosen})


def test_versions(iam, refusal):
    arn = iam.create_policy(PolicyName="reader", PolicyDocument=document({}))["Policy"]["Arn"]
    assert arn == f"arn:aws:iam::{ACCOUNT}:policy/reader"
    for number in range(2, 6):
        made = iam.create_policy_version(
            PolicyArn=arn, PolicyDocument=document({"Sid": f"v{number}"}), SetAsDefault=number == 3
        )["PolicyVersion"]
        assert (made["VersionId"], made["IsDefaultVersion"]) == (f"v{number}", number == 3)
    assert refusal(iam.create_policy_version, PolicyArn=arn, PolicyDocument=document({})) == (
        "LimitExceeded",
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing "
        "version.",
        409,
    )
    assert [each["VersionId"] for each in iam.list_policy_versions(PolicyArn=arn)["Versions"]] == [
        "v5", "v4", "v3", "v2", "v1",
    ]  # fmt: skip
    shown = iam.get_policy_version(PolicyArn=arn, VersionId="v3")["PolicyVersion"]
    assert shown["Document"]["Statement"][0]["Sid"] == "v3"
    assert refusal(iam.delete_policy_version, PolicyArn=arn, VersionId="v3")[:2] == (
        "DeleteConflict", "Cannot delete the default version of a policy.",
    )  # fmt: skip
    assert refusal(iam.delete_policy, PolicyArn=arn)[0] == "DeleteConflict"
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    for number in range(2, 6):
        iam.delete_policy_version(PolicyArn=arn, VersionId=f"v{number}")
    iam.delete_policy(PolicyArn=arn)
    assert refusal(iam.get_policy, PolicyArn=arn) == ("NoSuchEntity", f"Policy {arn} was not found.", 404)


def test_attachments_are_counted_and_hold_the_policy(iam, refusal):
    arn = iam.create_policy(PolicyName="reader", PolicyDocument=document({}))["Policy"]["Arn"]
    iam.create_user(UserName="Ann")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=document({**TRUST, "Resource": None}))
    iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    iam.attach_role_policy(RoleName="role", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 2
    assert iam.list_attached_user_policies(UserName="Ann")["AttachedPolicies"] == [
        {"PolicyName": "reader", "PolicyArn": arn}
    ]
    found = iam.list_entities_for_policy(PolicyArn=arn)
    assert [each["UserName"] for each in found["PolicyUsers"]] == ["Ann"]
    assert [each["RoleName"] for each in found["PolicyRoles"]] == ["role"]
    assert refusal(iam.delete_policy, PolicyArn=arn)[1] == "Cannot delete a policy attached to entities."
    assert refusal(iam.delete_role, RoleName="role")[1] == "Cannot delete entity, must detach all policies first."
    iam.update_user(UserName="Ann", NewUserName="Bea")
    iam.detach_user_policy(UserName="Bea", PolicyArn=arn)
    assert refusal(iam.detach_user_policy, UserName="Bea", PolicyArn=arn)[0] == "NoSuchEntity"
    unknown = "arn:aws:iam::aws:policy/NoSuchPolicy"
    assert refusal(iam.attach_user_policy, UserName="Bea", PolicyArn=unknown) == (
        "NoSuchEntity", f"Policy {unknown} does not exist or is not attachable.", 404,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["user", "group", "role"])
def test_inline_policies(iam, refusal, kind):
    member = f"{kind.title()}Name"
    more = {"AssumeRolePolicyDocument": document({**TRUST, "Resource": None})} if kind == "role" else {}
    getattr(iam, f"create_{kind}")(**{member: "x"}, **more)
    getattr(iam, f"put_{kind}_policy")(**{member: "x"}, PolicyName="own", PolicyDocument=document({}))
    shown = getattr(iam, f"get_{kind}_policy")(**{member: "x"}, PolicyName="own")
    assert (shown[member], shown["PolicyDocument"]) == ("x", json.loads(document({})))
    assert getattr(iam, f"list_{kind}_policies")(**{member: "x"})["PolicyNames"] == ["own"]
    assert refusal(getattr(iam, f"delete_{kind}"), **{member: "x"})[:2] == (
        "DeleteConflict", "Cannot delete entity, must delete policies first.",
    )  # fmt: skip
    getattr(iam, f"delete_{kind}_policy")(**{member: "x"}, PolicyName="own")
    assert refusal(getattr(iam, f"get_{kind}_policy"), **{member: "x"}, PolicyName="own")[:2] == (
        "NoSuchEntity", f"The {kind} policy with name own cannot be found.",
    )  # fmt: skip


def test_boundaries(iam, refusal):
    arn = iam.create_policy(PolicyName="limit", PolicyDocument=document({}))["Policy"]["Arn"]
    iam.create_user(UserName="ann", PermissionsBoundary=arn)
    shown = iam.get_user(UserName="ann")["User"]["PermissionsBoundary"]
    assert shown == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    assert iam.get_policy(PolicyArn=arn)["Policy"]["PermissionsBoundaryUsageCount"] == 1
    assert refusal(iam.delete_policy, PolicyArn=arn)[0] == "DeleteConflict"
    iam.delete_user_permissions_boundary(UserName="ann")
    assert "PermissionsBoundary" not in iam.get_user(UserName="ann")["User"]
    iam.delete_policy(PolicyArn=arn)


def test_policies_of_aws(iam, refusal):
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    assert iam.get_policy(PolicyArn=arn)["Policy"]["PolicyName"] == "AdministratorAccess"
    statement = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"]["Statement"][0]
    assert (statement["Action"], statement["Resource"]) == ("*", "*")
    assert refusal(iam.delete_policy, PolicyArn=arn)[0] == "AccessDenied"
    listed = iam.list_policies(Scope="AWS", MaxItems=1000)["Policies"]
    assert arn in {each["Arn"] for each in listed}
    assert iam.list_policies(Scope="Local")["Policies"] == []


@pytest.mark.parametrize(("given", "message"), [
    ("{", "Syntax errors in policy."),
    (json.dumps({"Version": "2012-10-17"}), "Syntax errors in policy."),
    (document({"Effect": "allow"}), "Syntax errors in policy."),
    (document({"Unknown": "x"}), "Syntax errors in policy."),
    (document({"Condition": {"Nonsense": {"aws:username": "x"}}}), "Syntax errors in policy."),
    (document({}, version="2008-10-17"), "Policy document must be version 2012-10-17 or greater."),
    (document({"Principal": "*"}), "Policy document should not specify a principal."),
    (document({"Action": None}), "Policy statement must contain actions."),
    (document({"Resource": None}), "Policy statement must contain resources."),
    (document({"Action": "GetObject"}), "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
    (document({"Action": "s3:Get:Object"}), "Actions/Condition can contain only one colon."),
    (document({"Action": "s 3:GetObject"}), "Vendor s 3 is not valid"),
    (document({"Resource": "bucket"}), 'Resource bucket must be in ARN format or "*".'),
    (document({"Resource": "arn:nowhere:s3:::bucket"}),
     'Partition "nowhere" is not valid for resource "arn:nowhere:s3:::bucket".'),
    (document({"Sid": "a b"}),
     "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"),
    (document({"Sid": "a"}, {"Sid": "a"}), "Statement IDs (SID) in a single policy must be unique."),
])  # fmt: skip
def test_the_grammar(iam, refusal, given, message):
    assert refusal(iam.create_policy, PolicyName="p", PolicyDocument=given) == ("MalformedPolicyDocument", message, 400)


@pytest.mark.parametrize(("given", "message"), [
    ("{,}", "This policy contains invalid Json"),
    (document(TRUST), "Has prohibited field Resource"),
    (document({**TRUST, "Resource": None, "Principal": None}), "Missing required field Principal"),
    (document({**TRUST, "Resource": None, "Action": "s3:GetObject"}),
     "AssumeRole policy may only specify STS AssumeRole actions."),
    (document({**TRUST, "Resource": None, "Principal": {"AWS": "arn:aws:iam::000000000000:user/nobody"}}),
     'Invalid principal in policy: "AWS":"arn:aws:iam::000000000000:user/nobody"'),
    (document({**TRUST, "Resource": None, "Principal": {"Service": "nobody"}}),
     'Invalid principal in policy: "SERVICE":"nobody"'),
])  # fmt: skip
def test_the_grammar_of_trust(iam, refusal, given, message):
    assert refusal(iam.create_role, RoleName="r", AssumeRolePolicyDocument=given) == (
        "MalformedPolicyDocument", message, 400,
    )  # fmt: skip
