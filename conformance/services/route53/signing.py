"""What proves that calls on query logging and DNSSEC did their work."""

from conformance.services.readback import gone, told
from conformance.services.route53.base import declared, named


@declared.check("CreateQueryLoggingConfig")
def logging_stands(proof, world, given, answer):
    made = answer["QueryLoggingConfig"]
    proof.holds("QueryLoggingConfig", given, made)
    found = proof.read("GetQueryLoggingConfig", {"Id": made["Id"]})
    proof.equal("GetQueryLoggingConfig", made, found["QueryLoggingConfig"])
    proof.true("Location", answer["Location"].endswith(made["Id"]), "names it", answer["Location"])


told(declared, "GetQueryLoggingConfig", fixture="logging", names=("Id", "HostedZoneId", "CloudWatchLogsLogGroupArn"),
     at="QueryLoggingConfig")


@declared.check("ListQueryLoggingConfigs")
def loggings_listed(proof, world, given, answer):
    made = world.fixture("logging")
    if given.get("MaxResults") == "1" and "HostedZoneId" not in given:
        proof.pages("ListQueryLoggingConfigs", given, "QueryLoggingConfigs", ("NextToken", "NextToken"), "Id")
        answer = proof.read("ListQueryLoggingConfigs", {})
    rows = {each["Id"]: each for each in answer["QueryLoggingConfigs"]}
    proof.equal("QueryLoggingConfigs", made, rows.get(made["Id"]))


gone(declared, "DeleteQueryLoggingConfig", read="GetQueryLoggingConfig", by=("Id",), code="NoSuchQueryLoggingConfig")


def _keys(proof, given):
    found = proof.read("GetDNSSEC", {"HostedZoneId": given["HostedZoneId"]})
    return found["Status"]["ServeSignature"], {each["Name"]: each for each in found["KeySigningKeys"]}


@declared.check("CreateKeySigningKey")
def key_stands(proof, world, given, answer):
    made = answer["KeySigningKey"]
    proof.holds("KeySigningKey", {
        "Name": given["Name"], "KmsArn": given["KeyManagementServiceArn"], "Status": given["Status"], "Flag": 257,
        "SigningAlgorithmMnemonic": "ECDSAP256SHA256", "SigningAlgorithmType": 13, "DigestAlgorithmMnemonic": "SHA-256",
        "DigestAlgorithmType": 2, "DNSKEYRecord": f"257 3 13 {made['PublicKey']}",
        "DSRecord": f"{made['KeyTag']} 13 2 {made['DigestValue']}"}, made)
    proof.equal("GetDNSSEC", made, _keys(proof, given)[1].get(given["Name"]))
    proof.true("Location", answer["Location"].endswith(f"/{given['Name']}"), "names it", answer["Location"])
    proof.present("KeySigningKey.CreatedDate", "KeySigningKey.LastModifiedDate")


@named("ActivateKeySigningKey", "DeactivateKeySigningKey")
def key_changed(operation, proof, world, given, answer):
    wanted = "ACTIVE" if operation.startswith("Activate") else "INACTIVE"
    proof.equal("Status", wanted, _keys(proof, given)[1][given["Name"]]["Status"])


@declared.check("DeleteKeySigningKey")
def key_gone(proof, world, given, answer):
    proof.equal("KeySigningKeys", {}, _keys(proof, given)[1])


@named("EnableHostedZoneDNSSEC", "DisableHostedZoneDNSSEC")
def signing_stands(operation, proof, world, given, answer):
    wanted = "SIGNING" if operation.startswith("Enable") else "NOT_SIGNING"
    proof.equal("ServeSignature", wanted, _keys(proof, given)[0])


@declared.check("GetDNSSEC")
def keys_told(proof, world, given, answer):
    proof.equal("Status", "NOT_SIGNING", answer["Status"]["ServeSignature"])
    proof.holds("KeySigningKeys[0]", {"Name": "entry", "KmsArn": world.fixture("key")["Arn"], "Status": "ACTIVE"},
                answer["KeySigningKeys"][0])
    proof.present("KeySigningKeys.KeyTag", "KeySigningKeys.DSRecord", "KeySigningKeys.DNSKEYRecord",
                  "KeySigningKeys.CreatedDate", "KeySigningKeys.PublicKey", "KeySigningKeys.DigestValue",
                  "KeySigningKeys.Flag", "KeySigningKeys.LastModifiedDate")
