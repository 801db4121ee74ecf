"""The AWS SDK for JavaScript v3 against a running emulator; the tests themselves are Node's, in ``js/``."""

import shutil
import subprocess
from pathlib import Path

import pytest

JS = Path(__file__).with_name("js")


@pytest.mark.parametrize("file", sorted(path.name for path in JS.glob("*.test.mjs")))
def test_with_the_javascript_sdk(emulator, file):
    if shutil.which("node") is None or not (JS / "node_modules" / "@aws-sdk").is_dir():
        pytest.skip("Node.js with the packages of tests/clients/js is not installed (make test does it where npm is)")
    done = subprocess.run(["node", "--test", file], cwd=JS, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 0" not in done.stdout
