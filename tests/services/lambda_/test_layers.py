"""Layers: published, listed, shared, mounted."""

import json
import urllib.request

import pytest
from botocore.exceptions import ClientError

from .conftest import zipped

SOURCE = "import greeting\ndef handler(event, context):\n    return [greeting.WORD, open('%s').read()]\n"


def publish(lambda_, word: str, name: str = "l", **more) -> dict:
    content = {"ZipFile": zipped({"python/greeting.py": f"WORD = {word!r}\n", "data.txt": word})}
    return lambda_.publish_layer_version(LayerName=name, Content=content, **more)


def test_a_function_finds_its_layers(functions):
    lambda_ = functions.client
    first, second = publish(lambda_, "one"), publish(lambda_, "two", "other")
    from emulator.backends.functions_files import shut_off

    where = "/opt/data.txt" if shut_off() else "nowhere"
    functions.make(SOURCE % where, Layers=[first["LayerVersionArn"]])
    shown = lambda_.get_function_configuration(FunctionName="f")["Layers"]
    assert shown == [{"Arn": first["LayerVersionArn"], "CodeSize": first["Content"]["CodeSize"]}]
    lambda_.delete_layer_version(LayerName="l", VersionNumber=1)  # the function keeps what it has
    if shut_off():
        assert functions.call()[0] == ["one", "one"]
        layers = [first["LayerVersionArn"], second["LayerVersionArn"]]
        with pytest.raises(ClientError) as refused:
            lambda_.update_function_configuration(FunctionName="f", Layers=layers)
        assert f"Layer version {layers[0]} does not exist." in str(refused.value)
        lambda_.update_function_configuration(FunctionName="f", Layers=layers[1:])
        assert functions.call()[0] == ["two", "two"]
    lambda_.update_function_configuration(FunctionName="f", Layers=[])
    assert "Layers" not in lambda_.get_function_configuration(FunctionName="f")


def test_versions(functions):
    lambda_ = functions.client
    given = {"CompatibleRuntimes": ["python3.12"], "CompatibleArchitectures": ["x86_64"], "LicenseInfo": "MIT"}
    made = publish(lambda_, "one", Description="first", **given)
    assert made["Version"] == 1 and made["LayerVersionArn"] == made["LayerArn"] + ":1" and made["LicenseInfo"] == "MIT"
    publish(lambda_, "two", CompatibleRuntimes=["nodejs20.x"])
    found = lambda_.get_layer_version(LayerName="l", VersionNumber=1)
    assert {**found, "ResponseMetadata": 0} == {**lambda_.get_layer_version_by_arn(
        Arn=made["LayerVersionArn"]), "ResponseMetadata": 0}
    with urllib.request.urlopen(found["Content"]["Location"]) as answer:
        assert len(answer.read()) == found["Content"]["CodeSize"]
    assert [each["Version"] for each in lambda_.list_layer_versions(LayerName="l")["LayerVersions"]] == [2, 1]
    (row,) = lambda_.list_layers(CompatibleRuntime="python3.12")["Layers"]
    assert row["LatestMatchingVersion"]["Version"] == 1 and row["LayerArn"] == made["LayerArn"]
    for number in (1, 2):
        lambda_.delete_layer_version(LayerName="l", VersionNumber=number)
    assert lambda_.list_layers()["Layers"] == [] and publish(lambda_, "three")["Version"] == 3
    with pytest.raises(lambda_.exceptions.ResourceNotFoundException):
        lambda_.get_layer_version(LayerName="l", VersionNumber=1)


def test_permissions(functions):
    lambda_ = functions.client
    publish(lambda_, "one")
    where = {"LayerName": "l", "VersionNumber": 1}
    given = {**where, "StatementId": "s", "Action": "lambda:GetLayerVersion", "Principal": "*"}
    added = lambda_.add_layer_version_permission(**given)
    policy = lambda_.get_layer_version_policy(**where)
    assert policy["RevisionId"] == added["RevisionId"]
    assert json.loads(policy["Policy"])["Statement"] == [json.loads(added["Statement"])]
    with pytest.raises(lambda_.exceptions.ResourceConflictException):
        lambda_.add_layer_version_permission(**given)
    with pytest.raises(lambda_.exceptions.PreconditionFailedException) as refused:
        lambda_.remove_layer_version_permission(**where, StatementId="s", RevisionId="x")
    assert "Call the GetLayerPolicy API" in str(refused.value)
    lambda_.remove_layer_version_permission(**where, StatementId="s")
    with pytest.raises(lambda_.exceptions.ResourceNotFoundException):
        lambda_.get_layer_version_policy(**where)


def test_refusals(functions):
    lambda_ = functions.client
    arns = [publish(lambda_, "x")["LayerVersionArn"] for _ in range(2)]
    functions.make("")
    for layers, words in (
        (arns, f"{arns[0]} and {arns[1]} are versions of the same layer."),
        ([f"{arns[0]}0"], f"Layer version {arns[0]}0 does not exist."),
        ([f"{arns[0]}{n}" for n in range(6)], "Cannot reference more than 5 layers."),
        ([arns[0].replace("us-east-1", "eu-west-1")], "Layers are expected to be in region us-east-1."),
    ):
        with pytest.raises(ClientError) as refused:
            lambda_.update_function_configuration(FunctionName="f", Layers=layers)
        assert words in str(refused.value)
