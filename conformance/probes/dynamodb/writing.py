"""Writing single items: conditions, what is returned, sizes, values."""

from conformance.probes import probe
from conformance.probes.dynamodb.making import (
    API,
    GUIDE,
    INVALID,
    get,
    item,
    put,
    settled,
    table,
    update,
    value,
    values,
)

UPDATES = GUIDE + "Expressions.UpdateExpressions.html"
TYPES = GUIDE + "HowItWorks.NamingRulesDataTypes.html"


@probe("dynamodb", "PutItem", "A put replaces the whole item, so that attributes it does not name are gone",
       API + "API_PutItem.html")
def a_put_replaces_the_item(trial):
    name = table(trial)
    put(trial, name, old="x")
    put(trial, name, new="y")
    assert get(trial, name) == item(new="y")


@probe("dynamodb", "PutItem", "attribute_not_exists on the key keeps a put from replacing an item",
       GUIDE + "Expressions.ConditionExpressions.html")
def a_condition_keeps_the_old_item(trial):
    name = table(trial)
    put(trial, name, x="old")
    trial.refused("PutItem", "ConditionalCheckFailedException", 400, "The conditional request failed",
                  TableName=name, Item=item(x="new"), ConditionExpression="attribute_not_exists(pk)")
    assert get(trial, name)["x"] == value("old")


@probe("dynamodb", "PutItem", "A failed condition tells the item that stands there to who asked for it",
       API + "API_PutItem.html#DDB-PutItem-request-ReturnValuesOnConditionCheckFailure")
def a_failed_condition_tells_the_item(trial):
    name = table(trial)
    put(trial, name, x="old")
    answer = trial.refused("PutItem", "ConditionalCheckFailedException", TableName=name, Item=item(x="new"),
                           ConditionExpression="attribute_not_exists(pk)",
                           ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert b'"old"' in answer.raw.body, answer.raw.body


@probe("dynamodb", "PutItem", "ALL_OLD returns what a put replaced, and nothing for a new item",
       API + "API_PutItem.html")
def a_put_returns_what_it_replaced(trial):
    name = table(trial)
    first = trial.ask("PutItem", TableName=name, Item=item(x="1"), ReturnValues="ALL_OLD")
    second = trial.ask("PutItem", TableName=name, Item=item(x="2"), ReturnValues="ALL_OLD")
    assert not first.get("Attributes"), first
    assert second["Attributes"] == item(x="1"), second


@probe("dynamodb", "PutItem", "An item of more than 400 KB is refused", GUIDE + "Constraints.html")
def an_item_can_be_too_large(trial):
    name = table(trial)
    put(trial, name, x="x" * (400 * 1024 - 20))
    trial.refused("PutItem", INVALID, 400, "Item size has exceeded the maximum allowed size", TableName=name,
                  Item=item(x="x" * 400 * 1024))


@probe("dynamodb", "PutItem", "A key attribute of another type is refused, and the message names both types",
       API + "API_PutItem.html")
def a_key_has_its_type(trial):
    name = table(trial)
    trial.refused("PutItem", INVALID, 400,
                  "One or more parameter values were invalid: Type mismatch for key sk expected: S actual: N",
                  TableName=name, Item=item(sk=1))


@probe("dynamodb", "PutItem", "An empty string is a value, but none for a key", TYPES)
def an_empty_string_is_no_key(trial):
    name = table(trial)
    put(trial, name, x="")
    assert get(trial, name)["x"] == {"S": ""}
    trial.refused("PutItem", INVALID, 400,
                  "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
                  "an empty string value. Key: pk", TableName=name, Item=item(pk=""))


@probe("dynamodb", "PutItem", "A set can't be empty and can't hold a value twice", TYPES)
def sets_hold_each_value_once(trial):
    name = table(trial)
    for wrong in ([], ["x", "x"]):
        trial.refused("PutItem", INVALID, 400, TableName=name, Item=item(tags={"SS": wrong}))


@probe("dynamodb", "PutItem", "Lists and maps nest 32 levels deep, not 33", GUIDE + "Constraints.html")
def nesting_has_a_limit(trial):
    name, nested = table(trial), value("x")
    for _ in range(32):
        nested = {"L": [nested]}
    put(trial, name, deep=nested)
    trial.refused("PutItem", INVALID, 400, TableName=name, Item=item(deep={"L": [nested]}))


@probe("dynamodb", "PutItem", "Numbers keep 38 digits exactly, and lose leading and trailing zeros",
       TYPES + "#HowItWorks.DataTypes.Number")
def numbers_are_exact(trial):
    name, long = table(trial), "1" * 38
    put(trial, name, long={"N": long}, padded={"N": "0012.500"}, tiny={"N": "1E-130"})
    found = get(trial, name)
    assert (found["long"], found["padded"]) == ({"N": long}, {"N": "12.5"}), found
    trial.refused("PutItem", INVALID, 400, "Attempting to store more than 38 significant digits in a Number",
                  TableName=name, Item=item(long={"N": "1" * 39}))


@probe("dynamodb", "PutItem", "A number beyond the range of magnitudes is refused as overflow",
       TYPES + "#HowItWorks.DataTypes.Number")
def numbers_overflow(trial):
    trial.refused("PutItem", INVALID, 400,
                  "Number overflow. Attempting to store a number with magnitude larger than supported range",
                  TableName=table(trial), Item=item(n={"N": "1E126"}))


@probe("dynamodb", "UpdateItem", "An update of an item that is not there makes it", API + "API_UpdateItem.html")
def an_update_makes_the_item(trial):
    name = table(trial)
    assert update(trial, name, "SET x = :x", x="1") == item(x="1")


@probe("dynamodb", "UpdateItem", "ADD counts from zero where no number stands",
       UPDATES + "#Expressions.UpdateExpressions.ADD")
def add_counts_from_zero(trial):
    name = table(trial)
    update(trial, name, "ADD hits :one", one=1)
    assert update(trial, name, "ADD hits :one", one=1)["hits"] == value(2)


@probe("dynamodb", "UpdateItem", "All operands of an update are read before any of it is done",
       UPDATES)
def operands_are_read_first(trial):
    name = table(trial)
    put(trial, name, x=1, y=2)
    found = update(trial, name, "SET x = y, y = x")
    assert (found["x"], found["y"]) == (value(2), value(1)), found


@probe("dynamodb", "UpdateItem", "if_not_exists gives its default only where nothing stands",
       UPDATES + "#Expressions.UpdateExpressions.SET.PreventingAttributeOverwrites")
def defaults_do_not_overwrite(trial):
    name = table(trial)
    update(trial, name, "SET price = if_not_exists(price, :p)", p=1)
    assert update(trial, name, "SET price = if_not_exists(price, :p)", p=2)["price"] == value(1)


@probe("dynamodb", "UpdateItem", "DELETE takes members out of a set, and the last one takes the set along",
       UPDATES + "#Expressions.UpdateExpressions.DELETE")
def an_emptied_set_is_gone(trial):
    name = table(trial)
    put(trial, name, tags={"SS": ["a", "b"]})
    assert update(trial, name, "DELETE tags :t", t={"SS": ["a"]})["tags"] == {"SS": ["b"]}
    assert "tags" not in update(trial, name, "DELETE tags :t", t={"SS": ["b"]})


@probe("dynamodb", "UpdateItem", "Removing an element of a list moves those behind it up",
       UPDATES + "#Expressions.UpdateExpressions.REMOVE")
def removed_elements_close_up(trial):
    name = table(trial)
    put(trial, name, list=["a", "b", "c", "d"])
    found = trial.ask("UpdateItem", TableName=name, Key=item(), UpdateExpression="REMOVE #l[1], #l[2]",
                      ExpressionAttributeNames={"#l": "list"}, ReturnValues="ALL_NEW")["Attributes"]
    assert found["list"] == value(["a", "d"]), found


@probe("dynamodb", "UpdateItem", "An update can't change an attribute of the key", API + "API_UpdateItem.html")
def keys_cannot_be_updated(trial):
    name = table(trial)
    trial.refused("UpdateItem", INVALID, 400, "One or more parameter values were invalid: Cannot update attribute sk. "
                  "This attribute is part of the key", TableName=name, Key=item(), UpdateExpression="SET sk = :s",
                  ExpressionAttributeValues=values(s="2"))


@probe("dynamodb", "UpdateItem", "Two paths of one update may not overlap",
       UPDATES)
def paths_may_not_overlap(trial):
    trial.refused("UpdateItem", INVALID, 400,
                  "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of "
                  "these paths; path one: [m], path two: [m, x]", TableName=table(trial), Key=item(),
                  UpdateExpression="SET m = :v, m.x = :v", ExpressionAttributeValues=values(v="1"))


@probe("dynamodb", "UpdateItem", "A reserved word can't be a name in an expression, only a placeholder for it",
       GUIDE + "ReservedWords.html")
def reserved_words_need_placeholders(trial):
    name = table(trial)
    given = {"TableName": name, "Key": item(), "ExpressionAttributeValues": values(v="1")}
    trial.refused("UpdateItem", INVALID, 400, "Invalid UpdateExpression: Attribute name is a reserved keyword; "
                  "reserved keyword: status", UpdateExpression="SET status = :v", **given)
    trial.ask("UpdateItem", UpdateExpression="SET #s = :v", ExpressionAttributeNames={"#s": "status"}, **given)
    assert get(trial, name)["status"] == value("1")


@probe("dynamodb", "UpdateItem", "A value that no expression uses is refused, and the message names it",
       GUIDE + "Expressions.ExpressionAttributeValues.html")
def unused_values_are_refused(trial):
    trial.refused("UpdateItem", INVALID, 400,
                  "Value provided in ExpressionAttributeValues unused in expressions: keys: {:y}",
                  TableName=table(trial), Key=item(), UpdateExpression="SET x = :x",
                  ExpressionAttributeValues=values(x="1", y="2"))


@probe("dynamodb", "DeleteItem", "Deleting what is not there is no error, and deleting twice is the same",
       API + "API_DeleteItem.html")
def deletes_can_be_repeated(trial):
    name = table(trial)
    put(trial, name)
    for _ in range(2):
        trial.ask("DeleteItem", TableName=name, Key=item())
    assert get(trial, name) is None


@probe("dynamodb", "GetItem", "A key without the sort key does not match the schema", API + "API_GetItem.html")
def keys_must_be_whole(trial):
    trial.refused("GetItem", INVALID, 400, "The provided key element does not match the schema",
                  TableName=table(trial), Key={"pk": value("a")})


@probe("dynamodb", "GetItem", "A consistent read of up to 4 KB costs one unit, an eventually consistent one half",
       GUIDE + "read-write-operations.html")
def reads_cost_by_consistency(trial):
    name = table(trial)
    put(trial, name)
    for consistent, units in ((True, 1.0), (False, 0.5)):
        found = trial.ask("GetItem", TableName=name, Key=item(), ConsistentRead=consistent,
                          ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]
        assert found["CapacityUnits"] == units, found


@probe("dynamodb", "DeleteTable", "A table with deletion protection can't be deleted until it is taken off",
       GUIDE + "WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection")
def protected_tables_stay(trial):
    name = table(trial, DeletionProtectionEnabled=True)
    trial.refused("DeleteTable", INVALID, 400, "Resource cannot be deleted as it is currently protected against "
                  "deletion. Disable deletion protection first.", TableName=name)
    trial.ask("UpdateTable", TableName=name, DeletionProtectionEnabled=False)
    settled(trial, name)
    trial.ask("DeleteTable", TableName=name)
