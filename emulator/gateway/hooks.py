"""Init hooks: scripts in ``init/ready.d`` that run once the emulator answers, as LocalStack's users know them.

``*.sh`` run with the shell, ``*.py`` with this Python, each with ``AWS_ENDPOINT_URL`` and fake credentials set. The
directory is ``$PARITYLAB_INIT`` or ``/etc/localstack/init``; stages are boot, start, ready and shutdown.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path

logger = logging.getLogger("emulator.hooks")
STAGES = ("BOOT", "START", "READY", "SHUTDOWN")
RUNNERS = {".sh": ["sh"], ".py": [sys.executable]}


class Hooks:
    """Runs the scripts of a stage in name order; a failing one is reported and does not stop the others."""

    def __init__(self, directory: Path | None = None):
        self.directory = directory or Path(os.environ.get("PARITYLAB_INIT", "/etc/localstack/init"))
        self.completed = dict.fromkeys(STAGES, False)
        self.ran: list[dict] = []

    async def run(self, stage: str, endpoint: str, region: str = "us-east-1") -> None:
        directory = self.directory / f"{stage.lower()}.d"
        scripts = sorted(directory.iterdir()) if directory.is_dir() else []
        environment = {
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": region,
            **os.environ, "AWS_ENDPOINT_URL": endpoint,
        }  # fmt: skip
        for script in scripts:
            runner = RUNNERS.get(script.suffix)
            if runner is None:
                continue
            process = await asyncio.create_subprocess_exec(*runner, str(script), env=environment)
            code = await process.wait()
            state = "SUCCESSFUL" if code == 0 else "ERROR"
            self.ran.append({"stage": stage, "name": script.name, "state": state})
            if code:
                logger.error("init script %s ended with exit code %d", script, code)
        self.completed[stage] = True
