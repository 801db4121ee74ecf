"""What IAM tells of the account: reports, details, simulations, last-accessed data; service-linked roles, requests."""

import csv
import io
import json

STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}


def document(*statements) -> str:
    chosen = [{**STATEMENT, **each} for each in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": chosen}, indent=1)


def test_the_credential_report(iam, refusal, emulator):
    assert refusal(iam.get_credential_report)[::2] == ("ReportNotPresent", 410)
    iam.create_user(UserName="ann")
    iam.create_login_profile(UserName="ann", Password="Some-Password-1")
    iam.create_access_key(UserName="ann")
    assert iam.generate_credential_report()["State"] == "STARTED"
    emulator.advance(1)
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    root, ann = csv.DictReader(io.StringIO(iam.get_credential_report()["Content"].decode()))
    assert root["user"] == "<root_account>"
    active = (ann["password_enabled"], ann["access_key_1_active"], ann["access_key_2_active"])
    assert active == ("true", "true", "false")
    emulator.advance(5 * 3600)
    assert refusal(iam.get_credential_report)[::2] == ("ReportExpired", 410)


def test_account_details_and_summary(iam):
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document({}))
    iam.create_group(GroupName="ops")
    iam.add_user_to_group(GroupName="ops", UserName="ann")
    arn = iam.create_policy(PolicyName="reader", PolicyDocument=document({}))["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="ops", PolicyArn=arn)
    details = iam.get_account_authorization_details()
    ann = details["UserDetailList"][0]
    assert (ann["GroupList"], ann["UserPolicyList"][0]["PolicyName"]) == (["ops"], "own")
    assert details["GroupDetailList"][0]["AttachedManagedPolicies"] == [{"PolicyName": "reader", "PolicyArn": arn}]
    assert details["Policies"][0]["PolicyVersionList"][0]["Document"] == json.loads(document({}))
    assert iam.get_account_authorization_details(Filter=["Role"])["UserDetailList"] == []
    summary = iam.get_account_summary()["SummaryMap"]
    assert (summary["Users"], summary["Groups"], summary["Policies"], summary["UsersQuota"]) == (1, 1, 1, 5000)


def test_simulations_ask_the_engine(iam, refusal):
    arn = iam.create_user(UserName="ann")["User"]["Arn"]
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document({}))
    asked = {"ActionNames": ["s3:GetObject", "s3:PutObject"], "ResourceArns": ["arn:aws:s3:::bucket/key"]}
    found = iam.simulate_principal_policy(PolicySourceArn=arn, **asked)["EvaluationResults"]
    assert [each["EvalDecision"] for each in found] == ["allowed", "implicitDeny"]
    matched = found[0]["MatchedStatements"][0]
    assert (matched["SourcePolicyId"], matched["SourcePolicyType"]) == ("own", "user")
    assert matched["StartPosition"] == {"Line": 4, "Column": 3}
    assert matched["EndPosition"] == {"Line": 8, "Column": 4}
    deny = document({"Effect": "Deny", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}})
    more = {"PolicyInputList": [deny], "ContextEntries": [
        {"ContextKeyName": "aws:sourcevpc", "ContextKeyValues": ["vpc-1"], "ContextKeyType": "string"}]}  # fmt: skip
    found = iam.simulate_principal_policy(PolicySourceArn=arn, **asked, **more)["EvaluationResults"]
    assert found[0]["EvalDecision"] == "explicitDeny"
    found = iam.simulate_custom_policy(PolicyInputList=[document({}), deny], **asked)["EvaluationResults"]
    assert found[0]["MissingContextValues"] == ["aws:SourceVpc"]
    boundary = document({"Action": "s3:PutObject"})
    bounded = iam.simulate_custom_policy(
        PolicyInputList=[document({})], PermissionsBoundaryPolicyInputList=[boundary], **asked
    )["EvaluationResults"][0]
    assert bounded["EvalDecision"] == "implicitDeny"
    assert bounded["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    assert iam.get_context_keys_for_custom_policy(PolicyInputList=[deny])["ContextKeyNames"] == ["aws:SourceVpc"]
    assert refusal(iam.simulate_principal_policy, PolicySourceArn=f"{arn}x", **asked) == (
        "NoSuchEntity", "Unable to retrieve specified IAM entity.", 404,
    )  # fmt: skip


def test_last_accessed_data_tell_what_was_called(iam, client, emulator):
    arn = iam.create_user(UserName="ann", Path="/team/")["User"]["Arn"]
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=document({"Action": ["sqs:*", "s3:*"]}))
    key = iam.create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"]
    client("sqs", access_key=key).list_queues()
    job = iam.generate_service_last_accessed_details(Arn=arn, Granularity="ACTION_LEVEL")["JobId"]
    emulator.advance(1)
    found = iam.get_service_last_accessed_details(JobId=job)
    assert found["JobStatus"] == "COMPLETED"
    services = {each["ServiceNamespace"]: each for each in found["ServicesLastAccessed"]}
    assert set(services) == {"s3", "sqs"}
    assert services["sqs"]["LastAuthenticatedEntity"] == arn
    assert services["sqs"]["TrackedActionsLastAccessed"][0]["ActionName"] == "ListQueues"
    assert "LastAuthenticated" not in services["s3"]
    who = iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="sqs")["EntityDetailsList"]
    assert (who[0]["EntityInfo"]["Name"], "LastAuthenticated" in who[0]) == ("ann", True)
    granting = iam.list_policies_granting_service_access(Arn=arn, ServiceNamespaces=["sqs", "iam"])
    assert [each["Policies"] for each in granting["PoliciesGrantingServiceAccess"]] == [
        [{"PolicyName": "own", "PolicyType": "INLINE", "EntityType": "USER", "EntityName": "ann"}], [],
    ]  # fmt: skip


def test_service_linked_roles_belong_to_aws(iam, refusal):
    made = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix="x")["Role"]
    name = made["RoleName"]
    assert made["Path"] == "/aws-service-role/autoscaling.amazonaws.com/"
    assert refusal(iam.delete_role, RoleName=name) == (
        "UnmodifiableEntity",
        f"Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS", 400,
    )  # fmt: skip
    assert refusal(iam.create_service_linked_role, AWSServiceName="ecs.amazonaws.com", CustomSuffix="x")[0] == (
        "InvalidInput"
    )
    task = iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    assert refusal(iam.get_role, RoleName=name)[0] == "NoSuchEntity"


def test_the_accounts_settings(iam, client, refusal):
    iam.create_account_alias(AccountAlias="workshop")
    assert iam.list_account_aliases()["AccountAliases"] == ["workshop"]
    other = client("iam", access_key="111111111111")
    assert refusal(other.create_account_alias, AccountAlias="workshop")[:2] == (
        "EntityAlreadyExists", "The account alias workshop already exists.",
    )  # fmt: skip
    iam.delete_account_alias(AccountAlias="workshop")
    assert refusal(iam.get_outbound_web_identity_federation_info)[0] == "FeatureDisabled"
    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    assert iam.get_outbound_web_identity_federation_info()["IssuerIdentifier"] == issuer
    assert refusal(iam.list_organizations_features)[0] == "OrganizationNotFoundException"


def test_a_delegation_request_is_decided_once(iam, client, refusal):
    partner = client("iam", access_key="111111111111")
    made = partner.create_delegation_request(
        OwnerAccountId="000000000000", Description="words", RequestorWorkflowId="workflow",
        NotificationChannel="channel", SessionDuration=3600,
        Permissions={"PolicyTemplateArn": "arn:aws:iam::aws:policy-template/partner/reader"},
    )  # fmt: skip
    named = {"DelegationRequestId": made["DelegationRequestId"]}
    assert [each["State"] for each in iam.list_delegation_requests()["DelegationRequests"]] == ["UNASSIGNED"]
    iam.associate_delegation_request(**named)
    iam.accept_delegation_request(**named)
    shown = partner.get_delegation_request(**named)["DelegationRequest"]
    assert (shown["State"], shown["ApproverId"]) == ("ACCEPTED", "arn:aws:iam::000000000000:root")
    assert refusal(iam.reject_delegation_request, **named)[0] == "InvalidInput"
    stranger = client("iam", access_key="222222222222")
    assert refusal(stranger.get_delegation_request, **named)[0] == "NoSuchEntity"
