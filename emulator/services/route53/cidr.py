"""CIDR collections: named locations of address blocks, for IP-based routing.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html
"""

import ipaddress

from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, replace
from emulator.resources import IdPattern, Listing, Resource, Unique, page
from emulator.services.route53.service import invalid, location, page_size, service
from emulator.services.route53.vpcs import INVALID_TOKEN

BLOCKS = 1000  # of one collection, and of one change

CidrCollection = Resource(
    "CidrCollection", service, id=IdPattern("{uuid}"), scope=ACCOUNT, names={"CollectionId": "Id"},
    arn="arn:{partition}:route53:::cidrcollection/{Id}", create="CreateCidrCollection", delete="DeleteCidrCollection",
    list=Listing("ListCidrCollections", invalid_token=("InvalidInput", "The pagination token is invalid.")),
    missing=("NoSuchCidrCollectionException", "The CIDR collection you specified, doesn't exist."),
    unique=(Unique("Name", (
        "CidrCollectionAlreadyExistsException",
        "A CIDR collection with this name and a different caller reference already exists in this account."),
        repeats=True),),
)  # fmt: skip
CidrCollection.on_read(location("cidrcollection"))


@CidrCollection.on_read
def versioned(ctx, record):
    return {"Version": record.private.get("version", 1)}


@CidrCollection.on_delete
def unused(ctx, record):
    if blocks(record):
        raise AwsError("CidrCollectionInUseException")


def blocks(record) -> dict[str, list[str]]:
    """The blocks of each location."""
    return record.private.get("locations", {})


def _block(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise invalid(f"Invalid CIDR block: {text}") from None


@service.operation
def change_cidr_collection(ctx, Id, Changes, CollectionVersion=None):
    """Raises NoSuchCidrCollectionException, CidrCollectionVersionMismatchException, CidrBlockInUseException."""
    record = CidrCollection.get(ctx, {"Id": Id})
    version = record.private.get("version", 1)
    if CollectionVersion is not None and CollectionVersion != version:
        raise AwsError("CidrCollectionVersionMismatchException")
    kept = {name: list(each) for name, each in blocks(record).items()}
    for change in Changes:
        name, given = change["LocationName"], [_block(each) for each in change["CidrList"]]
        if change["Action"] == "PUT":
            taken = {each for other, those in kept.items() if other != name for each in those}
            if taken & set(given):
                raise AwsError("CidrBlockInUseException")
            kept[name] = sorted({*kept.get(name, ()), *given})
        else:
            kept[name] = [each for each in kept.get(name, ()) if each not in given]
    if sum(map(len, kept.values())) > BLOCKS:
        raise AwsError("LimitsExceeded", f"A CIDR collection can have at most {BLOCKS} CIDR blocks.")
    kept = {name: each for name, each in kept.items() if each}
    CidrCollection.put(ctx, replace(record, private={"locations": kept, "version": version + 1}))
    return {"Id": record.id[0]}


@service.operation
def list_cidr_locations(ctx, CollectionId, NextToken=None, MaxResults=None):
    """Raises NoSuchCidrCollectionException."""
    record = CidrCollection.get(ctx, {"Id": CollectionId})
    return _paged(ctx, "CidrLocations", [{"LocationName": each} for each in sorted(blocks(record))], CollectionId,
                  NextToken, MaxResults)  # fmt: skip


@service.operation
def list_cidr_blocks(ctx, CollectionId, LocationName=None, NextToken=None, MaxResults=None):
    """Raises NoSuchCidrCollectionException, NoSuchCidrLocationException."""
    record = CidrCollection.get(ctx, {"Id": CollectionId})
    if LocationName is not None and LocationName not in blocks(record):
        raise AwsError("NoSuchCidrLocationException")
    found = [{"CidrBlock": each, "LocationName": name} for name, those in sorted(blocks(record).items())
             for each in those if LocationName in (None, name)]
    return _paged(ctx, "CidrBlocks", found, [CollectionId, LocationName], NextToken, MaxResults)


def _paged(ctx, member: str, items: list[dict], query, token, limit) -> dict:
    def key(each: dict) -> tuple[str, str]:
        return each["LocationName"], each.get("CidrBlock", "")

    items.sort(key=key)
    found, following = page(ctx, items, key, token, page_size(limit), query=query, invalid=INVALID_TOKEN)
    return {member: found} | ({"NextToken": following} if following else {})
