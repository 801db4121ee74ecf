"""What functions run in: their language, their image, their file systems, and environments that stand ready."""

import io
import shutil
import subprocess
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path

from conformance.probes import probe
from conformance.probes.lambda_.functions import GUIDE, ROLE, created, invoked, zipped

RUBY = (
    "def handler(event:, context:)\n  raise 'lost' if event['fail']\n"
    "  { twice: event['n'] * 2, name: context.function_name }\nend\n"
)
JAVA = """
import java.util.*;
public class Function {
    public static class Item { public int n; private String name; public String getName() { return name; }
        public void setName(String name) { this.name = name; } }
    public Item twice(Item given) { given.n *= 2; return given; }
    public String fail(Map<String, Object> given) { throw new IllegalStateException("lost"); }
}
"""
ACCESS_POINT = "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-"
NETWORK = {"SubnetIds": ["subnet-1a2b3c4d"], "SecurityGroupIds": ["sg-1a2b3c4d"]}
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/absent:latest"


def ruby(trial, source=RUBY):
    return created(trial, Runtime="ruby3.3", Handler="function.handler", Timeout=20,
                   Code={"ZipFile": zipped(source, "function.rb")})["FunctionName"]


@probe("lambda", "Invoke", "A function in Ruby answers what its handler returns", GUIDE + "ruby-handler.html")
def ruby_runs(trial):
    name = ruby(trial)
    assert invoked(trial, name, {"n": 4})[0] == {"twice": 8, "name": name}


@probe("lambda", "Invoke", "An error of a function in Ruby is of the type Function<its class>",
       GUIDE + "ruby-exceptions.html")
def ruby_fails(trial):
    payload, answer = invoked(trial, ruby(trial), {"fail": True})
    assert answer["FunctionError"] == "Unhandled" and payload["errorMessage"] == "lost", payload
    assert payload["errorType"] == "Function<RuntimeError>" and payload["stackTrace"], payload


@probe("lambda", "Invoke", "The Ruby runtimes bring AWS's SDK along", GUIDE + "lambda-ruby.html")
def ruby_has_the_sdk(trial):
    source = "require 'aws-sdk-s3'\ndef handler(event:, context:) = Aws::S3::Client.name\n"
    payload, _ = invoked(trial, ruby(trial, source))
    assert payload == "Aws::S3::Client", payload


def java(trial, handler):
    """A function in Java. Compiling takes a JDK, wherever the probe runs."""
    compiler = shutil.which("javac")
    assert compiler, "the probe needs a Java compiler"
    with tempfile.TemporaryDirectory() as home:
        Path(home, "Function.java").write_text(JAVA)
        subprocess.run([compiler, "--release", "17", "-d", home, f"{home}/Function.java"], check=True)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for each in Path(home).glob("*.class"):
                archive.write(each, each.name)
    return created(trial, Runtime="java17", Handler=f"Function::{handler}", Timeout=30, MemorySize=512,
                   Code={"ZipFile": buffer.getvalue()})["FunctionName"]


@probe("lambda", "Invoke", "A function in Java gets and gives objects of its own classes", GUIDE + "java-handler.html")
def java_runs(trial):
    payload, _ = invoked(trial, java(trial, "twice"), {"n": 21, "name": "Ann", "unknown": 1})
    assert payload == {"n": 42, "name": "Ann"}, payload


@probe("lambda", "Invoke", "An error of a function in Java is of the type of its class", GUIDE + "java-exceptions.html")
def java_fails(trial):
    payload, answer = invoked(trial, java(trial, "fail"), {})
    assert answer["FunctionError"] == "Unhandled" and payload["errorMessage"] == "lost", payload
    assert payload["errorType"] == "java.lang.IllegalStateException" and payload["stackTrace"], payload


@probe("lambda", "Invoke", "A wrapper script begins the runtime", GUIDE + "runtimes-modify.html")
def wrappers_begin(trial):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", "import os\ndef handler(event, context):\n    return os.environ['ADDED']\n")
        script = zipfile.ZipInfo("wrapper")
        script.external_attr = 0o755 << 16
        archive.writestr(script, '#!/bin/sh\nexport ADDED=yes\nexec "$@"\n')
    variables = {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/wrapper"}
    name = created(trial, Code={"ZipFile": buffer.getvalue()}, Environment={"Variables": variables})["FunctionName"]
    assert invoked(trial, name)[0] == "yes"


@probe("lambda", "CreateFunction", "A source image that does not exist is refused", GUIDE + "images-create.html")
def images_must_be_there(trial):
    trial.refused("CreateFunction", "InvalidParameterValueException", 400,
                  f"Source image {IMAGE} does not exist. Provide a valid source image.",
                  FunctionName=trial.unique("probe"), Role=ROLE, PackageType="Image", Code={"ImageUri": IMAGE})


@probe("lambda", "CreateFunction", "A function of an image has neither runtime nor handler nor layers",
       GUIDE + "images-create.html")
def images_bring_their_runtime(trial):
    trial.refused("CreateFunction", "InvalidParameterValueException", 400, (
        "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image."),
        FunctionName=trial.unique("probe"), Role=ROLE, PackageType="Image", Code={"ImageUri": IMAGE},
        Runtime="python3.12", Handler="index.handler")


@probe("lambda", "CreateFunction", "Functions that mount the same access point see each other's files",
       GUIDE + "configuration-filesystem.html")
def file_systems_are_shared(trial):
    arn = ACCESS_POINT + sha256(trial.unique("").encode()).hexdigest()[:17]

    def mounted(source, path):
        return created(trial, source, VpcConfig=NETWORK,
                       FileSystemConfigs=[{"Arn": arn, "LocalMountPath": path}])["FunctionName"]

    writer = mounted("def handler(event, context):\n    open('/mnt/a/file', 'w').write(event)\n", "/mnt/a")
    reader = mounted("def handler(event, context):\n    return open('/mnt/b/file').read()\n", "/mnt/b")
    invoked(trial, writer, "hello")
    assert invoked(trial, reader)[0] == "hello"


@probe("lambda", "CreateFunction", "A function mounts an access point of Amazon S3 Files",
       GUIDE + "configuration-filesystem.html")
def buckets_are_mounted(trial):
    place = f"file-system/fs-{'0' * 17}/access-point/fsap-{'0' * 17}"
    mounted = [{"Arn": f"arn:aws:s3files:us-east-1:111122223333:{place}", "LocalMountPath": "/mnt/a"}]
    made = created(trial, VpcConfig=NETWORK, FileSystemConfigs=mounted)
    assert made["FileSystemConfigs"] == mounted, made


@probe("lambda", "CreateFunction", "A function without a network mounts no file system",
       GUIDE + "configuration-filesystem.html")
def file_systems_need_a_network(trial):
    arn = ACCESS_POINT + "0" * 17
    trial.refused("CreateFunction", "InvalidParameterValueException", 400, (
        f"Function must be configured to execute in a VPC to reference access point {arn}."),
        FunctionName=trial.unique("probe"), Role=ROLE, Runtime="python3.12", Handler="index.handler",
        Code={"ZipFile": zipped("")}, FileSystemConfigs=[{"Arn": arn, "LocalMountPath": "/mnt/a"}])


def prepared(trial, source, count):
    """The provisioned concurrency of a function's first version when it is settled, and the function's name."""
    name = created(trial, source)["FunctionName"]
    trial.ask("PublishVersion", FunctionName=name)
    where = {"FunctionName": name, "Qualifier": "1"}
    trial.ask("PutProvisionedConcurrencyConfig", **where, ProvisionedConcurrentExecutions=count)
    return trial.world.wait(lambda: trial.ask("GetProvisionedConcurrencyConfig", **where),
                            lambda found: found["Status"] != "IN_PROGRESS"), name


@probe("lambda", "PutProvisionedConcurrencyConfig", "Environments that stand ready have begun before the first call",
       GUIDE + "provisioned-concurrency.html")
def environments_stand_ready(trial):
    source = "import os\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']\n"
    found, name = prepared(trial, source, 2)
    counts = [found[f"{each}ProvisionedConcurrentExecutions"] for each in ("Requested", "Allocated", "Available")]
    assert found["Status"] == "READY" and counts == [2, 2, 2], found
    assert invoked(trial, name, Qualifier="1")[0] == "provisioned-concurrency"


@probe("lambda", "PutProvisionedConcurrencyConfig", "Environments whose function cannot begin fail, with the reason",
       GUIDE + "provisioned-concurrency.html")
def environments_that_cannot_begin_fail(trial):
    found, _ = prepared(trial, "raise ValueError(1)\n", 1)
    assert found["Status"] == "FAILED" and found["StatusReason"] == "FUNCTION_ERROR_INIT_FAILURE", found
    assert found["AvailableProvisionedConcurrentExecutions"] == 0, found
