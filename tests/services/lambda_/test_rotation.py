"""A secret is rotated by a function that really runs, through all four steps."""

import pytest

ROTATE = """
import boto3
sm = boto3.client("secretsmanager")
def handler(event, context):
    secret, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    if step == "createSecret":
        sm.put_secret_value(SecretId=secret, ClientRequestToken=token, SecretString="new", VersionStages=["AWSPENDING"])
    elif step == "testSecret":
        assert sm.get_secret_value(SecretId=secret, VersionStage="AWSPENDING")["SecretString"] == "new"
    elif step == "finishSecret":
        versions = sm.describe_secret(SecretId=secret)["VersionIdsToStages"]
        (current,) = [each for each, stages in versions.items() if "AWSCURRENT" in stages]
        sm.update_secret_version_stage(SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token,
                                       RemoveFromVersionId=current)
"""


@pytest.mark.parametrize("fails", [False, True])
def test_a_function_rotates_a_secret(functions, client, fails):
    arn = functions.make("def handler(event, context):\n    raise ValueError('no')\n" if fails else ROTATE, Timeout=30)
    functions.client.add_permission(FunctionName="f", StatementId="rotation", Action="lambda:InvokeFunction",
                                    Principal="secretsmanager.amazonaws.com")  # fmt: skip
    secrets = client("secretsmanager")
    secrets.create_secret(Name="s", SecretString="old")
    secrets.rotate_secret(SecretId="s", RotationLambdaARN=arn, RotationRules={"AutomaticallyAfterDays": 30})
    for _ in range(60 if not fails else 20):
        if secrets.get_secret_value(SecretId="s")["SecretString"] == "new":
            break
        functions.pause()
    found = secrets.get_secret_value(SecretId="s")["SecretString"]
    assert found == ("old" if fails else "new")
    if not fails:
        assert secrets.get_secret_value(SecretId="s", VersionStage="AWSPREVIOUS")["SecretString"] == "old"
        assert "LastRotatedDate" in secrets.describe_secret(SecretId="s")
