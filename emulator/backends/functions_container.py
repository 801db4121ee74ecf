"""A function as a container of this machine's engine: Docker, or another that answers Docker's API (Podman does).

The engine is where DOCKER_HOST tells, or at Docker's usual socket. Its images must be there: nothing is pulled. A
container shares the machine's network, which leads it to the Runtime API and to the emulator on the loopback.
Extensions that an image holds are not started. What the docker library raises is an OSError, once it has an engine.
https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
"""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from emulator.backends.functions_launch import Image, Launch, Unavailable
from emulator.backends.functions_memory import Watch
from emulator.backends.functions_runtimes import sandbox

ENGINE_SECONDS = 30.0  # that the engine may take to answer
QUIET = 0.03  # seconds without a word of the container after which its log is whole
OWNER = "paritylab.owner"  # the label that tells whose a container is: a place, and a process there
SIGNALLED = 128  # is added to the number of the signal that ended a container


def engine() -> Any:
    """A client of the container engine. Raises Unavailable. Blocks."""
    try:
        import docker
    except ImportError:
        raise Unavailable("A function of a container image without the extra 'engines'") from None
    try:
        client = docker.from_env(timeout=ENGINE_SECONDS)
        client.ping()
    except (docker.errors.DockerException, OSError):
        raise Unavailable("A function of a container image without a container engine on this machine") from None
    return client


def digest(name: str) -> str | None:
    """The SHA-256, in hexadecimal digits, that the engine knows an image by; None if it has none of that name.

    Raises Unavailable. Blocks.
    """
    client = engine()
    from docker.errors import APIError, ImageNotFound

    try:
        return client.images.get(name).id.removeprefix("sha256:")
    except ImageNotFound:
        return None
    except OSError as error:
        if isinstance(error, APIError) and error.is_client_error():  # a name that is none
            return None
        raise Unavailable(f"A function of a container image whose engine fails ({error})") from None
    finally:
        client.close()


class Container:
    """One container. Its own file system can only be read, beside the scratch space at /tmp."""

    extensions = 0

    def __init__(self, launch: Launch, image: Image):
        self._launch, self._image = launch, image
        self._container: Any = None
        self._over = False  # ended, which may be before it began
        self._heard = 0.0  # when it last wrote something
        self.no_entry = ""
        self.watch: Watch | None = None

    async def start(self, address: str, log: Path, ended: Callable[[int], None]) -> None:
        """Begin with the Runtime API at ``address``; ``ended`` is told the exit status. Raises Unavailable."""
        await asyncio.to_thread(self._start, address, log, ended)

    def _start(self, address: str, log: Path, ended: Callable[[int], None]) -> None:
        from docker.errors import APIError

        container = self._container = self._created(address)
        if self._over:
            self.end()
            return
        try:
            said = container.attach(stream=True)
            container.start()
            container.reload()
        except APIError as error:  # its entry point or directory is none
            self.no_entry = str(error.explanation)
            ended(sandbox.MISSING)
            return
        except OSError as error:
            raise Unavailable(f"A container of {self._image.digest}, with an engine that fails ({error}),") from None
        self.watch = Watch(container.attrs["State"]["Pid"], self._launch.memory, log, self.end)
        threading.Thread(target=self._follow, args=(container, said, log, ended), daemon=True).start()

    def _created(self, address: str) -> Any:
        client, launch, image = engine(), self._launch, self._image
        try:
            _remove_left(client)
            return client.containers.create(
                image.digest, list(image.command) or None, entrypoint=list(image.entry_point) or None,
                working_dir=image.directory or None, network_mode="host", read_only=True, cap_drop=["ALL"],
                volumes={str(source): {"bind": target, "mode": "rw"} for target, source in launch.mounts.items()},
                tmpfs={"/tmp": f"size={launch.storage}m,mode=1777"}, security_opt=["no-new-privileges"],
                labels={"paritylab.function": launch.variables["AWS_LAMBDA_FUNCTION_NAME"],
                        OWNER: f"{place()}/{os.getpid()}"},
                environment={"TZ": ":UTC", **launch.variables, "AWS_LAMBDA_RUNTIME_API": address},
            )  # fmt: skip
        except OSError as error:  # the image is gone, for one
            client.close()
            raise Unavailable(f"A container of {image.digest}, refused by its engine ({error}),") from None

    def _follow(self, container: Any, said: Iterator[bytes], log: Path, ended: Callable[[int], None]) -> None:
        """Write down what it says, and tell when it is over."""
        status = SIGNALLED + 9  # that of one that was removed
        with suppress(OSError), open(log, "ab", buffering=0) as out:
            for piece in said:
                out.write(piece)
                self._heard = time.monotonic()
            status = container.wait()["StatusCode"]
        ended(SIGNALLED - status if status > SIGNALLED else status)

    async def logged(self) -> None:
        """Wait until what it wrote has come here: the engine hands it on a moment later."""
        begun = time.monotonic()
        while (now := time.monotonic()) < max(begun, self._heard) + QUIET:
            await asyncio.sleep(max(begun, self._heard) + QUIET - now)

    def end(self) -> None:
        """Remove it; in a thread that a program waits for before it ends."""
        self._over = True
        if self._container is not None:
            container, self._container = self._container, None
            threading.Thread(target=_remove, args=(container,)).start()


def place() -> str:
    """Where process numbers mean the same."""
    namespace = "/proc/self/ns/pid"
    return f"{socket.gethostname()}/{os.readlink(namespace) if os.path.islink(namespace) else ''}"


def _remove_left(client: Any) -> None:
    """Remove the containers of emulators that were killed before they could do so. Raises OSError."""
    for container in client.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True):
        where, _, process = container.labels[OWNER].rpartition("/")
        if where == place() and not _there(int(process)):
            with suppress(OSError):  # another emulator does it, too
                container.remove(force=True)


def _there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True


def _remove(container: Any) -> None:
    with suppress(OSError):
        container.remove(force=True)
    container.client.close()
