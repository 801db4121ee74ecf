"""Queries: started, told, stopped, saved, scheduled; transformers before them; lookup tables of their rows."""

import json
import time

import pytest

SECOND = 1_800_014_400  # now, as the fixtures freeze it


@pytest.fixture
def ask(logs, group):
    """Run a query over the last hour; returns its results once it has ended."""

    def run(text, **given):
        asked = {"logGroupName": group, "startTime": SECOND - 3600, "endTime": SECOND} | given
        started = logs.start_query(queryString=text, **asked)["queryId"]
        return finished(logs, started)

    return run


def finished(logs, id):
    for _ in range(200):
        answer = logs.get_query_results(queryId=id)
        if answer["status"] not in ("Scheduled", "Running"):
            return answer
        time.sleep(0.02)
    raise AssertionError("the query does not end")


def rows(answer):
    return [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]


def test_a_query_runs(logs, put, ask, group):
    put('{"level": "ERROR", "took": 5}', '{"level": "INFO", "took": 1}', '{"level": "ERROR", "took": 7}')
    answer = ask("filter level = 'ERROR' | stats count(*) as errors, max(took) as most by level")
    assert (answer["status"], rows(answer)) == ("Complete", [{"level": "ERROR", "errors": "2", "most": "7"}])
    statistics = answer["statistics"]
    assert (statistics["recordsMatched"], statistics["recordsScanned"], statistics["resultCount"]) == (2.0, 3.0, 1.0)
    told = logs.describe_queries(logGroupName=group)["queries"][0]
    assert told["queryString"].startswith(
        f'SOURCE "{group}" START={SECOND - 3600}000 END={SECOND}999 | filter level = ')
    assert (told["status"], told["queryLanguage"]) == ("Complete", "CWLI")


def test_many_events_are_counted_beside_everything_else(put, ask):
    put(*[f"line {number}" for number in range(1500)])
    answer = ask('parse @message "line *" as n | stats count(*) as c, max(n) as m')
    assert (answer["status"], rows(answer)) == ("Complete", [{"c": "1500", "m": "1499"}])


def test_rows_lead_to_their_records(logs, put, ask, now):
    put('{"user": {"name": "ann"}}', "plain")
    first = rows(ask("filter user.name = 'ann'"))[0]
    assert (first["@timestamp"], first["@message"]) == ("2027-01-15 11:59:59.999", '{"user": {"name": "ann"}}')
    record = logs.get_log_record(logRecordPointer=first["@ptr"])["logRecord"]
    assert (record["user.name"], record["@logStream"], record["@timestamp"]) == ("ann", "one", str(now - 1))
    told = logs.get_log_group_fields(logGroupName="/app")["logGroupFields"]
    fields = {each["name"]: each["percent"] for each in told}
    assert (fields["@message"], fields["user.name"]) == (100, 50)


def test_bad_queries_are_refused(logs, group, refused, now):
    given = {"logGroupName": group, "startTime": SECOND - 5, "endTime": SECOND}
    assert refused(logs.start_query, **given, queryString="stats count(*")[0] == "MalformedQueryException"
    assert refused(logs.start_query, **given, queryString="pattern @message | anomaly")[0] == "NotImplemented"
    assert refused(logs.start_query, **given | {"endTime": 5}, queryString="limit 1")[0] == "InvalidParameterException"
    code, message = refused(logs.start_query, **given | {"logGroupName": "none"}, queryString="limit 1")
    assert code == "ResourceNotFoundException"
    assert message.startswith("Log group 'none' does not exist for account ID '000000000000' (Service: AWSLogs;")
    assert refused(logs.get_query_results, queryId="none")[0] == "ResourceNotFoundException"


def test_an_ended_query_can_not_be_stopped(logs, put, ask, refused):
    put("a")
    ask("limit 1")
    id = logs.describe_queries()["queries"][0]["queryId"]
    assert refused(logs.stop_query, queryId=id)[0] == "InvalidParameterException"


def test_transformers_work_before_queries(logs, put, ask, group):
    config = [{"csv": {"columns": ["who", "took"]}}, {"typeConverter": {"entries": [
        {"key": "took", "type": "integer"}]}}]  # fmt: skip
    tested = logs.test_transformer(transformerConfig=config, logEventMessages=["ann,5"])["transformedLogs"][0]
    assert json.loads(tested["transformedEventMessage"]) == {"who": "ann", "took": 5}
    logs.put_transformer(logGroupIdentifier=group, transformerConfig=config)
    put("ann,5", "bob,6")
    assert rows(ask("stats sum(took) as t")) == [{"t": "11"}]
    assert logs.get_log_events(logGroupName=group, logStreamName="one")["events"][0]["message"] == "ann,5"
    assert logs.get_transformer(logGroupIdentifier=group)["transformerConfig"] == config


def test_saved_queries(logs, refused):
    id = logs.put_query_definition(name="errors", queryString="limit 1", logGroupNames=["/app"])["queryDefinitionId"]
    logs.put_query_definition(queryDefinitionId=id, name="errors", queryString="limit 2")
    found = logs.describe_query_definitions(queryDefinitionNamePrefix="err")["queryDefinitions"]
    assert [(each["queryDefinitionId"], each["queryString"], each["logGroupNames"]) for each in found] == [
        (id, "limit 2", ["/app"])]
    assert logs.delete_query_definition(queryDefinitionId=id)["success"] is True
    assert refused(logs.delete_query_definition, queryDefinitionId=id)[0] == "ResourceNotFoundException"


def test_scheduled_queries_write_their_rows(logs, client, put, group, emulator):
    s3 = client("s3")
    s3.create_bucket(Bucket="rows")
    role = "arn:aws:iam::000000000000:role/queries"
    put("a", "b")
    arn = logs.create_scheduled_query(
        name="count", queryLanguage="CWLI", queryString="stats count(*) as c", logGroupIdentifiers=[group],
        scheduleExpression="cron(0/10 * * * ? *)", startTimeOffset=3600, executionRoleArn=role,
        destinationConfiguration={"s3Configuration": {"destinationIdentifier": "s3://rows/out", "roleArn": role}},
    )["scheduledQueryArn"]  # fmt: skip
    emulator.advance(600)
    for _ in range(200):
        history = logs.get_scheduled_query_history(identifier=arn, startTime=0, endTime=(SECOND + 9999) * 1000)
        if history["triggerHistory"] and history["triggerHistory"][0]["executionStatus"] != "Running":
            break
        time.sleep(0.02)
    run = history["triggerHistory"][0]
    assert (run["executionStatus"], run["triggeredTimestamp"]) == ("Complete", (SECOND + 600) * 1000)
    assert run["destinations"][0]["status"] == "COMPLETE"
    body = s3.get_object(Bucket="rows", Key=f"out/count/{SECOND + 600}000.json")["Body"].read()
    assert json.loads(body) == [{"c": "2"}]
    assert logs.get_scheduled_query(identifier="count")["lastExecutionStatus"] == "Complete"


def test_lookup_tables(logs, put, ask, refused):
    arn = logs.create_lookup_table(lookupTableName="users", tableBody="id,name\n1,ann\n2,bob\n")["lookupTableArn"]
    found = logs.describe_lookup_tables()["lookupTables"][0]
    assert (found["tableFields"], found["recordsCount"], found["sizeBytes"]) == (["id", "name"], 2, 20)
    put('{"id": "2"}', '{"id": "5"}')
    found = rows(ask("lookup users id OUTPUT name | sort id | display id, name"))
    assert [(row["id"], row.get("name")) for row in found] == [("2", "bob"), ("5", None)]
    query = "fields id as who | lookup users id as who OUTPUT name | filter name = 'bob' | stats count(*)"
    assert rows(ask(query)) == [{"count(*)": "1"}]
    code, _ = refused(logs.start_query, logGroupName="/app", startTime=1, endTime=2,
                      queryString="lookup none id OUTPUT name")
    assert code == "ResourceNotFoundException"
    logs.update_lookup_table(lookupTableArn=arn, tableBody="id\n3\n")
    assert logs.get_lookup_table(lookupTableArn=arn)["tableBody"] == "id\n3\n"
    code, _ = refused(logs.create_lookup_table, lookupTableName="x", tableBody="a,b\n1\n")
    assert code == "InvalidParameterException"
    logs.delete_lookup_table(lookupTableArn=arn)
    assert refused(logs.get_lookup_table, lookupTableArn=arn)[0] == "ResourceNotFoundException"


def test_results_are_sealed_by_a_key(logs, client, put, ask, refused):
    kms = client("kms")
    policy = ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*","Service":'
              '"logs.us-east-1.amazonaws.com"},"Action":"kms:*","Resource":"*"}]}')  # fmt: skip
    key = kms.create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]
    everything = "arn:aws:logs:us-east-1:000000000000:query-result:*"
    logs.associate_kms_key(resourceIdentifier=everything, kmsKeyId=key["Arn"])
    put("a")
    answer = ask("display @message")
    assert ([row["@message"] for row in rows(answer)], answer["encryptionKey"]) == (["a"], key["Arn"])
    kms.disable_key(KeyId=key["KeyId"])
    id = logs.describe_queries()["queries"][0]["queryId"]
    assert refused(logs.get_query_results, queryId=id)[0] == "InvalidOperationException"
    logs.disassociate_kms_key(resourceIdentifier=everything)
    assert "encryptionKey" not in ask("display @message | limit 1")


def test_a_query_in_sql(logs, put, refused):
    put('{"status": 200, "took": 5}', '{"status": 500, "took": 7}', '{"status": 500, "took": 9}')
    given = {"startTime": SECOND - 60, "endTime": SECOND, "queryLanguage": "SQL"}
    text = "SELECT status, AVG(took) AS t FROM `/app` WHERE status >= 400 GROUP BY status"
    answer = finished(logs, logs.start_query(**given, queryString=text)["queryId"])
    assert (rows(answer), answer["queryLanguage"]) == ([{"status": "500", "t": "8"}], "SQL")
    for text, code in (("SELECT 1 FROM `/none`", "ResourceNotFoundException"), ("SELECT", "MalformedQueryException"),
                       ("SELECT * FROM read_text('x')", "MalformedQueryException")):  # fmt: skip
        assert refused(logs.start_query, **given, queryString=text)[0] == code


def test_a_query_names_its_log_groups(logs, put):
    put("a", "b")
    logs.create_log_group(logGroupName="/other")
    given = {"startTime": SECOND - 60, "endTime": SECOND}
    id = logs.start_query(**given, queryString='SOURCE logGroups(namePrefix: ["/a"]) | stats count(*) as c')["queryId"]
    assert rows(finished(logs, id)) == [{"c": "2"}]
    assert logs.list_log_groups_for_query(queryId=id)["logGroupIdentifiers"] == [
        "arn:aws:logs:us-east-1:000000000000:log-group:/app"]


@pytest.fixture
def other(logs, now):
    """A log group beside the first, with two events that have its request ids."""
    logs.create_log_group(logGroupName="/other", tags={"cw:datasource:name": "shop", "cw:datasource:type": "orders"})
    logs.create_log_stream(logGroupName="/other", logStreamName="s")
    logs.put_log_events(logGroupName="/other", logStreamName="s", logEvents=[
        {"timestamp": now, "message": json.dumps({"id": each, "cost": each * 10})} for each in (1, 2)])
    return "/other"


@pytest.mark.parametrize(("query", "expected"), [
    ("join left=a right=b where a.id = b.id (SOURCE '/other') | fields a.who, b.cost | sort a.who",
     [{"a.who": "ann", "b.cost": "10"}, {"a.who": "bob", "b.cost": "20"}]),
    ("filter id in (SOURCE logGroups(namePrefix: ['/oth']) | filter cost > 10 | fields id) | display who",
     [{"who": "bob"}]),
    ("filter id in (SOURCE dataSource(['shop.orders']) | filter cost < 15 | fields id) | display who",
     [{"who": "ann"}]),
])  # fmt: skip
def test_queries_within_queries(put, other, ask, query, expected):
    put('{"id": 1, "who": "ann"}', '{"id": 2, "who": "bob"}', '{"id": 3, "who": "eve"}')
    found = [{name: value for name, value in row.items() if name != "@ptr"} for row in rows(ask(query))]
    assert found == expected


def test_groups_within_a_query_must_be_there(logs, group, refused, now):
    given = {"logGroupName": group, "startTime": SECOND - 60, "endTime": SECOND}
    assert refused(logs.start_query, **given, queryString="filter a in (SOURCE '/none' | fields a)")[0] == (
        "ResourceNotFoundException")
    assert refused(logs.start_query, **given, queryString="lookup nothing a output b")[0] == (
        "ResourceNotFoundException")


def test_queries_in_ppl(logs, put, group, other, now):
    put('{"id": 1, "who": "ann"}', '{"id": 2, "who": "bob"}')
    given = {"startTime": SECOND - 60, "endTime": SECOND, "queryLanguage": "PPL"}
    id = logs.start_query(**given, logGroupName=group, queryString="where id = 2 | eval n = id * 2 | fields who, n")
    assert rows(finished(logs, id["queryId"])) == [{"who": "bob", "n": "4"}]
    id = logs.start_query(**given, queryString="source = [lg:`/app`, lg:`/other`] | stats count() as c")["queryId"]
    assert (rows(finished(logs, id)), logs.list_log_groups_for_query(queryId=id)["logGroupIdentifiers"]) == (
        [{"c": "4"}], [f"arn:aws:logs:us-east-1:000000000000:log-group:{name}" for name in ("/app", "/other")])
    assert logs.describe_queries(queryLanguage="PPL")["queries"][0]["queryLanguage"] == "PPL"


def test_times_are_compared(put, ask):
    put("took 1ms", "took 2ms", at=-3_600_000)
    put("took 3ms")
    answer = ask("pattern @message | diff", startTime=SECOND - 1800)
    assert [(row["@pattern"], row["@sampleCount"], row["@differenceDescription"]) for row in rows(answer)] == [
        ("took <*>", "1", "50% decrease")]
    [row] = rows(ask("pattern @message | logcompare timeshift 2h", startTime=SECOND - 1800))
    assert (row["@differenceEventCount"], row["@differenceDescription"]) == ("1", "New pattern")


def test_what_is_masked_may_be_unmasked(logs, put, ask, group):
    email = "arn:aws:dataprotection::aws:data-identifier/EmailAddress"
    logs.put_data_protection_policy(logGroupIdentifier=group, policyDocument=json.dumps({
        "Name": "p", "Version": "2021-06-01", "Statement": [
            {"Sid": "audit", "DataIdentifier": [email], "Operation": {"Audit": {"FindingsDestination": {}}}},
            {"Sid": "hide", "DataIdentifier": [email], "Operation": {"Deidentify": {"MaskConfig": {}}}}]}))
    put('{"from": "ann@example.com"}')
    [row] = rows(ask("fields from, unmask(from) as plain"))
    assert (row["from"], row["plain"]) == ("*" * 15, "ann@example.com")


def test_groups_without_an_index_are_left_out(logs, put, ask, group):
    put('{"id": 1}')
    assert rows(ask("filterIndex id = 1 | stats count(*) as c")) == [{"c": "0"}]
    logs.put_index_policy(logGroupIdentifier=group, policyDocument='{"Fields": ["id"]}')
    assert rows(ask("filterIndex id = 1 | stats count(*) as c")) == [{"c": "1"}]
