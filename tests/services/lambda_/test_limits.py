"""A function that leaks, forks, floods or looks around harms nobody, and is told of as AWS does."""

import base64
import os
import time

import pytest

from emulator.backends.functions_files import shut_off

closed = pytest.mark.skipif(not shut_off(), reason="this system lets no plain user have namespaces")


LEAK = """
def handler(event, context):
    return event
def leak(event, context):
    kept = []
    while True:
        kept.append(bytearray(1 << 20))
"""
WRITE = """
def handler(event, context):
    found = []
    for path in ("/tmp/x", "/var/task/x", "/etc/x", "/opt/x"):
        try:
            with open(path, "wb") as file:
                file.write(b"x")
            found.append(path)
        except OSError:
            pass
    try:
        with open("/tmp/big", "wb") as file:
            for _ in range(600):
                file.write(bytes(1 << 20))
    except OSError as error:
        found.append(error.strerror)
    return found
"""
FLOOD = "def handler(event, context):\n    for _ in range(60):\n        print('x' * 1000000)\n    return 1\n"


def test_memory_is_limited(functions):
    functions.make(LEAK, Handler="index.leak", Timeout=20)
    payload, answer = functions.call(LogType="Tail")
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert answer["FunctionError"] == "Unhandled" and payload == {
        "errorType": "Runtime.OutOfMemory",
        "errorMessage": f"RequestId: {request_id} Error: Runtime exited with error: signal: killed",
    }
    log = base64.b64decode(answer["LogResult"]).decode()
    assert "Max Memory Used: 128 MB\t" in log and "Status: error\tError Type: Runtime.OutOfMemory" in log
    functions.client.update_function_configuration(FunctionName="f", Handler="index.handler")
    assert functions.call(1)[0] == 1


@closed
def test_scratch_space_is_limited_and_the_rest_read_only(functions):
    functions.make(WRITE, MemorySize=1024, Timeout=20)
    assert functions.call()[0] == ["/tmp/x", "No space left on device"]


@closed
def test_nothing_of_the_machine_is_seen(functions):
    functions.make(
        "import os\ndef handler(event, context):\n    return [os.getcwd(), os.path.exists(event['path']),"
        " os.path.exists(os.path.expanduser('~/.ssh')), os.getpid() < 10, __file__,"
        " len([name for name in os.listdir('/proc') if name.isdigit()]) < 5]\n"
    )
    secret = os.path.abspath(__file__)
    assert functions.call({"path": secret})[0] == ["/var/task", False, False, True, "/var/task/index.py", True]


@closed
def test_what_a_function_forks_ends_with_it(functions):
    functions.make(
        "import os, subprocess, time\ndef handler(event, context):\n"
        "    subprocess.Popen(['sleep', event], start_new_session=True)\n    if event == '7707':\n        os._exit(1)\n"
        "    time.sleep(30)\n", Timeout=1
    )
    assert functions.call("7707")[0]["errorType"] == "Runtime.ExitError"
    assert functions.call("7708")[0]["errorType"] == "Sandbox.Timedout"
    for _ in range(40):
        if not running("7707", "7708"):
            break
        time.sleep(0.05)
    assert not running("7707", "7708")


def running(*arguments: str) -> list[str]:
    """Processes of this machine that sleep for so long."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline") as file:
                words = file.read().split("\0")
        except OSError:
            continue
        if words[0] == "sleep" and words[1] in arguments:
            found.append(name)
    return found


def test_a_loop_is_ended(functions):
    functions.make("def handler(event, context):\n    while event:\n        pass\n    return 'done'\n", Timeout=1)
    assert functions.call(1)[0]["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert functions.call(0)[0] == "done"


@pytest.mark.parametrize(("code", "words"), [
    ("import ctypes; ctypes.string_at(0)", "signal: segmentation fault"), ("import os; os.abort()", "signal: aborted"),
    ("import os; os._exit(0)", "without providing a reason"), ("import sys; sys.exit(4)", "exit status 4"),
])  # fmt: skip
def test_a_death_is_told(functions, code, words):
    functions.make(f"def handler(event, context):\n    {code}\n")
    payload, answer = functions.call()
    assert answer["FunctionError"] == "Unhandled" and payload["errorType"] == "Runtime.ExitError"
    assert words in payload["errorMessage"], payload


def test_a_flood_of_lines_is_cut(functions):
    functions.make(FLOOD, Timeout=30)
    payload, answer = functions.call(LogType="Tail")
    assert payload == 1 and len(base64.b64decode(answer["LogResult"])) <= 4096


@closed
def test_a_bomb_of_forks_is_put_out(functions):
    functions.make("import os\ndef handler(event, context):\n    while event:\n        os.fork()\n    return 'well'\n",
                   MemorySize=3008, Timeout=10)  # fmt: skip
    payload, answer = functions.call(1)
    assert answer["FunctionError"] == "Unhandled" and "signal: killed" in payload["errorMessage"], payload
    assert functions.call(0)[0] == "well"
