"""Expressions: what they say of the wrong ones, and what the right ones do."""

import pytest

VALIDATION = "ValidationException"
KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
VALUES = {
    ":s": {"S": "x"}, ":n": {"N": "1"}, ":big": {"N": "9"}, ":t": {"BOOL": True}, ":l": {"L": []}, ":ss": {"SS": ["a"]},
    ":m": {"M": {}}, ":type": {"S": "nope"}, ":b": {"B": b"b"},
}  # fmt: skip
REUSED = "The function is not allowed to be used this way in an expression; function: "
ONE_TYPE = "Incorrect operand type for operator or function; "
DISTINCT = "The first operand must be distinct from the remaining operands for this operator or function; "


def used(expression: str) -> dict:
    values = {
        name: value for name, value in VALUES.items() if name in expression.replace(")", " ").replace(",", " ").split()
    }
    return {"ExpressionAttributeValues": values} if values else {}


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "The expression can not be empty;"),
        ("foo", 'Syntax error; token: "<EOF>", near: "foo"'),
        ("a = :s AND", 'Syntax error; token: "<EOF>", near: "AND"'),
        ("a == :s", 'Syntax error; token: "=", near: "== :s"'),
        ("a = 1", 'Syntax error; token: "1", near: "= 1"'),
        ("_a = :s", 'Syntax error; token: "_", near: "_a"'),
        ("NOT a", 'Syntax error; token: "<EOF>", near: "a"'),
        ("((a = :s))", "The expression has redundant parentheses;"),
        ("NOT ((a = :s) )", "The expression has redundant parentheses;"),
        ("name = :s", "Attribute name is a reserved keyword; reserved keyword: name"),
        ("a.Status = :s", "Attribute name is a reserved keyword; reserved keyword: Status"),
        (
            "#x = :s",
            "An expression attribute name used in the document path is not defined; attribute name: #x",
        ),
        ("a = :nope", "An expression attribute value used in expression is not defined; attribute value: :nope"),
        ("foo(a)", "Invalid function name; function: foo"),
        ("Attribute_Exists(a)", "Invalid function name; function: Attribute_Exists"),
        ("if_not_exists(a, :s) = :s", "The function is not allowed in a condition expression; function: if_not_exists"),
        ("size(a)", REUSED + "size"),
        ("attribute_exists(a) = :s", REUSED + "attribute_exists"),
        ("size(attribute_exists(a)) = :n", REUSED + "attribute_exists"),
        (
            "attribute_exists(a, b)",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, "
            "number of operands: 2",
        ),
        (
            "attribute_exists( :s )",
            "Operator or function requires a document path; operator or function: attribute_exists",
        ),
        ("begins_with(a, :n )", ONE_TYPE + "operator or function: begins_with, operand type: N"),
        ("size( :n ) = a", ONE_TYPE + "operator or function: size, operand type: N"),
        ("a < :t", ONE_TYPE + "operator: <, operand type: BOOL"),
        ("a BETWEEN :l AND :n", ONE_TYPE + "operator: BETWEEN, operand type: L"),
        ("attribute_type(a, :n )", ONE_TYPE + "operator or function: attribute_type, operand type: N"),
        (
            "attribute_type(a, :type )",
            "Invalid attribute type name found; type: nope, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
        ),
        ("a.b[1] = a.b[1]", DISTINCT + "operator: =, first operand: [a, b, [1]]"),
        ("contains(a, a)", DISTINCT + "operator: contains, first operand: [a]"),
        (
            "a BETWEEN :big AND :n",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound "
            "operand: AttributeValue: {N:9}, upper bound operand: AttributeValue: {N:1}",
        ),
        (
            "a BETWEEN :s AND :n",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
            "AttributeValue: {S:x}, upper bound operand: AttributeValue: {N:1}",
        ),
        (
            "a IN (" + ", ".join([":n"] * 101) + " )",
            "The IN operator is provided with too many operands; number of operands: 101",
        ),
        (" OR ".join(["a=:n"] * 301), "The expression contains too many operators; operator count: 301"),
        ("a" + ".b" * 32 + " = :n", "The document path has too many nesting elements; nesting levels: 33"),
        ("a" * 4097, "Expression size has exceeded the maximum allowed size; expression size: 4097"),
    ],
)  # fmt: skip
def test_conditions_that_are_refused(dynamodb, table, refused, expression, message):
    given = {"ConditionExpression": expression} | used(expression.replace("=:n", " :n"))
    error = refused(dynamodb.put_item, TableName=table, Item=KEY, **given)
    assert error == (VALIDATION, f"Invalid ConditionExpression: {message}")


def adding(kind: str, clause: str = "ADD") -> str:
    return f"{ONE_TYPE}operator: {clause}, operand type: {kind}, typeSet: ALLOWED_FOR_{clause}_OPERAND"


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("INVALID SYNTAX HERE", 'Syntax error; token: "INVALID", near: "INVALID SYNTAX"'),
        ("ADD hits : incr", 'Syntax error; token: ":", near: "hits : incr"'),
        ("SET a = :s,", 'Syntax error; token: "<EOF>", near: ","'),
        ("SET a = :s SET b = :s", 'The "SET" section can only be used once in an update expression;'),
        (
            "SET a = :s REMOVE a",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], "
            "path two: [a]",
        ),
        (
            "SET a.b = :s REMOVE a.b.c",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], "
            "path two: [a, b, c]",
        ),
        (
            "SET a[0] = :s REMOVE a.b",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; "
            "path one: [a, [0]], path two: [a, b]",
        ),
        ("SET a = size(b)", "The function is not allowed in an update expression; function: size"),
        ("SET a = nope(b)", "Invalid function name; function: nope"),
        (
            "SET a = if_not_exists( :s , :s )",
            "Operator or function requires a document path; operator or function: if_not_exists",
        ),
        ("SET a = b + :s", ONE_TYPE + "operator or function: +, operand type: S"),
        ("SET a = list_append(b, :s )", ONE_TYPE + "operator or function: list_append, operand type: S"),
        ("ADD a :s", adding("STRING")),
        ("ADD a :l", adding("LIST")),
        ("DELETE a :n", adding("NUMBER", "DELETE")),
    ],
)  # fmt: skip
def test_updates_that_are_refused(dynamodb, table, refused, expression, message):
    error = refused(dynamodb.update_item, TableName=table, Key=KEY, UpdateExpression=expression, **used(expression))
    assert error == (VALIDATION, f"Invalid UpdateExpression: {message}")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"Expected": {"a": {"Exists": False}}, "ConditionExpression": "a = b"},
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
            "{Expected} Expression parameters: {ConditionExpression}",
        ),
        (
            {"ExpressionAttributeNames": {"#a": "a"}},
            "ExpressionAttributeNames can only be specified when using expressions",
        ),
        (
            {"ExpressionAttributeValues": {":a": {"S": "a"}}},
            "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null",
        ),
        (
            {"ConditionExpression": "a = b", "ExpressionAttributeNames": {}},
            "ExpressionAttributeNames must not be empty",
        ),
        (
            {"ConditionExpression": "a = b", "ExpressionAttributeNames": {"a": "a"}},
            'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
        ),
        (
            {"ConditionExpression": "a = b", "ExpressionAttributeValues": {"#a": {"S": ""}}},
            'ExpressionAttributeValues contains invalid key: Syntax error; key: "#a"',
        ),
        (
            {"ConditionExpression": "a = :a", "ExpressionAttributeValues": {":a": {"N": "x"}}},
            "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x "
            "for key :a",
        ),
        (
            {"ConditionExpression": "a <> b", "ExpressionAttributeNames": {"#u": "a"}},
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#u}",
        ),
        (
            {"ConditionExpression": "a <> b", "ExpressionAttributeValues": {":u": {"S": "a"}}},
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:u}",
        ),
    ],
)
def test_parameters_that_do_not_fit(dynamodb, table, refused, given, message):
    assert refused(dynamodb.put_item, TableName=table, Item=KEY, **given) == (VALIDATION, message)


ITEM = KEY | {
    "n": {"N": "5"}, "s": {"S": "hello"}, "l": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]}, "ss": {"SS": ["a", "b"]},
    "m": {"M": {"x": {"N": "1"}}}, "bin": {"B": b"abc"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "values", "changed"),
    [
        ("SET n = n + :v", {":v": {"N": "0.5"}}, {"n": {"N": "5.5"}}),
        ("SET n = :v - n", {":v": {"N": "1e2"}}, {"n": {"N": "95"}}),
        ("SET n = if_not_exists(n, :v) + :v", {":v": {"N": "1"}}, {"n": {"N": "6"}}),
        ("SET fresh = if_not_exists(fresh, :v)", {":v": {"N": "1"}}, {"fresh": {"N": "1"}}),
        ("SET n = s, s = n", {}, {"n": {"S": "hello"}, "s": {"N": "5"}}),
        ("SET l[1] = :v", {":v": {"S": "x"}}, {"l": {"L": [{"N": "1"}, {"S": "x"}, {"N": "3"}]}}),
        (
            "SET l[9] = :v, l[8] = n",
            {":v": {"S": "x"}},
            {"l": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}, {"N": "5"}, {"S": "x"}]}},
        ),
        ("REMOVE l[0], l[2], l[7]", {}, {"l": {"L": [{"N": "2"}]}}),
        (
            "SET l = list_append(:v, l)",
            {":v": {"L": [{"S": "0"}]}},
            {"l": {"L": [{"S": "0"}, {"N": "1"}, {"N": "2"}, {"N": "3"}]}},
        ),
        ("SET m.y = m REMOVE m.x", {}, {"m": {"M": {"y": {"M": {"x": {"N": "1"}}}}}}),
        ("REMOVE s, nothing", {}, {"s": None}),
        ("ADD n :v", {":v": {"N": "-5"}}, {"n": {"N": "0"}}),
        ("ADD ss :v", {":v": {"SS": ["b", "c"]}}, {"ss": {"SS": ["a", "b", "c"]}}),
        ("ADD m.hits :v", {":v": {"N": "1"}}, {"m": {"M": {"x": {"N": "1"}, "hits": {"N": "1"}}}}),
        ("DELETE ss :v", {":v": {"SS": ["a", "z"]}}, {"ss": {"SS": ["b"]}}),
        ("DELETE ss :v", {":v": {"SS": ["a", "b"]}}, {"ss": None}),
        ("set n=:v remove s", {":v": {"N": "1"}}, {"n": {"N": "1"}, "s": None}),
    ],
)  # fmt: skip
def test_what_updates_do(dynamodb, table, expression, values, changed):
    dynamodb.put_item(TableName=table, Item=ITEM)
    given = {"ExpressionAttributeValues": values} if values else {}
    dynamodb.update_item(TableName=table, Key=KEY, UpdateExpression=expression, **given)
    expected = {name: value for name, value in (ITEM | changed).items() if value is not None}
    assert dynamodb.get_item(TableName=table, Key=KEY)["Item"] == expected


@pytest.mark.parametrize(
    ("expression", "values", "message"),
    [
        ("SET a = nothing", {}, "The provided expression refers to an attribute that does not exist in the item"),
        ("SET a = s + :v", {":v": {"N": "1"}}, "An operand in the update expression has an incorrect data type"),
        ("ADD s :v", {":v": {"N": "1"}}, "An operand in the update expression has an incorrect data type"),
        ("DELETE ss :v", {":v": {"NS": ["1"]}}, "An operand in the update expression has an incorrect data type"),
        (
            "SET nothing.x = :v", {":v": {"N": "1"}},
            "The document path provided in the update expression is invalid for update",
        ),
        (
            "SET m[0] = :v", {":v": {"N": "1"}},
            "The document path provided in the update expression is invalid for update",
        ),
        ("SET n = n + :v", {":v": {"N": "1e-125"}}, "Attempting to store more than 38 significant digits in a Number"),
    ],
)  # fmt: skip
def test_updates_that_do_not_fit_the_item(dynamodb, table, refused, expression, values, message):
    dynamodb.put_item(TableName=table, Item=ITEM)
    given = {"ExpressionAttributeValues": values} if values else {}
    error = refused(dynamodb.update_item, TableName=table, Key=KEY, UpdateExpression=expression, **given)
    assert error == (VALIDATION, message)
    assert dynamodb.get_item(TableName=table, Key=KEY)["Item"] == ITEM


@pytest.mark.parametrize(
    ("expected", "holds"),
    [
        ({"n": {"Value": {"N": "5.0"}}}, True),
        ({"n": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "4"}]}}, True),
        ({"nothing": {"Exists": False}}, True),
        ({"n": {"ComparisonOperator": "NULL"}}, False),
        ({"ss": {"ComparisonOperator": "CONTAINS", "AttributeValueList": [{"S": "a"}]}}, True),
        ({"ss": {"ComparisonOperator": "NOT_CONTAINS", "AttributeValueList": [{"S": "a"}]}}, False),
        ({"s": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"S": "he"}]}}, True),
        ({"s": {"ComparisonOperator": "IN", "AttributeValueList": [{"S": "x"}, {"S": "hello"}]}}, True),
        ({"n": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "6"}, {"N": "7"}]}}, False),
        ({"n": {"ComparisonOperator": "NE", "AttributeValueList": [{"S": "5"}]}}, True),
    ],
)
def test_conditions_from_before_expressions(dynamodb, table, expected, holds):
    dynamodb.put_item(TableName=table, Item=ITEM)
    if holds:
        dynamodb.put_item(TableName=table, Item=ITEM, Expected=expected)
    else:
        with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
            dynamodb.put_item(TableName=table, Item=ITEM, Expected=expected)


def test_updates_from_before_expressions(dynamodb, table):
    dynamodb.put_item(TableName=table, Item=ITEM)
    dynamodb.update_item(
        TableName=table, Key=KEY,
        AttributeUpdates={
            "n": {"Action": "ADD", "Value": {"N": "1"}}, "s": {"Action": "DELETE"}, "new": {"Value": {"S": "n"}},
            "ss": {"Action": "DELETE", "Value": {"SS": ["a"]}}, "l": {"Action": "ADD", "Value": {"L": [{"N": "4"}]}},
        },
    )  # fmt: skip
    found = dynamodb.get_item(TableName=table, Key=KEY)["Item"]
    assert (found["n"], found["new"], found["ss"]) == ({"N": "6"}, {"S": "n"}, {"SS": ["b"]})
    assert found["l"]["L"][-1] == {"N": "4"}
    assert "s" not in found
