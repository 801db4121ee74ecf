"""Managed nodes, and the activations by which they come. A node is a directory and a shell of this machine."""

from operator import attrgetter

from emulator.kernel.store import Record, Table


class Node(Record):
    """A managed node. ``inventory`` and the like are kept apart, by its id."""

    id: str  # mi-…
    name: str
    activation_id: str
    role: str
    registered: float  # epoch seconds
    platform: str = "Linux"
    platform_name: str = ""
    platform_version: str = ""
    computer_name: str = ""
    address: str = "127.0.0.1"
    tags: dict[str, str] = {}


nodes = Table("ssm.node", Node, key=attrgetter("id"), ordered=True)
