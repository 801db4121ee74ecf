"""What STS remembers beside the credentials themselves."""

from operator import attrgetter

from emulator.kernel.store import ACCOUNT, GLOBAL, Record, Table


class Session(Record):
    """What a session hands on to the sessions that it opens. ``policy_arns`` are the managed policies it was given."""

    access_key: str
    transitive_tags: tuple[str, ...] = ()
    source_identity: str = ""
    policy_arns: tuple[str, ...] = ()


class SigningKey(Record):
    """A private key (PEM) of an account's web identity tokens, by algorithm."""

    algorithm: str
    id: str
    pem: str


sessions = Table("sts.session", Session, key=attrgetter("access_key"), scope=GLOBAL)
signing_keys = Table("sts.signing_key", SigningKey, key=attrgetter("algorithm"), scope=ACCOUNT)
