"""Saved queries.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
"""

from emulator.resources import IdPattern, Listing, Resource, equal, prefix
from emulator.resources.idempotency import remember, replay
from emulator.services.logs.errors import BAD_TOKEN
from emulator.services.logs.lookup import millis
from emulator.services.logs.service import service
from emulator.services.logs.upserts import put

Definition = Resource(
    "QueryDefinition", service, id=IdPattern("{uuid}", "queryDefinitionId"), created="made", modified="changed",
    missing=("ResourceNotFoundException", "The specified query definition does not exist."), list=Listing(
        "DescribeQueryDefinitions", {"queryDefinitionNamePrefix": prefix("name"), "queryLanguage": equal(
            "queryLanguage")}, limit=1000, invalid_token=BAD_TOKEN), cloudformation="AWS::Logs::QueryDefinition",
)  # fmt: skip


@service.operation
def put_query_definition(ctx, name, queryString, queryLanguage="CWLI", queryDefinitionId=None, logGroupNames=None,
                         clientToken=None, parameters=None):  # fmt: skip
    """Made, or changed where its id is given. Raises InvalidParameterException, ResourceNotFoundException."""
    given = {"name": name, "queryString": queryString, "queryLanguage": queryLanguage, "logGroupNames": logGroupNames,
             "parameters": parameters, "lastModified": millis(ctx)}  # fmt: skip
    asked = {key: value for key, value in given.items() if key != "lastModified"}
    if clientToken and (answer := replay(ctx, "PutQueryDefinition", clientToken, asked)) is not None:
        return answer
    if queryDefinitionId is not None:
        Definition.get(ctx, {"queryDefinitionId": queryDefinitionId})
        given["queryDefinitionId"] = queryDefinitionId
    answer = {"queryDefinitionId": put(ctx, Definition, given).id[-1]}
    if clientToken:
        remember(ctx, "PutQueryDefinition", clientToken, asked, answer)
    return answer


@service.operation
def delete_query_definition(ctx, queryDefinitionId):
    """Raises ResourceNotFoundException."""
    Definition.remove(ctx, Definition.get(ctx, {"queryDefinitionId": queryDefinitionId}))
    return {"success": True}
