"""The envelope: gathers what was captured and keeps the cassette on disk up to date, redacted, while answers come."""

import os
import re
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from emulator.model import load, manifest
from lab.cassette import files
from lab.cassette.model import Caller, Cassette, Interaction, Truth
from lab.cassette.values import to_plain
from lab.recorder.decode import decode, request_of, response_of
from lab.recorder.exchange import Exchange
from lab.recorder.redact import Redactor

#: Seconds between two writes while the recording runs, and how many times longer than a write took the next one waits.
PACE = 1.0
REST = 5
SDK = re.compile(r"(?:aws-cli|Boto3|aws-sdk-[a-z0-9-]+|aws-[a-z]+-sdk[a-z0-9-]*|Botocore)/[^\s]+", re.IGNORECASE)


class Recording:
    """The exchanges of one command: as they were in memory, redacted on disk. Safe to use from the proxy's thread."""

    def __init__(self, folder: Path, title: str, redactor: Redactor, name: str | None = None,
                 file: Path | None = None, kept: Cassette | None = None):
        """``name``: of a scenario that is recorded again and again, under the same id; else the title and the time.

        ``file``: where the cassette goes in place of ``folder``; ``kept``: what stood there, to be gone on with.
        """
        self.folder = folder
        self.title = title
        self.name = name
        self.file = file
        self.kept = kept
        self.redactor = redactor
        self.started = datetime.now(UTC)
        self.exchanges: list[Exchange] = []
        self.path: Path | None = None
        self.bodies: set[Path] = set()
        self.lock = threading.Lock()
        self.due = 0.0

    def add(self, exchange: Exchange) -> None:
        with self.lock:
            exchange = decode(exchange)  # names the service, whose model tells what is sensitive
            self.exchanges.append(exchange)
            self.redactor.learn(exchange)
            if time.monotonic() >= self.due:
                self.write()

    def close(self) -> Path | None:
        """Write what came last; None when there is nothing."""
        with self.lock:
            if self.exchanges:
                self.write()
        return self.path

    def summary(self) -> str:
        services = Counter(each.service or "unread" for each in self.exchanges)
        calls = ", ".join(f"{number} {name}" for name, number in services.most_common())
        return f"{len(self.exchanges)} calls recorded ({calls}), provenance {provenance(self.exchanges)}"

    def write(self) -> None:
        """Redact everything anew, with all that is known by now, and put it in the place of what stood there."""
        began = time.monotonic()
        cassette = self.cassette([decode(self.redactor.redact(each)) for each in self.exchanges])
        path = self.file or self.folder / cassette.service / f"{cassette.id.rpartition('/')[2]}.json"
        there = set((path.parent / "bodies").glob("*"))
        files.write(cassette, part := path.with_suffix(".part"))
        os.replace(part, path)
        stored = msgspec.json.decode(path.read_bytes(), type=Cassette)
        named = {path.parent / message.body.file for step in stored.interactions
                 for message in (step.request, step.response) if message and message.body.file}
        # What an earlier write left behind may hold what has been learned to be secret since.
        for stale in self.bodies - named:
            stale.unlink(missing_ok=True)
        self.bodies = (self.bodies & named) | (named - there)
        if self.path not in (None, path):
            self.path.unlink(missing_ok=True)
        self.path, ended = path, time.monotonic()
        self.due = ended + max(PACE, REST * (ended - began))

    def id(self, provenance: str) -> str:
        """A scenario has one cassette for each provenance, so that a regression record never replaces evidence."""
        if self.name is None and self.file is not None:
            return self.file.stem
        if self.name is not None:
            service, _, program = self.name.partition("/")
            return f"{service}/{slug(program)}.{provenance}"
        return f"{slug(self.redactor.vault.replace(self.title))}-{self.started:%Y%m%d-%H%M%S}"

    def service(self, asked: Counter[str]) -> str:
        """The scenario's service, else the one that was asked most."""
        if self.name is not None:
            return self.name.partition("/")[0]
        return asked.most_common(1)[0][0] if asked else "unread"

    def cassette(self, exchanges: list[Exchange]) -> Cassette:
        services = Counter(each.service for each in exchanges if each.service)
        accounts = [made for value, made in self.redactor.vault.fakes.items()
                    if self.redactor.vault.kinds[value] == "account id"]
        agents = filter(None, (SDK.search(each.request.header("User-Agent")) for each in exchanges))
        made = Cassette(
            id=self.id(provenance(exchanges)),
            title=self.redactor.vault.replace(self.title),
            service=self.service(services),
            provenance=provenance(exchanges),
            recorded_at=self.started.strftime("%Y-%m-%dT%H:%M:%SZ"),
            region=next((each.region for each in exchanges if each.region), None),
            account=accounts[0] if accounts else None,
            sdk=next((match[0] for match in agents), None),
            model_version=f"botocore {manifest()['botocore']}",
            redactions=self.redactor.applied,
            notes=list(dict.fromkeys(f"step {step}: {note}" for step, each in enumerate(exchanges)
                                     for note in (*each.notes, *filter(None, (each.error,))))),
            interactions=[interaction(each) for each in exchanges],
        )
        return made if self.kept is None else continued(self.kept, made)


def continued(kept: Cassette, made: Cassette) -> Cassette:
    """A cassette with new steps after those that it had; evidence only where both are."""
    first = len(kept.interactions)
    notes = [re.sub(r"^step (\d+):", lambda match: f"step {int(match[1]) + first}:", each) for each in made.notes]
    return msgspec.structs.replace(
        kept, digest="", signature=None, interactions=[*kept.interactions, *made.interactions],
        provenance=kept.provenance if kept.provenance == made.provenance else "emulator",
        redactions=sorted({*kept.redactions, *made.redactions}),
        notes=[*kept.notes, f"steps from {first} on were recorded at {made.recorded_at}", *notes],
    )  # fmt: skip


def provenance(exchanges: list[Exchange]) -> str:
    """``aws-live`` only when every answer came from AWS itself: what was replaced anywhere is no evidence."""
    answered = [each for each in exchanges if each.response is not None]
    return "aws-live" if answered and all(each.live for each in answered) else "emulator"


def interaction(exchange: Exchange) -> Interaction:
    """One redacted and decoded exchange as a step of a cassette."""
    output = dict(exchange.output or {})
    error = output.pop("Error", None) if exchange.status >= 300 else None
    signed = exchange.request.header("Authorization") or "Signature=" in exchange.query
    unusual = exchange.operation and exchange.protocol != load(exchange.service).protocols[0]
    return Interaction(
        service=exchange.service,
        operation=exchange.operation,
        protocol=exchange.protocol if unusual else None,
        region=exchange.region,
        caller=Caller(anonymous=not signed),
        request=request_of(exchange),
        response=response_of(exchange) if exchange.response else None,
        input=to_plain(exchange.input),
        output=None if error else to_plain(exchange.output),
        error=to_plain(error),
        truth=[Truth("wire")] if exchange.response else [],
    )


def slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "recording"
