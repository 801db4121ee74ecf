"""What an environment of a function is made of."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

Content = tuple[str, Callable[[], bytes]]  # a zip's digest, and what reads the zip


class Unavailable(Exception):
    """This machine has nothing that runs such a function."""


class Ended(Exception):
    """All environments were ended, with the emulator or its state, while one was at work."""


class Image(NamedTuple):
    """A container image by its digest; what of the rest is not empty stands in place of its own."""

    digest: str
    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    directory: str = ""


class Launch(NamedTuple):
    """What an environment is made of.

    ``key`` names the exact version; ``logging`` is its LoggingConfig; ``ready`` is for provisioned concurrency. It runs
    its ``code``, with layers, in a ``runtime``; or, without one, an ``image``. ``mounts``: directories of this machine,
    by the places where the function finds them.
    """

    key: tuple
    runtime: str
    handler: str
    variables: dict[str, str]
    memory: int  # MB
    storage: int  # MB
    logging: dict[str, str]
    code: Content | None = None
    layers: tuple[Content, ...] = ()
    image: Image | None = None
    mounts: dict[str, Path] = {}
    ready: bool = False
