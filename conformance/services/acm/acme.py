"""What proves that calls on ACME endpoints, bindings and domains did their work."""

from conformance.services.acm.base import CA, ROLE, declared
from conformance.services.readback import gone, inside, told


@declared.check("CreateAcmeEndpoint", "UpdateAcmeEndpoint")
def endpoint_stands(proof, world, given, answer):
    arn = answer.get("AcmeEndpointArn") or given["AcmeEndpointArn"]
    found = proof.read("DescribeAcmeEndpoint", {"AcmeEndpointArn": arn})["AcmeEndpoint"]
    kept = ("AuthorizationBehavior", "Contact", "CertificateAuthority", "CertificateTags")
    proof.holds("AcmeEndpoint", {"AcmeEndpointArn": arn, "AuthorizationBehavior": "PRE_APPROVED",
                                 "CertificateAuthority": CA, "Contact": "NOT_REQUIRED"}
                | {name: given[name] for name in kept if name in given}, found)
    name = arn.rpartition("/")[2].replace("-", "")
    proof.true("EndpointUrl", name in found["EndpointUrl"], "names the endpoint", found)
    rows = {each["AcmeEndpointArn"]: each for each in proof.read("ListAcmeEndpoints", {})["AcmeEndpoints"]}
    proof.equal("ListAcmeEndpoints", {**found, "Status": ""}, {**rows.get(arn, {}), "Status": ""})
    tags = proof.read("ListTagsForResource", {"ResourceArn": arn})["Tags"]
    proof.equal("Tags", given.get("Tags", [{"Key": "k", "Value": world.tag}]), tags)


declared.undo["CreateAcmeEndpoint"] = lambda world, given, answer: world.ask(
    "DeleteAcmeEndpoint", {"AcmeEndpointArn": answer["AcmeEndpointArn"]})


def _endpoint(proof, world, found):
    arn = world.fixture("endpoint")["Arn"]
    proof.holds("AcmeEndpoint", {"AcmeEndpointArn": arn, "Status": "ACTIVE", "AuthorizationBehavior": "PRE_APPROVED",
                                 "Contact": "NOT_REQUIRED", "CertificateAuthority": CA}, found)
    name = arn.rpartition("/")[2].replace("-", "")
    proof.true("EndpointUrl", name in found["EndpointUrl"], "names the endpoint", found)
    proof.true("times", "CreatedAt" in found and "UpdatedAt" in found, "told", found)


@declared.check("DescribeAcmeEndpoint")
def endpoint_told(proof, world, given, answer):
    _endpoint(proof, world, answer["AcmeEndpoint"])


@declared.check("ListAcmeEndpoints")
def endpoints_listed(proof, world, given, answer):
    rows = {each["AcmeEndpointArn"]: each for each in answer["AcmeEndpoints"]}
    _endpoint(proof, world, rows.get(world.fixture("endpoint")["Arn"], {"EndpointUrl": ""}))


@declared.check("DeleteAcmeEndpoint")
def endpoint_gone(proof, world, given, answer):
    found = world.caller().call("DescribeAcmeEndpoint", {"AcmeEndpointArn": given["AcmeEndpointArn"]})
    state = "gone" if found.code == "ResourceNotFoundException" else inside(found.parsed, "AcmeEndpoint.Status")
    proof.true("Status", state in ("gone", "DELETING"), "DELETING or gone", state)


BINDING = ("ExternalAccountBinding", "DescribeAcmeExternalAccountBinding", "AcmeExternalAccountBindingArn")


@declared.check("CreateAcmeExternalAccountBinding")
def binding_stands(proof, world, given, answer):
    made = answer["ExternalAccountBinding"]
    found = proof.read(BINDING[1], {BINDING[2]: made[BINDING[2]]})[BINDING[0]]
    proof.equal("ExternalAccountBinding", made, found)
    proof.holds("own", {name: given[name] for name in ("AcmeEndpointArn", "RoleArn")}, made)
    proof.true("times", "CreatedAt" in made and "UpdatedAt" in made, "told", made)
    if "Expiration" in given:
        unit = {"MINUTES": 60, "HOURS": 3600, "DAYS": 86400}[given["Expiration"]["Type"]]
        proof.equal("ExpiresAt", given["Expiration"]["Value"] * unit,
                    round((made["ExpiresAt"] - made["CreatedAt"]).total_seconds()))


declared.undo["CreateAcmeExternalAccountBinding"] = lambda world, given, answer: world.ask(
    "DeleteAcmeExternalAccountBinding", {BINDING[2]: answer[BINDING[0]][BINDING[2]]})
told(declared, "DescribeAcmeExternalAccountBinding", fixture="binding", names=("AcmeEndpointArn", "RoleArn"),
     at=BINDING[0])
declared.tells("DescribeAcmeExternalAccountBinding", "CreatedAt", "UpdatedAt", BINDING[2], at=BINDING[0])


@declared.check("ListAcmeExternalAccountBindings")
def bindings_listed(proof, world, given, answer):
    made = world.fixture("binding")
    rows = {each[BINDING[2]]: each for each in answer["ExternalAccountBindings"]}
    proof.equal("ExternalAccountBindings", proof.read(BINDING[1], {BINDING[2]: made["Arn"]})[BINDING[0]],
                rows.get(made["Arn"]))
    proof.holds("row", {"AcmeEndpointArn": made["AcmeEndpointArn"], "RoleArn": ROLE}, rows.get(made["Arn"]))


gone(declared, "DeleteAcmeExternalAccountBinding", read=BINDING[1], by=(BINDING[2],), code="ResourceNotFoundException")


@declared.check("GetAcmeExternalAccountBindingCredentials")
def credentials_told(proof, world, given, answer):
    again = proof.read("GetAcmeExternalAccountBindingCredentials", given)
    proof.equal("answer", {name: again[name] for name in ("KeyId", "MacKey")},
                {name: answer[name] for name in ("KeyId", "MacKey")})
    proof.true("MacKey", len(answer["MacKey"]) >= 43, "256 bits in base64url", answer["MacKey"])


@declared.check("RevokeAcmeExternalAccountBinding")
def binding_revoked(proof, world, given, answer):
    found = proof.read(BINDING[1], given)[BINDING[0]]
    proof.holds("binding", {name: world.fixture("binding")[name] for name in ("AcmeEndpointArn", "RoleArn")}, found)
    proof.true("RevokedAt", "RevokedAt" in found, "told", found)


@declared.check("CreateAcmeDomainValidation", "UpdateAcmeDomainValidation")
def domain_stands(proof, world, given, answer):
    arn = answer.get("AcmeDomainValidationArn") or given["AcmeDomainValidationArn"]
    found = proof.read("DescribeAcmeDomainValidation", {"AcmeDomainValidationArn": arn})["AcmeDomainValidation"]
    sent = given.get("PrevalidationOptions", {}).get("DnsPrevalidation", {})
    scope = {"ExactDomain": "ENABLED", "Subdomains": "DISABLED", "Wildcards": "DISABLED", **sent.get("DomainScope", {})}
    details = found["PrevalidationDetails"]["DnsPrevalidation"]
    proof.equal("details", (scope, sent.get("HostedZoneId")), (details["DomainScope"], details.get("HostedZoneId")))
    proof.holds("own", {"AcmeDomainValidationArn": arn, "DomainName": "acme.example.com",
                        "PrevalidationType": "DNS_PREVALIDATION"}, found)
    proof.equal("record", "CNAME", details["ResourceRecord"]["Type"])


declared.undo["CreateAcmeDomainValidation"] = lambda world, given, answer: world.ask(
    "DeleteAcmeDomainValidation", {"AcmeDomainValidationArn": answer["AcmeDomainValidationArn"]})


def _domain(proof, world, found):
    made = world.fixture("domain")
    proof.holds("AcmeDomainValidation", {
        "AcmeDomainValidationArn": made["Arn"], "AcmeEndpointArn": made["AcmeEndpointArn"], "Status": "VALIDATING",
        "DomainName": "acme.example.com", "PrevalidationType": "DNS_PREVALIDATION", "PrevalidationDetails": {
            "DnsPrevalidation": {"DomainScope": {"ExactDomain": "ENABLED", "Subdomains": "DISABLED",
                                                 "Wildcards": "DISABLED"}}}}, found)
    record = inside(found, "PrevalidationDetails.DnsPrevalidation.ResourceRecord") or {}
    proof.equal("record", ("CNAME", True, True), (record.get("Type"), "Name" in record, "Value" in record))
    proof.true("times", "CreatedAt" in found and "UpdatedAt" in found, "told", found)


@declared.check("DescribeAcmeDomainValidation")
def domain_told(proof, world, given, answer):
    _domain(proof, world, answer["AcmeDomainValidation"])


@declared.check("ListAcmeDomainValidations")
def domains_listed(proof, world, given, answer):
    rows = {each["AcmeDomainValidationArn"]: each for each in answer["AcmeDomainValidations"]}
    _domain(proof, world, rows.get(world.fixture("domain")["Arn"], {}))


gone(declared, "DeleteAcmeDomainValidation", read="DescribeAcmeDomainValidation", by=("AcmeDomainValidationArn",),
     code="ResourceNotFoundException")


@declared.check("ListAcmeAccounts")
def no_accounts_yet(proof, world, given, answer):
    proof.equal("AcmeAccounts", [], answer["AcmeAccounts"])
