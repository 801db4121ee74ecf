"""Databases of the Data Catalog. Their tables go with them.

https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-databases.html
"""

from emulator.resources import Listing, Resource, Tags, equal
from emulator.services.glue.common import BAD_TOKEN, service

EVERYBODY = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]
ATTRIBUTES = {"NAME": "Name", "TARGET_DATABASE": "TargetDatabase"}

Database = Resource(
    "Database", service, id="Name", folded=True, arn="arn:{partition}:glue:{region}:{account}:database/{Name}",
    create="CreateDatabase", read="GetDatabase", update="UpdateDatabase", delete="DeleteDatabase",
    list=Listing("GetDatabases", {
        "CatalogId": equal("CatalogId"), "ResourceShareType": lambda view, given: given == "ALL",
        "AttributesToGet": lambda view, given: True}, invalid_token=BAD_TOKEN),
    tags=Tags(list="GetTags", too_many=("InvalidInputException", "A resource can have at most {maximum} tags."),
              reserved=("InvalidInputException", "Tag keys that start with aws: are reserved for AWS use.")),
    envelopes=("DatabaseInput",), replaces=True, created="CreateTime",
    defaults={"CreateTableDefaultPermissions": EVERYBODY},
    missing=("EntityNotFoundException", "Database {Name} not found."),
    exists=("AlreadyExistsException", "Database already exists."),
    cloudformation="AWS::Glue::Database",
)  # fmt: skip


@Database.on_read
def shown(ctx, record):
    return {"CatalogId": record.arn.split(":")[4]}


_list = service.functions["get_databases"]


@service.operation
def get_databases(ctx, AttributesToGet=None, **given):
    """A page of databases, or of the attributes that are asked for. Raises InvalidInputException."""
    answer = _list(ctx, **given)
    if AttributesToGet:
        wanted = [ATTRIBUTES[each] for each in AttributesToGet]
        answer["DatabaseList"] = [{name: each[name] for name in wanted if name in each}
                                  for each in answer["DatabaseList"]]  # fmt: skip
    return answer
