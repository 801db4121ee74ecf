"""Record sets: batches that are all or nothing, AWS's words for what is wrong, the order of lists."""

import pytest

WEIGHTED = {"SetIdentifier": "one", "Weight": 1}


def names(route53, zone, **more):
    listed = route53.list_resource_record_sets(HostedZoneId=zone, **more)
    return [(each["Name"], each["Type"]) for each in listed["ResourceRecordSets"]]


def test_a_batch_is_carried_out_as_a_whole(route53, zone, change, refused):
    change(("CREATE", "a", "A", ["192.0.2.1"]))
    code, message = refused(change, ("CREATE", "b", "A", ["192.0.2.1"]), ("CREATE", "a", "A", ["192.0.2.2"]),
                            ("DELETE", "c", "A", ["192.0.2.1"]))  # fmt: skip
    assert (code, message) == ("InvalidChangeBatch", (
        "[Tried to create resource record set [name='a.example.com.', type='A'] but it already exists, "
        "Tried to delete resource record set [name='c.example.com.', type='A'] but it was not found]"))
    assert ("b.example.com.", "A") not in names(route53, zone)
    change(("DELETE", "a", "A", ["192.0.2.1"]), ("CREATE", "a", "A", ["192.0.2.9"]))
    change(("UPSERT", "a", "A", ["192.0.2.3", "192.0.2.4"]), ("UPSERT", "b", "TXT", ['"x"']))
    found = route53.list_resource_record_sets(HostedZoneId=zone, StartRecordName="a.example.com")["ResourceRecordSets"]
    assert found[0] == {"Name": "a.example.com.", "Type": "A", "TTL": 300,
                        "ResourceRecords": [{"Value": "192.0.2.3"}, {"Value": "192.0.2.4"}]}  # fmt: skip
    change(("DELETE", "a", "A", ["192.0.2.4", "192.0.2.3"]))
    assert ("a.example.com.", "A") not in names(route53, zone)


@pytest.mark.parametrize(("given", "words"), [
    (("CREATE", "", "CNAME", ["b.example.com"]),
     "RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com."),
    (("CREATE", "cn", "A", ["192.0.2.1"]),
     "RRSet of type A with DNS name cn.example.com. is not permitted because a conflicting RRSet of type CNAME with "
     "the same DNS name already exists in zone example.com."),
    (("CREATE", "a", "CNAME", ["b.example.com"]),
     "RRSet of type CNAME with DNS name a.example.com. is not permitted as it conflicts with other records with the "
     "same DNS name in zone example.com."),
    (("CREATE", "t", "TXT", ['"twice"', '"twice"']), "Duplicate Resource Record: '\"twice\"'"),
    (("CREATE", "t", "TXT", ["bare"]),
     "Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) "
     "encountered with 'bare''"),
    (("CREATE", "t", "A", ["300.0.0.1"]),
     "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) "
     "encountered with '300.0.0.1''"),
    (("DELETE", "a", "A", ["192.0.2.7"]),
     "Tried to delete resource record set [name='a.example.com.', type='A'] but the values provided do not match the "
     "current values"),
    (("DELETE", "", "SOA", None, {}), None),
    (("CREATE", "x", "A", None, {"AliasTarget": {
        "HostedZoneId": "ZONE", "DNSName": "none.example.com", "EvaluateTargetHealth": False}}),
     "Tried to create an alias that targets none.example.com., type A in zone ZONE, but that target was not found"),
])  # fmt: skip
def test_what_is_refused(zone, change, refused, given, words):
    change(("CREATE", "a", "A", ["192.0.2.1"]), ("CREATE", "cn", "CNAME", ["b.example.com"]))
    if len(given) > 4 and "AliasTarget" in given[4]:
        id = zone.removeprefix("/hostedzone/")
        given[4]["AliasTarget"]["HostedZoneId"], words = id, words.replace("ZONE", id)
    code, message = refused(change, given)
    if words is None:
        assert code == "InvalidInput" and "found none" in message
    else:
        assert (code, message) == ("InvalidChangeBatch", f"[{words}]")


def test_forms_are_refused_before_anything_else(change, refused):
    code, message = refused(change, ("CREATE", "a", "A", ["192.0.2.1"], {"AliasTarget": {
        "HostedZoneId": "Z3AQBSTGFYJSTF", "DNSName": "s3-website-us-east-1.amazonaws.com",
        "EvaluateTargetHealth": False}}))
    assert (code, message) == ("InvalidInput", (
        "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or "
        "TrafficPolicyInstanceId], but found more than one in Change with [Action=CREATE, Name=a.example.com, Type=A, "
        "SetIdentifier=null]"))
    assert "Missing field 'SetIdentifier'" in refused(change, ("CREATE", "a", "A", ["192.0.2.1"], {"Weight": 1}))[1]


def test_lists_are_ordered_by_reversed_names(route53, zone, change):
    change(("CREATE", "b", "A", ["192.0.2.1"]),
           ("CREATE", "www.a", "A", ["192.0.2.1"]), ("CREATE", "a", "TXT", ['"x"']),
           ("CREATE", "a", "A", ["192.0.2.1"], WEIGHTED), ("CREATE", "*", "A", ["192.0.2.1"]),
           ("CREATE", "a", "A", ["192.0.2.1"], {"SetIdentifier": "two", "Weight": 0}))  # fmt: skip
    whole = names(route53, zone)
    assert whole == [
        ("example.com.", "NS"), ("example.com.", "SOA"), ("\\052.example.com.", "A"), ("a.example.com.", "A"),
        ("a.example.com.", "A"), ("a.example.com.", "TXT"), ("www.a.example.com.", "A"), ("b.example.com.", "A")]
    pages = list(route53.get_paginator("list_resource_record_sets").paginate(
        HostedZoneId=zone, PaginationConfig={"PageSize": 4}))
    assert [len(each["ResourceRecordSets"]) for each in pages] == [4, 4]
    assert (pages[0]["NextRecordName"], pages[0]["NextRecordIdentifier"]) == ("a.example.com.", "two")


def test_protected_records_stay(route53, zone, change, refused):
    change(("CREATE", "a", "A", ["192.0.2.1"]))
    given = {"HostedZoneId": zone, "Protections": [{"RecordName": "a.example.com", "RecordType": "A", "Comment": "c"}]}
    route53.create_resource_record_set_protections(**given)
    assert route53.list_resource_record_set_protections(HostedZoneId=zone)["ResourceRecordSetProtections"] == [
        {"RecordName": "a.example.com.", "RecordType": "A", "Comment": "c"}]
    assert refused(change, ("DELETE", "a", "A", ["192.0.2.1"]))[0] == "InvalidChangeBatch"
    assert refused(route53.create_resource_record_set_protections, **given)[0] == "ProtectionAlreadyExists"
    del given["Protections"][0]["Comment"]
    route53.delete_resource_record_set_protections(**given)
    change(("DELETE", "a", "A", ["192.0.2.1"]))
    assert refused(route53.delete_resource_record_set_protections, **given)[0] == (
        "InvalidResourceRecordSetProtectionBatch")
