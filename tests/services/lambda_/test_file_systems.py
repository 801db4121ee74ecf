"""File systems that functions mount. https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html"""

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator.backends import functions_files
from emulator.backends.functions_files import shut_off
from emulator.testing.inprocess import emulated

from .conftest import Functions
from .test_control import refused

ARN = "arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0"
NETWORK = {"SubnetIds": ["subnet-1a2b3c4d"], "SecurityGroupIds": ["sg-1a2b3c4d"]}
WRITER = "def handler(event, context):\n    open('/mnt/shared/' + event, 'w').write(event)\n"
READER = "import os\ndef handler(event, context):\n    return sorted(os.listdir('/mnt/elsewhere'))\n"
NO_NETWORK = f"Function must be configured to execute in a VPC to reference access point {ARN}."

namespaces = pytest.mark.skipif(not shut_off(), reason="this system lets no plain user have namespaces")


def mounted(path: str, arn: str = ARN) -> dict:
    return {"FileSystemConfigs": [{"Arn": arn, "LocalMountPath": path}], "VpcConfig": NETWORK}


@namespaces
def test_functions_share_an_access_point(tmp_path):
    """Also with those that run when the emulator has started anew, until it is reset."""
    with emulated(data_dir=tmp_path) as emulator:
        functions = Functions(boto3.client("lambda", endpoint_url=emulator.url))
        functions.make(WRITER, "writer", **mounted("/mnt/shared"))
        functions.make(READER, "reader", **mounted("/mnt/elsewhere"))
        functions.make(READER, "other", **mounted("/mnt/elsewhere", ARN[:-1] + "1"))
        assert functions.call("one", "writer")[0] is None
        assert functions.call(None, "reader")[0] == ["one"] and functions.call(None, "other")[0] == []
    with emulated(data_dir=tmp_path) as emulator:
        functions = Functions(boto3.client("lambda", endpoint_url=emulator.url))
        assert functions.call(None, "reader")[0] == ["one"]
        emulator.reset()
        functions.make(READER, "reader", **mounted("/mnt/elsewhere"))
        assert functions.call(None, "reader")[0] == []


@namespaces
def test_what_is_not_mounted_is_not_there(functions):
    functions.make("import os\ndef handler(event, context):\n    return os.path.exists('/mnt')\n")
    assert functions.call()[0] is False


def test_the_configuration_is_told(functions):
    functions.make(WRITER, **mounted("/mnt/shared"))
    lambda_ = functions.client
    found = lambda_.get_function_configuration(FunctionName="f")
    assert found["FileSystemConfigs"] == [{"Arn": ARN, "LocalMountPath": "/mnt/shared"}]
    refused(lambda_.update_function_configuration, "InvalidParameterValueException", (
        f"Function VPC configuration cannot be removed with access point {ARN} referenced."), FunctionName="f",
        VpcConfig={"SubnetIds": [], "SecurityGroupIds": []})  # fmt: skip
    lambda_.update_function_configuration(FunctionName="f", FileSystemConfigs=[])
    assert "FileSystemConfigs" not in lambda_.get_function_configuration(FunctionName="f")


def test_a_file_system_needs_a_network(functions):
    refused(functions.make, "InvalidParameterValueException", NO_NETWORK, source=WRITER,
            FileSystemConfigs=mounted("/mnt/shared")["FileSystemConfigs"])  # fmt: skip


def test_where_nothing_can_be_mounted_it_is_told(functions, monkeypatch):
    monkeypatch.setattr(functions_files, "shut_off", lambda: False)
    functions.make(WRITER, **mounted("/mnt/shared"))
    with pytest.raises(ClientError) as refusal:
        functions.call("one")
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "A file system of a function, where no plain user may have namespaces," in str(refusal.value)
