"""Amazon CloudFront KeyValueStore: the pairs that functions at the edge read.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations_Amazon_CloudFront_KeyValueStore.html
"""

from emulator.engines import key_value_stores
from emulator.kernel.errors import AwsError
from emulator.kernel.service import Service
from emulator.resources import page

service = Service("cloudfront-keyvaluestore")

LARGEST_STORE, LARGEST_PAIR = 5 * 1024 * 1024, 1024  # bytes
LARGEST_BATCH = 50  # keys


def find(ctx, KvsARN: str) -> key_value_stores.Store:
    store = key_value_stores.find(ctx, KvsARN)
    if store is None:
        raise AwsError("ResourceNotFoundException", "KVS not found.")
    return store


def changed(ctx, KvsARN: str, IfMatch: str, puts: dict[str, str], deletes: list[str]) -> dict:
    """Change a store under the version that the caller knows, all or nothing."""
    store = find(ctx, KvsARN)
    if store.version != IfMatch:
        raise AwsError("ConflictException", "The If-Match version does not match the version of the Key Value Store.")
    if len(puts) + len(deletes) > LARGEST_BATCH or set(puts) & set(deletes):
        raise AwsError("ValidationException", f"A request changes {LARGEST_BATCH} different keys at most.")
    for key, value in puts.items():
        if len(key.encode()) + len(value.encode()) > LARGEST_PAIR:
            raise AwsError("ValidationException", f"A key and its value hold {LARGEST_PAIR} bytes at most.")
    store = key_value_stores.change(ctx, store, puts, deletes)
    if store.size > LARGEST_STORE:
        raise AwsError("ServiceQuotaExceededException", f"A key value store holds {LARGEST_STORE} bytes at most.")
    return {**_sizes(store), "ETag": store.version}


def _sizes(store: key_value_stores.Store) -> dict:
    return {"ItemCount": len(store.pairs), "TotalSizeInBytes": store.size}


@service.operation
def describe_key_value_store(ctx, KvsARN):
    """The size and the version of a store."""
    store = find(ctx, KvsARN)
    return {"KvsARN": KvsARN, "ETag": store.version, "Created": store.created, "LastModified": store.modified,
            "Status": "READY", **_sizes(store)}  # fmt: skip


@service.operation
def get_key(ctx, KvsARN, Key):
    """The value of a key."""
    store = find(ctx, KvsARN)
    if Key not in store.pairs:
        raise AwsError("ResourceNotFoundException", "Key not found.")
    return {"Key": Key, "Value": store.pairs[Key], **_sizes(store)}


@service.operation
def list_keys(ctx, KvsARN, NextToken=None, MaxResults=None):
    """The pairs of a store, in the order of their keys."""
    pairs, following = page(ctx, sorted(find(ctx, KvsARN).pairs.items()), lambda pair: pair[0], NextToken,
                            MaxResults or 10, query=KvsARN)  # fmt: skip
    answer = {"Items": [{"Key": key, "Value": value} for key, value in pairs]}
    return answer | ({"NextToken": following} if following else {})


@service.operation
def put_key(ctx, Key, Value, KvsARN, IfMatch):
    """Set a key."""
    return changed(ctx, KvsARN, IfMatch, {Key: Value}, [])


@service.operation
def delete_key(ctx, KvsARN, Key, IfMatch):
    """Remove a key. Raises ResourceNotFoundException."""
    if Key not in find(ctx, KvsARN).pairs:
        raise AwsError("ResourceNotFoundException", "Key not found.")
    return changed(ctx, KvsARN, IfMatch, {}, [Key])


@service.operation
def update_keys(ctx, KvsARN, IfMatch, Puts=(), Deletes=()):
    """Set and remove several keys, all or nothing."""
    puts = {each["Key"]: each["Value"] for each in Puts}
    return changed(ctx, KvsARN, IfMatch, puts, [each["Key"] for each in Deletes])
