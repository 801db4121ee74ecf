"""Transactions: all or nothing, reasons, tokens."""

from conformance.probes import probe
from conformance.probes.dynamodb.making import API, GUIDE, INVALID, get, item, put, settled, table, values

TRANSACTIONS = GUIDE + "transaction-apis.html"


def puts(name: str, *keys: str, **more) -> list[dict]:
    return [{"Put": {"TableName": name, "Item": item(sk=key), **more}} for key in keys]


@probe("dynamodb", "TransactWriteItems", "One failed condition undoes the whole transaction", TRANSACTIONS)
def transactions_are_all_or_nothing(trial):
    name = table(trial)
    put(trial, name, sk="2")
    actions = puts(name, "1") + puts(name, "2", ConditionExpression="attribute_not_exists(pk)")
    trial.refused("TransactWriteItems", "TransactionCanceledException", 400,
                  "Transaction cancelled, please refer cancellation reasons for specific reasons "
                  "[None, ConditionalCheckFailed]", TransactItems=actions)
    assert get(trial, name, sk="1") is None


@probe("dynamodb", "TransactWriteItems", "A transaction can't touch one item twice",
       API + "API_TransactWriteItems.html")
def items_are_touched_once(trial):
    name = table(trial)
    trial.refused("TransactWriteItems", INVALID, 400,
                  "Transaction request cannot include multiple operations on one item",
                  TransactItems=puts(name, "1", "1"))


@probe("dynamodb", "TransactWriteItems", "A transaction that is sent again with its token is done once",
       API + "API_TransactWriteItems.html#DDB-TransactWriteItems-request-ClientRequestToken")
def tokens_do_once(trial):
    name, token = table(trial), trial.unique("token")
    add = {"TableName": name, "Key": item(), "UpdateExpression": "ADD hits :one",
           "ExpressionAttributeValues": values(one=1)}
    for _ in range(2):
        trial.ask("TransactWriteItems", TransactItems=[{"Update": add}], ClientRequestToken=token)
    assert get(trial, name)["hits"] == {"N": "1"}
    trial.refused("TransactWriteItems", "IdempotentParameterMismatchException", 400,
                  TransactItems=puts(name, "2"), ClientRequestToken=token)


@probe("dynamodb", "TransactWriteItems", "A condition check makes a transaction depend on an item it does not write",
       API + "API_ConditionCheck.html")
def checks_write_nothing(trial):
    name = table(trial)
    check = {"ConditionCheck": {"TableName": name, "Key": item(sk="0"), "ConditionExpression": "attribute_exists(pk)"}}
    trial.refused("TransactWriteItems", "TransactionCanceledException", 400,
                  TransactItems=[check, *puts(name, "1")])
    put(trial, name, sk="0")
    trial.ask("TransactWriteItems", TransactItems=[check, *puts(name, "1")])
    assert get(trial, name, sk="1") == item(sk="1")


@probe("dynamodb", "TransactWriteItems", "Transactional writes cost twice the units of plain ones",
       GUIDE + "transaction-apis.html#transaction-capacity-handling")
def transactions_cost_twice(trial):
    name = table(trial)
    (found,) = trial.ask("TransactWriteItems", TransactItems=puts(name, "1"),
                         ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]
    assert found["CapacityUnits"] == 2.0, found


@probe("dynamodb", "TransactGetItems", "A transactional read answers in the order of the request, nothing for no item",
       API + "API_TransactGetItems.html")
def reads_keep_their_order(trial):
    name = table(trial)
    put(trial, name, sk="1")
    wanted = [{"Get": {"TableName": name, "Key": item(sk=key)}} for key in ("0", "1")]
    found = trial.ask("TransactGetItems", TransactItems=wanted)["Responses"]
    assert [each.get("Item") for each in found] == [None, item(sk="1")], found


@probe("dynamodb", "UpdateTimeToLive", "Time to live can't be enabled twice", API + "API_UpdateTimeToLive.html")
def time_to_live_is_enabled_once(trial):
    name = table(trial)
    given = {"TableName": name, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires"}}
    trial.ask("UpdateTimeToLive", **given)
    trial.refused("UpdateTimeToLive", INVALID, 400, **given)


@probe("dynamodb", "RestoreTableFromBackup", "A restored table holds what the backup held, not what came later",
       GUIDE + "backuprestore_HowItWorks.html")
def backups_keep_a_moment(trial):
    name, copy = table(trial), trial.unique("copy")
    put(trial, name, sk="1")
    arn = trial.ask("CreateBackup", TableName=name, BackupName="probe")["BackupDetails"]["BackupArn"]
    trial.later(lambda: trial.ask("DeleteBackup", BackupArn=arn))
    put(trial, name, sk="2")
    trial.ask("RestoreTableFromBackup", TargetTableName=copy, BackupArn=arn)
    trial.later(lambda: trial.call("DeleteTable", TableName=copy))
    settled(trial, copy)
    assert (get(trial, copy, sk="1"), get(trial, copy, sk="2")) == (item(sk="1"), None)
