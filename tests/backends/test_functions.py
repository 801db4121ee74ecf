"""The pool of environments, with carriers that run no function: what stands, what ends, and when."""

import asyncio
import io
import stat
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from emulator.backends import functions_environment, functions_process
from emulator.backends.functions import Ended, Invocation, Launch, Pool, Unavailable
from emulator.backends.functions_container import Container
from emulator.backends.functions_files import Files
from emulator.backends.functions_launch import Image

EVENT = Invocation("id", "arn", b"{}", 5.0, "1")
NEXT, REGISTER = "GET /2018-06-01/runtime/invocation/next", "POST /2020-01-01/extension/register"


def launch(ready: bool = False, **variables: str) -> Launch:
    given = {"AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_LOG_STREAM_NAME": "s"}
    return Launch(("f", "1"), "", "", {**given, **variables}, 128, 512, {}, image=Image("none"), ready=ready)


async def say(address: str, line: str, body: bytes = b"") -> None:
    """A request to the Runtime API, and its answer."""
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"{line} HTTP/1.1\r\nContent-Length: {len(body)}\r\nLambda-Extension-Name: e\r\n\r\n"
    writer.write(head.encode() + body)
    await reader.read(1000)
    writer.close()


class Carrier:
    """Asks for an event, and answers none. ``held`` keeps it from beginning; ``extension`` wants to know its end.

    ``asking`` is done when it has got an event, or none will come.
    """

    extensions, watch, no_entry = 0, None, ""

    def __init__(self, extension: bool = False, held: asyncio.Event | None = None):
        self.over = False
        self.asking = None
        self._extension, self._held = extension, held

    async def start(self, address, log, ended):
        log.touch()
        if self._extension:
            await say(address, REGISTER, b'{"events":["SHUTDOWN"]}')
        if self._held is not None:
            await self._held.wait()
        self.asking = asyncio.create_task(say(address, NEXT))

    async def logged(self):
        pass

    def end(self):
        self.over = True


class Carriers(Pool):
    """A pool that remembers its carriers."""

    def __init__(self, **kind):
        super().__init__()
        self.made: list[Carrier] = []
        self._kind = kind

    def _carrier(self, launch, directory):
        self.made.append(Carrier(**self._kind))
        return self.made[-1]


def run(work):
    return asyncio.run(asyncio.wait_for(work, 10))


def test_as_many_stand_as_were_asked_for_last():
    async def work():
        held = asyncio.Event()
        pool = Carriers(held=held)
        more = asyncio.create_task(pool.provide(launch(True), 3, 9))
        while not pool.made:
            await asyncio.sleep(0)
        fewer = asyncio.create_task(pool.provide(launch(True), 1, 9))
        await asyncio.sleep(0)
        held.set()
        answers = await more, await fewer
        found = pool.standing(("f", "1")), sum(not each.over for each in pool.made)
        pool.close()
        return answers, found

    assert run(work()) == (("", ""), (1, 1))


def test_one_that_nobody_wants_any_more_when_it_stands_has_not_failed():
    async def work():
        held = asyncio.Event()
        pool = Carriers(held=held)
        waiting = asyncio.create_task(pool.provide(launch(True), 2, 9))
        while not pool.made:
            await asyncio.sleep(0)
        pool.forget(lambda each: each.ready)
        held.set()
        found = await waiting, pool.standing(("f", "1")), [each.over for each in pool.made]
        pool.close()
        return found

    assert run(work()) == ("", 0, [True])


def test_one_at_work_that_ends_afterwards_does_not_stand():
    async def work():
        pool = Carriers()
        await pool.provide(launch(True), 1, 9)
        call = asyncio.create_task(pool.invoke(launch(True), EVENT))
        await asyncio.sleep(0)
        before = pool.standing(("f", "1"))
        pool.forget(lambda each: True)
        found = before, pool.standing(("f", "1"))
        call.cancel()
        pool.close()
        return found

    assert run(work()) == (1, 0)


@pytest.mark.parametrize("variables, stands", [({}, 1), ({"AWS_SESSION_TOKEN": "t"}, 0)])
def test_what_stands_does_so_as_long_as_its_credentials(monkeypatch, variables, stands):
    async def work():
        pool = Carriers()
        await pool.provide(launch(True, **variables), 1, 9)
        monkeypatch.setattr(functions_environment, "LIFE_SECONDS", 0.0)
        found = pool.standing(("f", "1"))
        pool.close()
        return found

    assert run(work()) == stands


@pytest.mark.parametrize("moment", ["it begins", "it is at work"])
def test_a_call_that_is_under_way_when_all_ends_is_told(moment):
    async def work():
        pool = Carriers()
        call = asyncio.create_task(pool.invoke(launch(), EVENT))
        while not pool.made:
            await asyncio.sleep(0)
        while moment == "it is at work" and not (pool.made[0].asking and pool.made[0].asking.done()):
            await asyncio.sleep(0)
        pool.close()
        with pytest.raises(Ended):
            await call
        with pytest.raises(Ended):
            await pool.invoke(launch(), EVENT)
        return [each.over for each in pool.made]

    assert run(work()) == [True]


def test_one_whose_extensions_have_their_time_ends_when_all_does():
    async def work():
        pool = Carriers(extension=True)
        await pool.provide(launch(True), 1, 9)
        pool.forget(lambda each: True)
        waits = not pool.made[0].over
        pool.close()
        return waits, pool.made[0].over

    assert run(work()) == (True, True)


def packed(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def damaged() -> bytes:
    return packed({"a": "text of a file"}).replace(b"text of", b"TEXT OF", 1)


@pytest.mark.parametrize("code", [damaged(), packed({"a": "", "a/b": ""})], ids=["checksum", "nested"])
def test_files_that_cannot_be_unpacked_leave_nothing_behind(tmp_path, code):
    files = Files(tmp_path)
    for _ in range(2):
        with pytest.raises(Unavailable, match="cannot be unpacked"):
            files.unpacked((("bad", lambda: code),))
    assert list(tmp_path.iterdir()) == []
    found = files.unpacked((("good", lambda: packed({"a": "text"})),))
    assert (found / "a").read_text() == "text"
    assert files.unpacked((("good", lambda: code),)) == found  # which are not read again


def test_files_are_unpacked_beside_the_event_loop_and_once():
    """Two functions begin at the same time; the loop goes on while their files are read."""
    began, go_on, reads = threading.Event(), threading.Event(), []

    def read() -> bytes:
        reads.append(threading.current_thread() is threading.main_thread())
        began.set()
        assert go_on.wait(5)
        return packed({"bootstrap": ""})

    async def work():
        pool = Pool()
        wanted = Launch(("f", "1"), "provided.al2023", "", launch().variables, 128, 512, {}, code=("one", read))
        tasks = [asyncio.create_task(pool.invoke(wanted, EVENT)) for _ in range(2)]
        while not began.is_set():
            await asyncio.sleep(0.001)
        go_on.set()
        await asyncio.wait(tasks, timeout=9)
        pool.close()
        return [task.done() for task in tasks]

    assert (run(work()), reads) == ([True, True], [False])


def linked(links: dict[str, str], **files: str) -> bytes:
    buffer = io.BytesIO(packed(files))
    with zipfile.ZipFile(buffer, "a") as archive:
        for name, target in links.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, target)
    return buffer.getvalue()


def test_symbolic_links_are_kept(tmp_path):
    """But not where a later layer has something else."""
    one, two = linked({"link": "real", "gone": "real"}, real="text"), packed({"gone": "other"})
    root = Files(tmp_path).unpacked((("one", lambda: one), ("two", lambda: two)))
    assert (root / "link").is_symlink() and (root / "link").read_text() == "text"
    assert not (root / "gone").is_symlink() and (root / "gone").read_text() == "other"


def test_nothing_is_written_through_links(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "home").mkdir()
    files = Files(tmp_path / "home")
    one, two = linked({"way": str(outside)}), packed({"way/file": "text"})
    with pytest.raises(Unavailable):
        files.unpacked((("one", lambda: one), ("two", lambda: two)))
    assert list(outside.iterdir()) == [] == list((tmp_path / "home").iterdir())


def test_what_a_process_began_ends_with_it(tmp_path, monkeypatch):
    """Where nothing shuts it off, too."""
    words = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True)"
    monkeypatch.setattr(functions_process.functions_files, "start", lambda *_: functions_process.functions_files.Start(
        [sys.executable, "-c", words], str(tmp_path), functions_process.functions_files.NOWHERE))
    log = tmp_path / "log"

    async def work():
        ended = asyncio.get_running_loop().create_future()
        process = functions_process.Process(launch(), tmp_path, tmp_path, tmp_path)
        await process.start("127.0.0.1:1", log, lambda code: ended.get_loop().call_soon_threadsafe(
            ended.set_result, code))
        return await ended

    assert run(work()) == 0
    ended = time.monotonic() + 5
    while works(int(log.read_text())):
        assert time.monotonic() < ended
        time.sleep(0.01)


def works(process: int) -> bool:
    """Whether it is there, and not as one that nobody has waited for."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_an_engine_that_fails_is_told(tmp_path, monkeypatch):
    class Broken:
        def attach(self, stream):
            raise ConnectionResetError("gone")

    container = Container(launch(), Image("none"))
    monkeypatch.setattr(container, "_created", lambda address: Broken())
    pytest.importorskip("docker")
    with pytest.raises(Unavailable, match="an engine that fails"):
        asyncio.run(container.start("127.0.0.1:1", tmp_path / "log", lambda code: None))
