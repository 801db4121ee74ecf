"""What proves that calls on records did their work."""

from conformance.services.route53.base import declared, named, written


@declared.check("ChangeResourceRecordSets")
def records_stand(proof, world, given, answer):
    found = proof.read("ListResourceRecordSets", {"HostedZoneId": given["HostedZoneId"]})["ResourceRecordSets"]
    rows = {(each["Name"], each["Type"], each.get("SetIdentifier")): each for each in found}
    for each in given["ChangeBatch"]["Changes"]:
        sent = each["ResourceRecordSet"]
        row = rows.get((written(sent["Name"]), sent["Type"], sent.get("SetIdentifier")))
        proof.equal(sent["Name"], {**sent, "Name": written(sent["Name"])}, row)


@declared.check("ListResourceRecordSets")
def records_listed(proof, world, given, answer):
    if given.get("MaxItems") == "1":
        row = answer["ResourceRecordSets"][0]
        proof.equal("next", (True, row["Name"], "SOA"), (
            answer["IsTruncated"], answer.get("NextRecordName"), answer.get("NextRecordType")))
        return
    made = world.fixture("record")
    types = [each["Type"] for each in answer["ResourceRecordSets"]]
    proof.equal("types", ["NS", "SOA", "A"], types)
    proof.equal("record", {"Name": made["Name"], "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]},
                answer["ResourceRecordSets"][-1])
    servers = [each["Value"] for each in answer["ResourceRecordSets"][0]["ResourceRecords"]]
    proof.equal("SOA", f"{servers[0]} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400",
                answer["ResourceRecordSets"][1]["ResourceRecords"][0]["Value"])


@declared.check("TestDNSAnswer")
def answer_told(proof, world, given, answer):
    proof.holds("answer", {"RecordName": given["RecordName"], "RecordType": "A", "RecordData": ["192.0.2.1"],
                           "ResponseCode": "NOERROR", "Protocol": "UDP"}, answer)
    zone = proof.read("GetHostedZone", {"Id": given["HostedZoneId"]})
    proof.true("Nameserver", answer["Nameserver"].rstrip(".") in zone["DelegationSet"]["NameServers"], "one of the "
                                                                                                       "zone's",
               answer["Nameserver"])


@named("CreateResourceRecordSetProtections", "DeleteResourceRecordSetProtections",
                "ListResourceRecordSetProtections")
def protections_stand(operation, proof, world, given, answer):
    found = proof.read("ListResourceRecordSetProtections", {"HostedZoneId": given["HostedZoneId"]})
    wanted = [{**each, "RecordName": written(each["RecordName"])} for each in given.get("Protections", ())]
    if operation.startswith("Delete"):
        wanted = []
    elif operation.startswith("List"):
        wanted = [{"RecordName": world.fixture("protected")["Name"], "RecordType": "A", "Comment": "stay"}]
        proof.equal("answer", wanted, answer["ResourceRecordSetProtections"])
    proof.equal("ResourceRecordSetProtections", wanted, found["ResourceRecordSetProtections"])
    records = proof.read("ListResourceRecordSets", {"HostedZoneId": given["HostedZoneId"]})["ResourceRecordSets"]
    names = [each["Name"] for each in records if each["Type"] == "A"]
    proof.true("record", len(names) == 1 and names[0].startswith("www."), "is there as before", names)


declared.undo["CreateResourceRecordSetProtections"] = lambda world, given, answer: world.ask(
    "DeleteResourceRecordSetProtections", {"HostedZoneId": given["HostedZoneId"], "Protections": [
        {name: each[name] for name in ("RecordName", "RecordType")} for each in given["Protections"]]})


@declared.check("GetChange")
def change_told(proof, world, given, answer):
    proof.equal("Id", f"/change/{given['Id']}", answer["ChangeInfo"]["Id"])
    proof.true("Status", answer["ChangeInfo"]["Status"] in ("PENDING", "INSYNC"), "PENDING or INSYNC", answer)
