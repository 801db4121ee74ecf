"""CloudFront's key value stores: pairs under a version that every change must know.

Two services and the functions at the edge share them: the control plane creates stores, the data plane fills them.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-kvp.html
"""

from operator import attrgetter

from emulator.kernel.store import ACCOUNT, Record, Table, replace


class Store(Record):
    """One store, by its ARN. Times are epoch seconds."""

    arn: str
    version: str
    created: float
    modified: float
    pairs: dict[str, str]

    @property
    def size(self) -> int:
        """Bytes of all keys and values."""
        return sum(len(key.encode()) + len(value.encode()) for key, value in self.pairs.items())


stores = Table("cloudfront.key-value-store", Store, key=attrgetter("arn"), scope=ACCOUNT)


def _version(ctx) -> str:
    return f"KV{ctx.ids.upper(12)}"


def create(ctx, arn: str, pairs: dict[str, str]) -> Store:
    return ctx.rows(stores).put(Store(arn, _version(ctx), ctx.now, ctx.now, pairs))


def delete(ctx, arn: str) -> None:
    ctx.rows(stores).delete(arn)


def find(ctx, arn: str) -> Store | None:
    """The store with an ARN, in the account that the ARN names."""
    parts = arn.split(":")
    return ctx.rows(stores, account=parts[4]).get(arn) if len(parts) > 5 else None


def change(ctx, store: Store, puts: dict[str, str], deletes: list[str]) -> Store:
    """The store with pairs set and keys removed, under a new version."""
    gone = set(deletes)
    pairs = {key: value for key, value in {**store.pairs, **puts}.items() if key not in gone}
    changed = replace(store, pairs=pairs, version=_version(ctx), modified=ctx.now)
    return ctx.rows(stores, account=store.arn.split(":")[4]).put(changed)
