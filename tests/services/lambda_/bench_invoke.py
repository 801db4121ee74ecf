"""What invocations cost: ``python tests/services/lambda_/bench_invoke.py [http://127.0.0.1:4566]``.

Prints milliseconds of cold and warm invocations as their caller sees them, and how long 100 invocations at once take,
for each language that this machine has. Without an address it starts an emulator in this process.
"""

import io
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
from botocore.config import Config

from emulator.testing.inprocess import InProcess

ROLE = "arn:aws:iam::000000000000:role/function"
# By runtime: the program that the machine needs for it, the source's file and text.
SOURCES = {
    "python3.11": (sys.executable, "index.py", "def handler(event, context):\n    return event\n"),
    "nodejs22.x": ("node", "index.js", "exports.handler = async (event) => event;"),
    "ruby3.3": ("ruby", "index.rb", "def handler(event:, context:) = event\n"),
    "java17": ("javac", "index.java", "public class index { public Object handler(Object event) { return event; } }"),
}
COLD, WARM, TOGETHER = 5, 100, 100


def zipped(name: str, text: str) -> bytes:
    """A zip of the source, which is compiled if it is Java's."""
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as home, zipfile.ZipFile(buffer, "w") as archive:
        source = Path(home, name)
        source.write_text(text)
        if source.suffix == ".java":
            subprocess.run(["javac", source], check=True)
            source = source.with_suffix(".class")
        archive.write(source, source.name)
    return buffer.getvalue()


def taken(call) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def told(what: str, times: list[float]) -> None:
    print(f"{what:<28} median {statistics.median(times):8.1f} ms   worst {max(times):8.1f} ms   ({len(times)})")


def measure(lambda_, runtime: str) -> None:
    _, name, text = SOURCES[runtime]
    function = runtime.partition(".")[0]
    handler = "index::handler" if name.endswith(".java") else "index.handler"
    lambda_.create_function(FunctionName=function, Role=ROLE, Runtime=runtime, Handler=handler,
                            Code={"ZipFile": zipped(name, text)}, Timeout=60)

    def call():
        assert "FunctionError" not in lambda_.invoke(FunctionName=function, Payload=b"{}")

    cold = []
    for number in range(COLD):
        lambda_.update_function_configuration(FunctionName=function, Description=str(number))
        cold.append(taken(call))
    told(f"{runtime} cold", cold)
    told(f"{runtime} warm", [taken(call) for _ in range(WARM)])
    lambda_.update_function_configuration(FunctionName=function, Description="together")
    with ThreadPoolExecutor(TOGETHER) as threads:
        whole = taken(lambda: list(threads.map(lambda _: call(), range(TOGETHER))))
    print(f"{runtime} {TOGETHER} at once, cold: {whole / 1000:.2f} s")


def run(address: str) -> None:
    config = Config(max_pool_connections=TOGETHER, read_timeout=120, retries={"total_max_attempts": 1})
    lambda_ = boto3.client("lambda", endpoint_url=address, region_name="us-east-1", config=config,
                           aws_access_key_id="test", aws_secret_access_key="test")
    for runtime, (program, *_) in SOURCES.items():
        if shutil.which(program):
            measure(lambda_, runtime)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run(sys.argv[1])
    else:
        emulator = InProcess().start()
        try:
            run(emulator.url)
        finally:
            emulator.stop()
