"""Provisioned concurrency: what is told to stand ready does. .../lambda/latest/dg/provisioned-concurrency.html"""


from concurrent.futures import ThreadPoolExecutor

import boto3

from emulator.testing.inprocess import emulated

from .conftest import Functions
from .test_control import refused

KIND = "import os\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']\n"
PROCESS = "import os\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_LOG_STREAM_NAME']\n"
SLOW = PROCESS.replace("    return", "    __import__('time').sleep(event or 0)\n    return")
MORTAL = KIND.replace("    return", """    if event:
        import threading
        threading.Timer(0.2, os._exit, [1]).start()
    return""")
DYING = "import os\ndef handler(event, context):\n    os._exit(1)\n"


def published(functions, source=PROCESS):
    functions.make(source)
    functions.client.publish_version(FunctionName="f")
    return {"FunctionName": "f", "Qualifier": "1"}


def settled(functions, emulator, **where):
    """The configuration once the emulator has done what it can."""
    emulator.advance(2)
    for _ in range(100):
        found = functions.client.get_provisioned_concurrency_config(**where)
        if found["Status"] != "IN_PROGRESS":
            break
        functions.pause()
    return found


def test_provisioned_concurrency(functions, emulator):
    lambda_ = functions.client
    functions.make(KIND)
    lambda_.publish_version(FunctionName="f")
    lambda_.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    where = {"FunctionName": "f", "Qualifier": "live"}
    put = lambda_.put_provisioned_concurrency_config
    made = put(**where, ProvisionedConcurrentExecutions=1)
    assert made["Status"] == "IN_PROGRESS" and made["AvailableProvisionedConcurrentExecutions"] == 0
    refused(put, "ResourceConflictException", "Version is pointed by a Provisioned Concurrency alias",
            FunctionName="f", Qualifier="1", ProvisionedConcurrentExecutions=1)  # fmt: skip
    refused(put, "InvalidParameterValueException", "unpublished function versions", FunctionName="f",
            Qualifier="$LATEST", ProvisionedConcurrentExecutions=1)  # fmt: skip
    refused(put, "InvalidParameterValueException", "unreserved concurrency [1000]", **where,
            ProvisionedConcurrentExecutions=1001)  # fmt: skip
    refused(put, "InvalidParameterValueException", "minimum value of [100]", **where,
            ProvisionedConcurrentExecutions=901)  # fmt: skip
    found = settled(functions, emulator, **where)
    assert (found["Status"], found["AllocatedProvisionedConcurrentExecutions"]) == ("READY", 1)
    assert functions.call(Qualifier="live")[0] == "provisioned-concurrency"
    assert len(lambda_.list_provisioned_concurrency_configs(FunctionName="f")["ProvisionedConcurrencyConfigs"]) == 1
    reserve = lambda_.put_function_concurrency
    refused(reserve, "InvalidParameterValueException", "ReservedConcurrentExecutions  0 should not be lower than",
            FunctionName="f", ReservedConcurrentExecutions=0)  # fmt: skip
    reserve(FunctionName="f", ReservedConcurrentExecutions=1)
    refused(lambda_.invoke, "TooManyRequestsException", "Rate Exceeded.", FunctionName="f")
    assert functions.call(Qualifier="live")[0] == "provisioned-concurrency"
    refused(put, "InvalidParameterValueException", "greater than the reservedConcurrentExecution", **where,
            ProvisionedConcurrentExecutions=2)  # fmt: skip
    assert lambda_.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 999
    lambda_.delete_provisioned_concurrency_config(**where)
    refused(lambda_.get_provisioned_concurrency_config, "ProvisionedConcurrencyConfigNotFoundException",
            "No Provisioned Concurrency Config found for this function", **where)  # fmt: skip


def test_what_stands_is_counted_also_after_a_restart(tmp_path):
    """No more than the setting allows, as many as were asked for, and again when the emulator starts anew."""
    options = {"data_dir": tmp_path, "settings": {"lambda.provisioned-environments": "2"}}
    with emulated(**options) as emulator:
        functions = Functions(boto3.client("lambda", endpoint_url=emulator.url))
        where = published(functions)
        put = functions.client.put_provisioned_concurrency_config
        assert put(**where, ProvisionedConcurrentExecutions=3)["AvailableProvisionedConcurrentExecutions"] == 0
        found = settled(functions, emulator, **where)
        assert (found["Status"], found["AllocatedProvisionedConcurrentExecutions"]) == ("FAILED", 2)
        assert found["StatusReason"] == "No more than 2 environments of provisioned concurrency stand on this machine."
        put(**where, ProvisionedConcurrentExecutions=1)
        found = settled(functions, emulator, **where)
        assert (found["Status"], found["AvailableProvisionedConcurrentExecutions"]) == ("READY", 1)
        assert "StatusReason" not in found
    with emulated(**options) as emulator:
        functions = Functions(boto3.client("lambda", endpoint_url=emulator.url))
        assert settled(functions, emulator, **where)["Status"] == "READY"


def test_one_that_cannot_begin_is_told(functions, emulator):
    where = published(functions, "raise ValueError('early')\n")
    functions.client.put_provisioned_concurrency_config(**where, ProvisionedConcurrentExecutions=2)
    found = settled(functions, emulator, **where)
    assert (found["Status"], found["StatusReason"]) == ("FAILED", "FUNCTION_ERROR_INIT_FAILURE")
    assert found["AllocatedProvisionedConcurrentExecutions"] == 0


def test_a_role_that_cannot_be_assumed_is_told():
    with emulated(iam="audit") as emulator:
        functions = Functions(boto3.client("lambda", endpoint_url=emulator.url))
        where = published(functions)
        functions.client.put_provisioned_concurrency_config(**where, ProvisionedConcurrentExecutions=1)
        found = settled(functions, emulator, **where)
        assert found["Status"] == "FAILED"
        assert found["StatusReason"].startswith("The role defined for the function cannot be assumed by Lambda.")


def test_one_that_cannot_run_here_is_told(functions, emulator):
    functions.make("", Runtime="dotnet8", Handler="A::B::C")
    functions.client.publish_version(FunctionName="f")
    where = {"FunctionName": "f", "Qualifier": "1"}
    functions.client.put_provisioned_concurrency_config(**where, ProvisionedConcurrentExecutions=1)
    found = settled(functions, emulator, **where)
    assert (found["Status"], found["StatusReason"]) == (
        "FAILED", "The runtime dotnet8 on this machine cannot be provided.")  # fmt: skip


def test_one_that_dies_is_no_longer_counted(functions, emulator):
    where = published(functions, DYING)
    functions.client.put_provisioned_concurrency_config(**where, ProvisionedConcurrentExecutions=1)
    assert settled(functions, emulator, **where)["Status"] == "READY"
    assert functions.call(Qualifier="1")[1]["FunctionError"] == "Unhandled"
    found = functions.client.get_provisioned_concurrency_config(**where)
    assert (found["Status"], found["AvailableProvisionedConcurrentExecutions"]) == ("IN_PROGRESS", 0)
    assert settled(functions, emulator, **where)["Status"] == "READY"


def test_one_that_dies_unused_is_mended_with_the_next_call(functions, emulator):
    """That call gets one that does not stand ready."""
    where = published(functions, MORTAL)
    functions.client.put_provisioned_concurrency_config(**where, ProvisionedConcurrentExecutions=1)
    settled(functions, emulator, **where)
    assert functions.call("soon", Qualifier="1")[0] == "provisioned-concurrency"
    for _ in range(100):
        found = functions.client.get_provisioned_concurrency_config(**where)
        if not found["AvailableProvisionedConcurrentExecutions"]:
            break
        functions.pause()
    assert functions.call(Qualifier="1")[0] == "on-demand"
    assert settled(functions, emulator, **where)["Status"] == "READY"


def test_environments_are_for_those_who_may_have_them(functions, emulator):
    where = published(functions)
    functions.client.put_provisioned_concurrency_config(**where, ProvisionedConcurrentExecutions=1)
    settled(functions, emulator, **where)
    prepared = functions.call(Qualifier="1")[0]
    assert functions.call(Qualifier="1")[0] == prepared != functions.call()[0]
    functions.client.delete_provisioned_concurrency_config(**where)
    assert functions.call(Qualifier="1")[0] != prepared


def test_one_that_is_at_work_ends_afterwards(functions, emulator):
    where = published(functions, SLOW)
    functions.client.put_provisioned_concurrency_config(**where, ProvisionedConcurrentExecutions=1)
    settled(functions, emulator, **where)
    with ThreadPoolExecutor() as pool:
        call = pool.submit(functions.call, 1, Qualifier="1")
        functions.pause()
        functions.client.delete_provisioned_concurrency_config(**where)
        prepared, _ = call.result()
    functions.client.put_provisioned_concurrency_config(**where, ProvisionedConcurrentExecutions=1)
    settled(functions, emulator, **where)
    assert functions.call(Qualifier="1")[0] != prepared
