"""How changes beside updates are read back: tags, invalidations, copies, web ACLs, names that move."""

from conformance.services.cloudfront.configs import declared
from conformance.services.readback import inside


@declared.check("TagResource", "UntagResource", "ListTagsForResource")
def tags_stand(proof, world, given, answer):
    found = proof.read("ListTagsForResource", {"Resource": given["Resource"]})
    wanted = {**world.fixture("tagged")["Tags"], **{
        each["Key"]: each["Value"] for each in given.get("Tags", {}).get("Items", [])}}
    for key in given.get("TagKeys", {}).get("Items", []):
        wanted.pop(key, None)
    proof.equal("Tags", wanted, {each["Key"]: each["Value"] for each in inside(found, "Tags.Items") or []})


@declared.check("CreateInvalidation", "CreateInvalidationForDistributionTenant")
def invalidation_stands(proof, world, given, answer):
    made = answer["Invalidation"]
    proof.holds("Invalidation.InvalidationBatch", given["InvalidationBatch"], made["InvalidationBatch"])
    proof.true("Status", made["Status"] in ("InProgress", "Completed"), "a status", made["Status"])
    tenant = "DistributionId" not in given
    read = "GetInvalidationForDistributionTenant" if tenant else "GetInvalidation"
    owner = given["Id"] if tenant else given["DistributionId"]
    found = proof.read(read, {"Id": made["Id"], ("DistributionTenantId" if tenant else "DistributionId"): owner})
    proof.holds(read, {"Id": made["Id"], "InvalidationBatch": given["InvalidationBatch"],
                       "CreateTime": made["CreateTime"]}, found.get("Invalidation"))
    proof.true("Location", answer["Location"].endswith(f"/{owner}/invalidation/{made['Id']}"), "the invalidation's",
               answer["Location"])
    again = world.ask("CreateInvalidationForDistributionTenant" if tenant else "CreateInvalidation", given)
    proof.equal("repeated", made["Id"], again["Invalidation"]["Id"])


@declared.check("GetInvalidation", "GetInvalidationForDistributionTenant")
def invalidation_told(proof, world, given, answer):
    made = world.fixture("tenant_invalidation" if "DistributionTenantId" in given else "invalidation")
    proof.holds("Invalidation", {"Id": made["Id"], "InvalidationBatch": made["Batch"], "Status": "Completed"},
                answer["Invalidation"])


@declared.check("ListInvalidations", "ListInvalidationsForDistributionTenant")
def invalidations_listed(proof, world, given, answer):
    made = world.fixture("invalidation" if "DistributionId" in given else "tenant_invalidation")
    found = answer["InvalidationList"]
    proof.equal("Items", [(made["Id"], "Completed")], [(each["Id"], each["Status"]) for each in found.get("Items", [])])
    proof.equal("Quantity", 1, found["Quantity"])
    proof.equal("Page", (False, "", int(given.get("MaxItems", 100))), (
        found["IsTruncated"], found.get("Marker"), found["MaxItems"]))


@declared.check("CopyDistribution")
def copied(proof, world, given, answer):
    config = inside(answer, "Distribution.DistributionConfig")
    primary = inside(proof.read("GetDistribution", {"Id": given["PrimaryDistributionId"]}),
                     "Distribution.DistributionConfig") or {}
    own = {"CallerReference": given["CallerReference"], "Staging": True, "Enabled": bool(given.get("Enabled"))}
    proof.equal("DistributionConfig", {**primary, **own, "Aliases": {"Quantity": 0}}, config)
    found = proof.read("GetDistribution", {"Id": answer["Distribution"]["Id"]})
    proof.equal("GetDistribution", config, inside(found, "Distribution.DistributionConfig"))
    proof.equal("ETag", answer["ETag"], found.get("ETag"))
    proof.true("Location", answer["Location"].endswith(answer["Distribution"]["Id"]), "the copy's", answer["Location"])
    proof.equal("Distribution", found.get("Distribution", {}) | {"Status": 0}, answer["Distribution"] | {"Status": 0})


@declared.check("UpdateDistributionWithStagingConfig")
def promoted(proof, world, given, answer):
    found = proof.read("GetDistribution", {"Id": given["Id"]})
    proof.equal("Distribution", found.get("Distribution", {}) | {"Status": 0}, answer["Distribution"] | {"Status": 0})
    proof.equal("ETag", found.get("ETag"), answer["ETag"])
    proof.equal("Staging", False, inside(answer, "Distribution.DistributionConfig.Staging"))
    proof.true("ETag", answer["ETag"] != world.fixture("distribution")["ETag"], "a new one", answer["ETag"])


@declared.check("AssociateDistributionWebACL", "DisassociateDistributionWebACL")
def protected(proof, world, given, answer):
    found = proof.read("GetDistributionConfig", {"Id": given["Id"]})
    proof.equal("WebACLId", given.get("WebACLArn", ""), inside(found, "DistributionConfig.WebACLId"))
    proof.equal("ETag", found.get("ETag"), answer["ETag"])
    proof.equal("Id", given["Id"], answer["Id"])
    proof.equal("WebACLArn", given.get("WebACLArn"), answer.get("WebACLArn"))


@declared.check("AssociateDistributionTenantWebACL", "DisassociateDistributionTenantWebACL")
def tenant_protected(proof, world, given, answer):
    found = proof.read("GetDistributionTenant", {"Identifier": given["Id"]})
    own = inside(found, "DistributionTenant.Customizations.WebAcl")
    proof.equal("WebAcl", {"Action": "override", "Arn": given["WebACLArn"]} if "WebACLArn" in given else None, own)
    proof.equal("ETag", found.get("ETag"), answer["ETag"])
    proof.equal("Id", given["Id"], answer["Id"])
    proof.equal("WebACLArn", given.get("WebACLArn"), answer.get("WebACLArn"))


@declared.check("AssociateAlias")
def alias_moved(proof, world, given, answer):
    found = proof.read("GetDistributionConfig", {"Id": given["TargetDistributionId"]})
    proof.true("Aliases", given["Alias"] in (inside(found, "DistributionConfig.Aliases.Items") or []), given["Alias"],
               found)


@declared.check("ListConflictingAliases")
def conflicts_listed(proof, world, given, answer):
    made = world.fixture("certified")
    asked = {**given, "Alias": made["Alias"]}
    found = proof.read("ListConflictingAliases", asked).get("ConflictingAliasesList", {})
    rows = found.get("Items", [])
    proof.equal("Alias", [made["Alias"]], [each["Alias"] for each in rows])
    proof.equal("DistributionId", [made["Id"][-6:]], [each["DistributionId"][-6:] for each in rows])
    proof.equal("AccountId", [world.account[-6:]], [each["AccountId"][-6:] for each in rows])
    proof.equal("Quantity", 1, found.get("Quantity"))
    listed = answer["ConflictingAliasesList"]
    proof.equal("Items", (0, []), (listed["Quantity"], listed.get("Items", [])))
    proof.equal("MaxItems", int(given.get("MaxItems", 100)), listed["MaxItems"])


@declared.check("ListDomainConflicts")
def domain_conflicts_listed(proof, world, given, answer):
    made = world.fixture("tenant")
    row = {"Domain": made["Domain"], "ResourceType": "distribution-tenant"}
    proof.equal("DomainConflicts", [row], [{name: each[name] for name in row} for each in answer["DomainConflicts"]])
    for each in answer["DomainConflicts"]:
        proof.equal("ids", (made["Id"][-6:], world.account[-6:]), (each["ResourceId"][-6:], each["AccountId"][-6:]))


@declared.check("UpdateDomainAssociation")
def domain_moved(proof, world, given, answer):
    found = proof.read("GetDistributionTenantByDomain", {"Domain": given["Domain"]})
    id = given["TargetResource"]["DistributionTenantId"]
    proof.equal("DistributionTenant", id, inside(found, "DistributionTenant.Id"))
    proof.equal("answer", (given["Domain"], id, found.get("ETag")), (
        answer["Domain"], answer["ResourceId"], answer["ETag"]))


@declared.check("VerifyDnsConfiguration")
def dns_verified(proof, world, given, answer):
    proof.equal("Domain", [world.fixture("tenant")["Domain"]], [
        each["Domain"] for each in answer["DnsConfigurationList"]])
    proof.true("Status", all(each["Status"] != "valid-configuration" and each.get("Reason")
                             for each in answer["DnsConfigurationList"]), "not valid, with a reason", answer)


@declared.check("GetManagedCertificateDetails")
def certificate_told(proof, world, given, answer):
    found = answer["ManagedCertificateDetails"]
    proof.equal("ValidationTokenHost", "cloudfront", found.get("ValidationTokenHost"))
    proof.equal("CertificateStatus", "pending-validation", found.get("CertificateStatus"))
    arn = found.get("CertificateArn", "")
    proof.true("CertificateArn", ":acm:us-east-1:" in arn, "a certificate of ACM's", arn)
    [token] = found.get("ValidationTokenDetails") or [{}]
    proof.equal("Domain", world.fixture("tenant")["Domain"], token.get("Domain"))
    own = f"//{token.get('Domain')}/" in token.get("RedirectFrom", "")
    proof.true("Redirect", own and token.get("RedirectTo"), "from the domain", token)
