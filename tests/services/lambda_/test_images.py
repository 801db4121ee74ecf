"""Functions of container images, where this machine has a container engine. .../lambda/latest/dg/images-create.html"""

import base64
import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from emulator.backends import functions_container
from emulator.backends.functions import Unavailable

from .conftest import ROLE
from .test_control import refused
from .test_file_systems import mounted

IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/paritylab-test:latest"
ABSENT = IMAGE.replace("latest", "absent")


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> str:
    """An image that holds one static program."""
    if shutil.which("gcc") is None:
        pytest.skip("this machine has no C compiler to make an image's program with")
    try:
        engine = functions_container.engine()
    except Unavailable:
        pytest.skip("no container engine answers at DOCKER_HOST or at Docker's socket")
    program = tmp_path_factory.mktemp("image") / "bootstrap"
    source = Path(__file__).with_name("bootstrap.c")
    subprocess.run(["gcc", "-static", "-D_GNU_SOURCE", "-o", program, source], check=True)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.add(program, "bootstrap")
        for name in ("tmp", "var/task", "elsewhere"):
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
    name, tag = IMAGE.rsplit(":", 1)
    changes = ['ENTRYPOINT ["/bootstrap"]', 'CMD ["own"]', "WORKDIR /var/task"]
    engine.api.import_image_from_data(archive.getvalue(), repository=name, tag=tag, changes=changes)
    yield IMAGE
    engine.images.remove(IMAGE, force=True)
    engine.close()


@pytest.fixture
def make(client, image):
    """``make(**members)``: a function of the image; its answer."""
    lambda_ = client("lambda")

    def create(**members):
        given = {"FunctionName": "f", "Role": ROLE, "PackageType": "Image", "Code": {"ImageUri": image}, "Timeout": 20}
        return lambda_.create_function(**{**given, **members})

    return create


def test_an_image_runs(make, functions):
    make(Environment={"Variables": {"OWN": "yes"}})
    payload, answer = functions.call({"n": 1}, LogType="Tail")
    assert payload == {
        "event": {"n": 1}, "word": "own", "cwd": "/var/task", "own": "yes", "scratch": 1, "written": 0, "here": 0,
    }  # fmt: skip
    log = base64.b64decode(answer["LogResult"]).decode()
    assert log.startswith("START RequestId: ") and 'seen {"n": 1}\nEND RequestId: ' in log and "Init Duration" in log
    assert "Init Duration" not in base64.b64decode(functions.call(2, LogType="Tail")[1]["LogResult"]).decode()


def test_its_configuration_is_told(make, functions, image):
    made = make(ImageConfig={"Command": ["given"], "WorkingDirectory": "/elsewhere"})
    assert made["PackageType"] == "Image" and "Runtime" not in made and "RuntimeVersionConfig" not in made
    assert made["ImageConfigResponse"] == {"ImageConfig": {"Command": ["given"], "WorkingDirectory": "/elsewhere"}}
    digest = functions_container.digest(image)
    assert made["CodeSha256"] == digest
    found = functions.client.get_function(FunctionName="f")
    resolved = f"{image.rpartition(':')[0]}@sha256:{digest}"
    assert found["Code"] == {"RepositoryType": "ECR", "ImageUri": image, "ResolvedImageUri": resolved}
    payload = functions.call()[0]
    assert (payload["word"], payload["cwd"]) == ("given", "/elsewhere")
    functions.client.update_function_configuration(FunctionName="f", ImageConfig={})
    assert "ImageConfigResponse" not in functions.client.get_function_configuration(FunctionName="f")
    assert functions.call()[0]["word"] == "own"


def test_versions_of_an_image(make, functions, image):
    assert make(Publish=True)["Version"] == "1"
    assert functions.call(Qualifier="1")[0]["word"] == "own"
    updated = functions.client.update_function_code(FunctionName="f", ImageUri=image)
    assert updated["LastUpdateStatus"] == "InProgress" and updated["CodeSha256"] == functions_container.digest(image)


@pytest.mark.parametrize(("event", "kind", "words"), [
    ("sleep", "Sandbox.Timedout", "Task timed out after 1.00 seconds"),
    ("leave", "Runtime.ExitError", "Runtime exited with error: exit status 3"),
    ("hog", "Runtime.OutOfMemory", "Runtime exited with error: signal: killed"),
])  # fmt: skip
def test_limits_hold(make, functions, event, kind, words):
    make(Timeout=1 if event == "sleep" else 20)
    payload, answer = functions.call(event)
    assert answer["FunctionError"] == "Unhandled" and payload["errorType"] == kind and words in payload["errorMessage"]
    assert functions.call("again")[0]["event"] == "again"


def test_an_entry_point_that_is_not_there(make, functions):
    make(ImageConfig={"EntryPoint": ["/nothing"]})
    payload, _ = functions.call()
    assert payload["errorType"] == "Runtime.InvalidEntrypoint" and "/nothing" in payload["errorMessage"]


def test_containers_of_emulators_that_were_killed_are_removed(make, functions, image):
    """Those of other machines, or of emulators that are there, are not."""
    engine, gone = functions_container.engine(), subprocess.Popen(["true"])
    gone.wait()
    place = functions_container.place()
    left, own, other = [
        engine.containers.create(image, labels={functions_container.OWNER: owner})
        for owner in (f"{place}/{gone.pid}", f"{place}/{os.getpid()}", f"elsewhere/{gone.pid}")
    ]
    try:
        make()
        functions.call()
        assert {own.id, other.id} <= (there := {each.id for each in engine.containers.list(all=True)})
        assert left.id not in there
    finally:
        for each in (own, other):
            each.remove()
        engine.close()


def test_an_image_mounts_file_systems(make, functions):
    make(ImageConfig={"WorkingDirectory": "/mnt/shared"}, **mounted("/mnt/shared"))
    payload = functions.call()[0]
    assert payload["cwd"] == "/mnt/shared" and payload["here"] == 1


def test_refusals(make, functions):
    invalid = "InvalidParameterValueException"
    refused(make, invalid, f"Source image {ABSENT} does not exist. Provide a valid source image.",
            Code={"ImageUri": ABSENT})  # fmt: skip
    refused(make, invalid, "Please provide a source for function code.", Code={"ZipFile": b""})
    refused(make, invalid, "Please don't provide Handler or Runtime or Layer when the intended function PackageType is "
            "Image.", Runtime="python3.12", Handler="index.handler")  # fmt: skip
    make()
    refused(functions.client.update_function_code, invalid, "Please provide ImageUri when updating a function with "
            "packageType Image.", FunctionName="f", ZipFile=b"")  # fmt: skip
    refused(make, "ResourceConflictException", "Function already exist: f")


@pytest.mark.parametrize(("lacking", "words"), [
    ("engine", "without a container engine on this machine"), ("library", "without the extra 'engines'"),
])  # fmt: skip
def test_without_an_engine_it_is_told(client, monkeypatch, lacking, words):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    if lacking == "library":
        monkeypatch.setitem(sys.modules, "docker", None)
    with pytest.raises(ClientError) as refusal:
        client("lambda").create_function(
            FunctionName="f", Role=ROLE, PackageType="Image", Code={"ImageUri": IMAGE}
        )
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert words in str(refusal.value)
