"""Configurations of distributions in their smallest form."""

CACHING = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def origin(id="o", domain="origin.localhost", **more):
    return {"Id": id, "DomainName": domain, **({} if "S3OriginConfig" in more else {"CustomOriginConfig": {
        "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}}), **more}  # fmt: skip


def behavior(target="o", **more):
    return {"TargetOriginId": target, "ViewerProtocolPolicy": "allow-all", "CachePolicyId": CACHING, **more}


def items(*values):
    return {"Quantity": len(values), "Items": list(values)}


def config(reference="once", origins=None, default=None, **more):
    return {"CallerReference": reference, "Comment": "", "Enabled": True, "Origins": items(*(origins or [origin()])),
            "DefaultCacheBehavior": default or behavior(), **more}  # fmt: skip


def fits(written, found):
    """Every written member is read as it was written."""
    if isinstance(written, dict):
        return all(name in found and fits(value, found[name]) for name, value in written.items())
    if isinstance(written, list):
        return len(written) == len(found) and all(map(fits, written, found))
    return written == found
