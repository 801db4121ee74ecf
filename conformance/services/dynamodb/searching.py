"""Vector indexes: a table with one, and what proves that a search found its way."""

from conformance.services.dynamodb.hints import declared
from conformance.services.dynamodb.tables import NO_ITEMS, absent, awaited, drop

VECTORS = {"east": ("1", "0"), "north": ("0", "1"), "west": ("-1", "0")}
#: Cosine distances to the samples of SearchVector, which point east.
DISTANCES = {"east": 0.0, "north": 1.0, "west": 2.0}


def vector(*numbers):
    return [{"N": number} for number in numbers]


@declared.fixture("searchable", drop, absent, NO_ITEMS)
def searchable(world):
    name = world.unique("vectors")
    world.ask("CreateTable", {
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "VectorIndexes": [{"IndexName": "vectors", "VectorAttribute": {"AttributeName": "v"}, "Dimensions": 2,
                           "DistanceFunction": "COSINE", "Projection": {"ProjectionType": "ALL"}}],
    })  # fmt: skip
    awaited(world, name)
    for key, numbers in VECTORS.items():
        world.ask("PutItem", {"TableName": name, "Item": {"pk": {"S": key}, "a": {"S": "x"},
                                                          "v": {"L": vector(*numbers)}}})
    return {"TableName": name}


@declared.check("SearchVectors")
def nearest_found(proof, world, given, answer):
    """Nearest first, as many as were wanted, each at its distance, with what was asked for of it."""
    found = answer["SearchResults"]
    wanted = list(DISTANCES)[: given["TopK"]]
    scores = [round(each["Score"], 5) for each in found]
    proof.equal("Score", [DISTANCES[key] for key in wanted], scores)
    if "ProjectionExpression" not in given:
        items = [{"pk": {"S": key}, "a": {"S": "x"}} for key in wanted]
        proof.equal("Item", items, [each["Item"] for each in found])
    else:
        proof.true("Item", all("v" not in each["Item"] for each in found), "no vectors")
    asked = given.get("ReturnConsumedCapacity", "NONE") != "NONE"
    proof.equal("ConsumedCapacity", asked, bool(answer.get("ConsumedCapacity")))
