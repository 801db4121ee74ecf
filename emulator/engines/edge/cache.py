"""The answers that the edge keeps, in memory: a cache may be empty at any time, so nothing of it is state."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from emulator.engines.edge.messages import Answer
from emulator.engines.edge.paths import matches

ROOM = 256 * 1024 * 1024  # bytes of contents, beyond which the least used go
TAG = "#"  # begins a tag among the paths of an invalidation
TAGS = 50  # of one answer that are kept


class Kept(NamedTuple):
    """An answer in the cache: when it came and until when it is fresh, in epoch seconds; and its tags."""

    answer: Answer
    came: float
    fresh_until: float
    tags: frozenset[str] = frozenset()


def tags_of(answer: Answer, header: str) -> frozenset[str]:
    """The tags that a header of an answer tells, in lower case.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-by-tags.html
    """
    told = [each.strip().lower() for each in (answer.get(header) or "").split(",")]
    return frozenset([each for each in told if each][:TAGS])


class EdgeCache:
    """Answers by (distribution, tenant or "", key); the key begins with the path."""

    def __init__(self):
        self._kept: OrderedDict[tuple, Kept] = OrderedDict()
        self._size = 0

    def get(self, key: tuple) -> Kept | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: tuple, kept: Kept) -> None:
        self._drop(key)
        self._kept[key] = kept
        self._size += len(kept.answer.body)
        while self._size > ROOM:
            self._drop(next(iter(self._kept)))

    def forget(self, distribution: str, tenant: str, patterns: list[str]) -> int:
        """Drop what an invalidation names; how many answers that were. Without a tenant it is all tenants'."""
        gone = list(self._named(distribution, tenant, patterns))
        for key in gone:
            self._drop(key)
        return len(gone)

    def _named(self, distribution: str, tenant: str, patterns: list[str]) -> Iterator[tuple]:
        paths = [each for each in patterns if not each.startswith(TAG)]
        tags = {each.removeprefix(TAG).lower() for each in patterns if each.startswith(TAG)}
        for key, kept in self._kept.items():
            whole = f"{key[2][0]}?{key[2][1]}" if key[2][1] else key[2][0]
            named = any(matches(each, whole) or matches(each, key[2][0]) for each in paths) or tags & kept.tags
            if named and key[0] == distribution and tenant in ("", key[1]):
                yield key

    def _drop(self, key: tuple) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._size -= len(kept.answer.body)

    def close(self) -> None:
        self._kept.clear()
        self._size = 0
