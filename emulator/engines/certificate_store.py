"""Certificates that services share: ACM keeps them here, load balancers and distributions serve them and say so.

``find`` gives what a TLS endpoint needs; ``use`` and ``release`` are what ACM tells as ``InUseBy``.
"""

from operator import attrgetter

from emulator.kernel.store import GLOBAL, Record, Table


class Material(Record):
    """A certificate with its chain (PEM) and private key (DER); no key where an ACME client keeps it."""

    arn: str
    pem: str
    chain: str
    key: bytes


class Authorities(Record):
    """A bundle of certificates (PEM) that sign those of clients: a trust store's."""

    arn: str
    pem: str


class Use(Record):
    """A resource that uses a certificate."""

    certificate: str
    user: str


materials = Table("certificates.material", Material, key=attrgetter("arn"), scope=GLOBAL)
authorities = Table("certificates.authorities", Authorities, key=attrgetter("arn"), scope=GLOBAL)
uses = Table("certificates.use", Use, key=lambda each: (each.certificate, each.user), scope=GLOBAL, ordered=True)


def find(ctx, arn: str) -> Material | None:
    """What serves; None where there is no such certificate, or its key is with somebody else."""
    found = ctx.rows(materials).get(arn)
    return found if found is not None and found.key else None


def use(ctx, arn: str, user: str) -> None:
    """A resource (by ARN) serves a certificate from now on."""
    ctx.rows(uses).put(Use(arn, user))


def release(ctx, arn: str, user: str) -> None:
    ctx.rows(uses).delete((arn, user))


def users(ctx, arn: str) -> list[str]:
    """The ARNs of who uses a certificate."""
    found = []
    for each in ctx.rows(uses).range((arn, "")):
        if each.certificate != arn:
            break
        found.append(each.user)
    return found
