"""What stands around functions and is only told: concurrency, signing, URLs, providers, management, tags."""

import pytest
from botocore.exceptions import ClientError

CODE = "def handler(event, context):\n    return event\n"
PROFILE = "arn:aws:signer:us-east-1:000000000000:/signing-profiles/p/abcdefghij"


def refused(call, code: str, words: str, **given) -> None:
    with pytest.raises(ClientError) as refusal:
        call(**given)
    error = refusal.value.response["Error"]
    assert error["Code"] == code and words in error["Message"], error


def test_code_signing(functions):
    lambda_ = functions.client
    publishers = {"SigningProfileVersionArns": [PROFILE]}
    made = lambda_.create_code_signing_config(AllowedPublishers=publishers, Description="d")["CodeSigningConfig"]
    arn = made["CodeSigningConfigArn"]
    assert made["CodeSigningPolicies"] == {"UntrustedArtifactOnDeployment": "Warn"}
    functions.make(CODE, CodeSigningConfigArn=arn)
    assert lambda_.get_function_code_signing_config(FunctionName="f")["CodeSigningConfigArn"] == arn
    assert len(lambda_.list_functions_by_code_signing_config(CodeSigningConfigArn=arn)["FunctionArns"]) == 1
    lambda_.update_code_signing_config(CodeSigningConfigArn=arn, CodeSigningPolicies={
        "UntrustedArtifactOnDeployment": "Enforce"})  # fmt: skip
    refused(functions.make, "CodeVerificationFailedException", "cannot deploy", source=CODE, name="g",
            CodeSigningConfigArn=arn)  # fmt: skip
    refused(lambda_.delete_code_signing_config, "ResourceConflictException", "used by other functions",
            CodeSigningConfigArn=arn)  # fmt: skip
    lambda_.delete_function_code_signing_config(FunctionName="f")
    assert lambda_.get_function_code_signing_config(FunctionName="f")["CodeSigningConfigArn"] == ""
    lambda_.delete_code_signing_config(CodeSigningConfigArn=arn)
    refused(lambda_.get_code_signing_config, "ResourceNotFoundException", arn, CodeSigningConfigArn=arn)


def test_capacity_providers(functions):
    lambda_ = functions.client
    given = {"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}, "PermissionsConfig": {
        "CapacityProviderOperatorRoleArn": "arn:aws:iam::000000000000:role/operator"}}  # fmt: skip
    made = lambda_.create_capacity_provider(CapacityProviderName="c", Tags={"a": "1"}, **given)["CapacityProvider"]
    assert made["State"] == "Pending" and made["VpcConfig"] == given["VpcConfig"]
    assert lambda_.get_capacity_provider(CapacityProviderName="c")["CapacityProvider"]["State"] == "Active"
    assert lambda_.list_tags(Resource=made["CapacityProviderArn"])["Tags"] == {"a": "1"}
    refused(lambda_.create_capacity_provider, "ResourceConflictException", "c", CapacityProviderName="c", **given)
    changed = lambda_.update_capacity_provider(CapacityProviderName="c", CapacityProviderScalingConfig={
        "MaxVCpuCount": 8})["CapacityProvider"]  # fmt: skip
    assert changed["CapacityProviderScalingConfig"]["MaxVCpuCount"] == 8
    assert lambda_.list_function_versions_by_capacity_provider(CapacityProviderName="c")["FunctionVersions"] == []
    assert len(lambda_.list_capacity_providers()["CapacityProviders"]) == 1
    assert lambda_.delete_capacity_provider(CapacityProviderName="c")["CapacityProvider"]["State"] == "Deleting"
    refused(lambda_.get_capacity_provider, "ResourceNotFoundException", "Capacity provider not found: arn:",
            CapacityProviderName="c")  # fmt: skip


def test_management(functions):
    lambda_ = functions.client
    arn = functions.make(CODE)
    assert lambda_.get_function_recursion_config(FunctionName="f")["RecursiveLoop"] == "Terminate"
    lambda_.put_function_recursion_config(FunctionName="f", RecursiveLoop="Allow")
    assert lambda_.get_function_recursion_config(FunctionName="f")["RecursiveLoop"] == "Allow"
    found = lambda_.get_runtime_management_config(FunctionName="f")
    assert found["UpdateRuntimeOn"] == "Auto" and found["FunctionArn"] == arn + ":$LATEST"
    lambda_.put_runtime_management_config(FunctionName="f", UpdateRuntimeOn="FunctionUpdate")
    assert lambda_.get_runtime_management_config(FunctionName="f")["UpdateRuntimeOn"] == "FunctionUpdate"
    config = {"MinExecutionEnvironments": 1, "MaxExecutionEnvironments": 2}
    lambda_.publish_version(FunctionName="f")
    lambda_.put_function_scaling_config(FunctionName="f", Qualifier="1", FunctionScalingConfig=config)
    found = lambda_.get_function_scaling_config(FunctionName="f", Qualifier="$LATEST.PUBLISHED")
    assert found["AppliedFunctionScalingConfig"] == config == found["RequestedFunctionScalingConfig"]


def test_resource_policies(functions):
    lambda_, arn = functions.client, functions.make(CODE)
    policy = ('{"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Allow","Principal":"*","Action":'
              f'"lambda:InvokeFunction","Resource":"{arn}"}}]}}')  # fmt: skip
    put = lambda_.put_resource_policy(ResourceArn=arn, Policy=policy)
    found = lambda_.get_resource_policy(ResourceArn=arn)
    assert found["RevisionId"] == put["RevisionId"] and '"Sid":"s"' in lambda_.get_policy(FunctionName="f")["Policy"]
    lambda_.delete_resource_policy(ResourceArn=arn)
    refused(lambda_.get_resource_policy, "ResourceNotFoundException", "does not exist", ResourceArn=arn)


def test_url_configs(functions):
    lambda_, arn = functions.client, functions.make(CODE)
    made = lambda_.create_function_url_config(FunctionName="f", AuthType="NONE", Cors={"AllowOrigins": ["*"]})
    assert ".lambda-url.us-east-1." in made["FunctionUrl"] and made["FunctionArn"] == arn
    assert "InvokeMode" not in made and "LastModifiedTime" not in made
    found = lambda_.get_function_url_config(FunctionName="f")
    assert found["InvokeMode"] == "BUFFERED" and found["Cors"] == {"AllowOrigins": ["*"]}
    lambda_.update_function_url_config(FunctionName="f", AuthType="AWS_IAM", InvokeMode="RESPONSE_STREAM")
    (found,) = lambda_.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"]
    assert found["AuthType"] == "AWS_IAM" and found["InvokeMode"] == "RESPONSE_STREAM"
    create = lambda_.create_function_url_config
    refused(create, "ResourceConflictException", "exists", FunctionName="f", AuthType="NONE")
    refused(create, "ResourceNotFoundException", "Function does not exist", FunctionName="g", AuthType="NONE")
    refused(create, "ValidationException", "at 'qualifier' failed to satisfy constraint", FunctionName="f",
            AuthType="NONE", Qualifier="1")  # fmt: skip
    lambda_.delete_function_url_config(FunctionName="f")
    refused(lambda_.get_function_url_config, "ResourceNotFoundException", "The resource you requested does not exist.",
            FunctionName="f")  # fmt: skip
