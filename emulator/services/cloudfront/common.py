"""The service object, and what its resources have in common: versions, places, tags, pages, words of refusals."""

from emulator.kernel.errors import AwsError
from emulator.kernel.service import Service
from emulator.kernel.store import ACCOUNT, replace
from emulator.resources import IdPattern, Lifecycle, Listing, Resource, Tags, Version, after
from emulator.resources.errors import Refusal, refuse
from emulator.resources.records import ResourceRecord
from emulator.services.cloudfront import shapes

service = Service("cloudfront")

ENDPOINT = "https://cloudfront.amazonaws.com/2020-05-31"
ARN = "arn:{partition}:cloudfront::{account}:"
VERSION = Version(
    absent=("InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource."),
    stale=("PreconditionFailed",
           "The request failed because it didn't meet the preconditions in one or more request-header fields."),
    pattern="E{13:A-Z0-9}",
)  # fmt: skip
SOON = after(0, "cloudfront.deploy-seconds")  # AWS takes minutes
DEPLOYED = Lifecycle("InProgress", SOON, "Deployed", update=("InProgress", SOON, "Deployed"))
TAGS = Tags(
    missing=("NoSuchResource", "The specified resource does not exist."),
    too_many=("InvalidTagging", "A resource can have at most {maximum} tags."),
    reserved=("InvalidTagging", "Tag keys that start with aws: are reserved for AWS use."),
)
NO_ENTITY: Refusal = ("EntityNotFound", "The specified entity does not exist.")
ENTITY_EXISTS: Refusal = ("EntityAlreadyExists", "An entity with this name already exists.")
ENTITY_IN_USE: Refusal = ("CannotDeleteEntityWhileInUse", "The entity cannot be deleted while it is in use.")


def invalid(message: str, code: str = "InvalidArgument") -> AwsError:
    return AwsError(code, message)


def listing(operation: str, filters: dict | None = None, **more) -> Listing:
    """A list as CloudFront pages it: an empty one has no Items."""
    more.setdefault("bare", True)
    return Listing(operation, filters or {}, invalid_token=("InvalidArgument", "The Marker is not valid."), **more)


def resource(name: str, place: str, id: str | IdPattern, **more) -> Resource:
    """A resource of an account at a place of CloudFront's URL, under a version that changes of it must know."""
    declared = Resource(
        name, service, id=id, scope=ACCOUNT, version=VERSION, created="CreatedTime", modified="LastModifiedTime",
        **more,
    )  # fmt: skip
    declared.on_read(lambda ctx, record: {"Location": f"{ENDPOINT}/{place}/{record.id[-1]}"})
    if declared.body:
        declared.on_prepare(lambda ctx, document, before: {
            **document, declared.body: shapes.normalized(declared.body, document[declared.body])})  # fmt: skip
    return declared


def configured(name: str, place: str, id: str | IdPattern, listed: str = "", *, config: str = "", **more) -> Resource:
    """A resource that is one configuration, ``<name>Config``: read whole or without its identity, replaced whole."""
    config = config or f"{name}Config"
    verb = more.pop("verb", name)
    operations = {
        "create": f"Create{verb}", "read": (f"Get{name}", f"Get{config}"), "update": f"Update{verb}",
        "delete": f"Delete{verb}",
    }  # fmt: skip
    return resource(name, place, id, body=config, **{**operations, "list": listing(listed), **more})


def read_object(ctx, bucket: str, key: str, **more) -> bytes:
    """The content of an object in S3, which a caller may read. Raises S3's errors."""
    where = {"region": more.pop("region")} if "region" in more else {}
    body = ctx.call("s3", "GetObject", {"Bucket": bucket, "Key": key, **more}, **where)["Body"]
    if isinstance(body, bytes):
        return body
    try:
        return body.read()
    finally:
        body.close()


def host_name(ctx) -> str:
    """A name under which CloudFront answers."""
    return f"d{ctx.ids.text(13, 'abcdefghijklmnopqrstuvwxyz0123456789')}.cloudfront.net"


def immutable(declared: Resource, refusal: Refusal, *members: str) -> None:
    """Members of the body that an update must repeat."""

    @declared.on_validate
    def check(ctx, document, before):
        if before is not None:
            for name in members:
                if document[declared.body].get(name) != before.document[declared.body].get(name):
                    raise refuse(refusal, document)


def added(record: ResourceRecord, **members) -> ResourceRecord:
    """A record with further members."""
    return replace(record, document={**record.document, **members})


def check_page_size(ctx) -> None:
    """MaxItems is mostly a string in CloudFront's model, and must be a number all the same."""
    asked = ctx.input.get("MaxItems")
    if asked is not None and not (str(asked).isdigit() and int(asked) > 0):
        raise invalid("The parameter MaxItems must be a positive integer.")


service.before.append(check_page_size)
