"""How what was written to CloudFront is read back."""

from conformance.services.cloudfront.configs import KINDS, Kind, declared
from conformance.services.cloudfront.fixtures import CODE, RUNTIME
from conformance.services.readback import gone, inside, told


def _every(proof, world, operation: str, given: dict, at: str) -> list:
    """The elements on all pages."""
    found, asked = [], dict(given)
    for _ in range(100):
        page = proof.read(operation, asked).get(at, {})
        found += page.get("Items", [])
        if "NextMarker" not in page:
            break
        asked["Marker"] = page["NextMarker"]
    return found


def kept(fixture: str, kind: Kind) -> None:
    """The checks of a kind: written, read whole and in part, listed, gone."""
    get, part = f"Get{kind.name}", f"Get{kind.config}"

    @declared.check(f"Create{kind.named}", f"Update{kind.named}")
    def written(proof, world, given, answer):
        whole = answer[kind.name]
        proof.holds(kind.config, given[kind.config], whole.get(kind.config))
        found = proof.read(get, {"Id": whole["Id"]})
        proof.holds(f"{get} {kind.config}", given[kind.config], inside(found, f"{kind.name}.{kind.config}"))
        proof.equal("ETag", answer["ETag"], found.get("ETag"))
        alone = proof.read(part, {"Id": whole["Id"]})
        proof.equal(f"{part} {kind.config}", inside(found, f"{kind.name}.{kind.config}"), alone.get(kind.config))
        if "Id" in given:
            proof.equal("Id", given["Id"], whole["Id"])
        else:
            proof.true("Location", answer["Location"].endswith(f"/{whole['Id']}"), "the resource's", answer["Location"])
        proof.equal(f"members of {kind.name}", sorted(found.get(kind.name, {})), sorted(whole))

    @declared.check(get, part)
    def read(proof, world, given, answer):
        made = world.fixture(fixture)
        proof.equal("ETag", made["ETag"], answer["ETag"])
        whole = answer.get(kind.name, answer)
        proof.holds(kind.config, made["Config"], whole.get(kind.config))
        if whole is not answer:
            proof.equal("Id", made["Id"], whole["Id"])
            other = proof.read(part, {"Id": made["Id"]})
            proof.equal(kind.config, other.get(kind.config), whole.get(kind.config))

    @declared.check(kind.listed)
    def listed(proof, world, given, answer):
        made, found = world.fixture(fixture), answer[kind.at]
        if "MaxItems" in given:
            proof.true("Items", len(found.get("Items", [])) <= int(given["MaxItems"]), "a page", found)
            proof.equal("MaxItems", int(given["MaxItems"]), found.get("MaxItems"))
            every = _every(proof, world, kind.listed, given, kind.at)
            whole = proof.read(kind.listed, {name: value for name, value in given.items() if name != "MaxItems"})
            proof.equal("all pages", [each for each in inside(whole, kind.at).get("Items", [])], every)
        proof.equal("Quantity", len(found.get("Items", [])), found.get("Quantity"))
        rows = [each.get(kind.name, each) for each in found.get("Items", [])]
        mine = next((each for each in rows if each["Id"] == made["Id"]), None)
        if given.get("Type") == "managed":
            proof.true("Items", mine is None and rows, "AWS's own", rows[:1])
            proof.equal("Type", {"managed"}, {each["Type"] for each in found["Items"]})
        elif int(given.get("MaxItems", 100)) > 1:
            proof.true("Items", mine, made["Id"], rows[:2])
            told = (mine or {}).get(kind.config, mine or {})
            config = {name: value for name, value in made["Config"].items() if name in told}
            proof.holds("Items", config, told)
            whole = proof.read(get, {"Id": made["Id"]}).get(kind.name, {})
            proof.holds("Items", {name: whole[name] for name in whole if name in (mine or {})}, mine)

    gone(declared, f"Delete{kind.named}", read=get, by=("Id",), code=kind.missing)
    if kind.listed.startswith("List"):
        declared.tells(get, f"{kind.name}.Id")


for _fixture, _kind in KINDS.items():
    kept(_fixture, _kind)

declared.check("CreateDistributionWithTags")(
    lambda proof, world, given, answer: _with_tags(proof, given["DistributionConfigWithTags"], answer, "Distribution"))
declared.check("CreateStreamingDistributionWithTags")(
    lambda proof, world, given, answer: _with_tags(
        proof, given["StreamingDistributionConfigWithTags"], answer, "StreamingDistribution"))


def _with_tags(proof, given, answer, name):
    whole = answer[name]
    found = proof.read(f"Get{name}", {"Id": whole["Id"]})
    proof.holds(name, given[f"{name}Config"], inside(found, f"{name}.{name}Config"))
    proof.equal("ETag", found.get("ETag"), answer["ETag"])
    proof.true("Location", answer["Location"].endswith(whole["Id"]), "the resource's", answer["Location"])
    tags = proof.read("ListTagsForResource", {"Resource": whole["ARN"]})
    proof.equal("Tags", given["Tags"].get("Items", []), inside(tags, "Tags.Items") or [])
    proof.equal(name, found.get(name, {}) | {"Status": 0}, whole | {"Status": 0})


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
    [token] = found.get("ValidationTokenDetails") or [{}]
    proof.equal("Domain", world.fixture("tenant")["Domain"], token.get("Domain"))
    own = token.get("RedirectFrom", "").startswith(token.get("Domain", "?"))
    proof.true("Redirect", own and token.get("RedirectTo"), "from the domain", token)


# Functions


def functions(prefix: str, fixture: str) -> None:
    """The checks of one kind of function: its draft, what is live, its code."""
    config, code, summary = f"{prefix}FunctionConfig", f"{prefix}FunctionCode", f"{prefix}FunctionSummary"
    describe, by = f"Describe{prefix}Function", "Identifier" if prefix else "Name"
    key = "Id" if prefix else "Name"

    def stage(found):
        return found.get("Stage") if prefix else inside(found, "FunctionMetadata.Stage")

    @declared.check(f"Create{prefix}Function", f"Update{prefix}Function")
    def written(proof, world, given, answer):
        made = answer[summary]
        found = proof.read(describe, {by: made[key]})
        proof.equal(summary, found.get(summary), made)
        proof.holds(config, given[config], made[config])
        proof.equal("Stage", "DEVELOPMENT", stage(made))
        proof.equal("ETag", found.get("ETag"), answer["ETag"])
        text = proof.read(f"Get{prefix}Function", {by: made[key]})
        proof.equal(code, given[code], text.get(code))
        proof.equal("ETag of the code", answer["ETag"], text.get("ETag"))
        if "Location" in answer:
            proof.true("Location", answer["Location"].endswith(made[key]), "the function's", answer["Location"])
        if "Name" in given:
            proof.equal("Name", given["Name"], made["Name"])

    @declared.check(describe, f"Publish{prefix}Function")
    def described(proof, world, given, answer):
        made, found = world.fixture(fixture), answer[summary]
        proof.holds(summary, {"Name": made["Name"], config: RUNTIME}, found)
        live = "LIVE" if "IfMatch" in given else given.get("Stage", "DEVELOPMENT")
        proof.equal("Stage", live, stage(found))
        other = proof.read(describe, {by: made[key], "Stage": live})
        proof.equal(summary, other.get(summary), found)
        if "ETag" in answer:
            proof.equal("ETag", made["ETag"], answer["ETag"])
        times = found if prefix else found["FunctionMetadata"]
        proof.true("times", times.get("CreatedTime") and times["CreatedTime"] <= times["LastModifiedTime"],
                   "created, then changed", times)
        proof.true("Status", found.get("Status") == "UNASSOCIATED", "UNASSOCIATED", found.get("Status"))

    @declared.check(f"Get{prefix}Function")
    def code_told(proof, world, given, answer):
        proof.equal(code, CODE, answer[code])
        proof.equal("ETag", world.fixture(fixture)["ETag"], answer["ETag"])
        proof.equal("ContentType", "application/octet-stream", answer["ContentType"])

    @declared.check(f"Test{prefix}Function")
    def tested(proof, world, given, answer):
        found = answer[f"{prefix}FunctionTestResult" if prefix else "TestResult"]
        proof.equal("ErrorMessage", "", found.get(f"{prefix}FunctionErrorMessage"))
        proof.equal("Logs", [], found.get(f"{prefix}FunctionExecutionLogs"))
        proof.true("Output", found.get(f"{prefix}FunctionOutput"), "what the function returned", found)
        proof.true("Output", '"uri":"/a"' in found.get(f"{prefix}FunctionOutput", "") or prefix, "the request", found)
        proof.true("ComputeUtilization", 0 <= int(found.get("ComputeUtilization", -1)) <= 100, "a share", found)
        again = proof.read(f"Test{prefix}Function", given)
        proof.equal("Output again", found.get(f"{prefix}FunctionOutput"), inside(
            again, f"{prefix}FunctionTestResult.{prefix}FunctionOutput" if prefix else "TestResult.FunctionOutput"))
        described = proof.read(describe, {by: world.fixture(fixture)[key], **{
            name: given[name] for name in ("Stage",) if name in given}})
        proof.equal(summary, described.get(summary), found.get(summary))

    gone(declared, f"Delete{prefix}Function", read=describe, by={by: key},
         code="EntityNotFound" if prefix else "NoSuchFunctionExists")

    @declared.check(f"List{prefix}Functions")
    def listed(proof, world, given, answer):
        found = answer if prefix else answer["FunctionList"]
        rows = found.get("ConnectionFunctions" if prefix else "Items", [])
        stages = [given["Stage"]] if "Stage" in given else ["DEVELOPMENT", "LIVE"]
        name = world.fixture(fixture)["Name"]
        wanted = [(name, each) for each in stages][: int(given.get("MaxItems", 100))]
        proof.equal("Items", wanted, [(each["Name"], stage(each)) for each in rows])
        for each in rows:
            other = proof.read(describe, {by: world.fixture(fixture)[key], "Stage": stage(each)})
            proof.equal("Items", other.get(summary), each)
        if not prefix:
            proof.equal("page", (len(rows), int(given.get("MaxItems", 100))), (found["Quantity"], found["MaxItems"]))


functions("", "function")
functions("Connection", "connection_function")


# Resources that are no configuration


def resource(name: str, fixture: str, read: str, by: str, listing: str, at: str, missing: str = "EntityNotFound",
             renamed: tuple[tuple[str, str], ...] = ()) -> None:
    """The checks of a resource whose members stand in the input itself."""
    verbs = [f"{verb}{name}" for verb in ("Create", "Update")]
    key = "Name" if by == "Name" else "Id"

    @declared.check(*verbs)
    def written(proof, world, given, answer):
        whole = answer[name]
        found = proof.read(read, {by: whole[key]})
        proof.equal(name, found.get(name, {}) | {"Status": 0}, whole | {"Status": 0})
        proof.equal("ETag", found.get("ETag"), answer.get("ETag"))
        places = {each: each for each in given if each in whole} | dict(renamed)
        for member, place in places.items():
            if member in given and member != "Tags" and member != "IfMatch":
                proof.holds(place, given[member], inside(whole, place))
        if "Location" in answer:
            proof.true("Location", answer["Location"].endswith(whole["Id"]), "the resource's", answer["Location"])
        arn = whole.get("Arn") or whole.get("ARN")
        if "Tags" in given:
            tags = proof.read("ListTagsForResource", {"Resource": arn})
            proof.equal("Tags", given["Tags"]["Items"], inside(tags, "Tags.Items"))

    @declared.check(read)
    def shown(proof, world, given, answer):
        made = world.fixture(fixture)
        proof.equal("Id", made["Id"], answer[name]["Id"])
        proof.equal("ETag", made["ETag"], answer["ETag"])
        rows = proof.read(listing, {})
        row = next((each for each in inside(rows, at) or [] if each["Id"] == made["Id"]), {})
        proof.holds(name, {each: row[each] for each in row if each in answer[name]}, answer[name])
        proof.true(at, row, "listed", rows)

    @declared.check(listing)
    def listed(proof, world, given, answer):
        made, rows = world.fixture(fixture), inside(answer, at) or []
        if given.get("Status") == "PROVISIONING":
            proof.equal(at, [], rows)
            return
        row = next((each for each in rows if each["Id"] == made["Id"]), None)
        proof.true(at, row, made["Id"], rows)
        whole = proof.read(read, {by: made[key]})
        proof.holds(at, {each: whole[name][each] for each in whole.get(name, {}) if each in (row or {})}, row)
        if row and "ETag" in row:
            proof.equal("ETag", whole.get("ETag"), row["ETag"])
        around = inside(answer, at.rpartition(".")[0])
        if isinstance(around, dict) and "Quantity" in around:
            proof.equal("page", (len(rows), int(given.get("MaxItems", 100))), (around["Quantity"], around["MaxItems"]))

    gone(declared, f"Delete{name}", read=read, by={by: "Id" if by in ("Id", "Identifier") else by}, code=missing)


resource("VpcOrigin", "vpc_origin", "GetVpcOrigin", "Id", "ListVpcOrigins", "VpcOriginList.Items")
resource("AnycastIpList", "anycast", "GetAnycastIpList", "Id", "ListAnycastIpLists", "AnycastIpLists.Items",
         renamed=(("IpamCidrConfigs", "IpamConfig.IpamCidrConfigs"),))
resource("TrustStore", "trust_store", "GetTrustStore", "Identifier", "ListTrustStores", "TrustStoreList")
resource("ConnectionGroup", "group", "GetConnectionGroup", "Identifier", "ListConnectionGroups", "ConnectionGroups")
resource("DistributionTenant", "tenant", "GetDistributionTenant", "Identifier", "ListDistributionTenants",
         "DistributionTenantList")
resource("KeyValueStore", "store", "DescribeKeyValueStore", "Name", "ListKeyValueStores", "KeyValueStoreList.Items")
told(declared, "GetConnectionGroupByRoutingEndpoint", fixture="group", names=("Id", "Name"), at="ConnectionGroup")
told(declared, "GetDistributionTenantByDomain", fixture="tenant", names=("Id", "Name"), at="DistributionTenant")


@declared.check("GetConnectionGroupByRoutingEndpoint", "GetDistributionTenantByDomain")
def alike_by_id(proof, world, given, answer):
    name, fixture = ("ConnectionGroup", "group") if "RoutingEndpoint" in given else ("DistributionTenant", "tenant")
    found = proof.read(f"Get{name}", {"Identifier": world.fixture(fixture)["Id"]})
    proof.equal(name, found.get(name), answer[name])
    proof.equal("ETag", found.get("ETag"), answer["ETag"])


@declared.check("ListDistributionTenantsByCustomization")
def tenants_by_customization(proof, world, given, answer):
    made = world.fixture("tenant")
    every = proof.read("ListDistributionTenants", {}).get("DistributionTenantList", [])
    proof.equal("DistributionTenantList", [each for each in every if each["Id"] == made["Id"]],
                answer["DistributionTenantList"])


@declared.check("DeleteVpcOrigin")
def deleted_told(proof, world, given, answer):
    proof.equal("Id", given["Id"], inside(answer, "VpcOrigin.Id"))
    proof.holds("VpcOriginEndpointConfig", world.fixture("vpc_origin")["Config"],
                inside(answer, "VpcOrigin.VpcOriginEndpointConfig"))


@declared.check("CreateRealtimeLogConfig", "UpdateRealtimeLogConfig")
def logs_stand(proof, world, given, answer):
    made = answer["RealtimeLogConfig"]
    found = proof.read("GetRealtimeLogConfig", {"Name": given["Name"]}).get("RealtimeLogConfig")
    proof.equal("RealtimeLogConfig", found, made)
    proof.holds("RealtimeLogConfig", given, made)


@declared.check("GetRealtimeLogConfig", "ListRealtimeLogConfigs")
def logs_told(proof, world, given, answer):
    made = world.fixture("log_config")
    found = answer["RealtimeLogConfig"] if "RealtimeLogConfig" in answer else answer["RealtimeLogConfigs"]["Items"][0]
    other = proof.read("GetRealtimeLogConfig", {"ARN": made["ARN"]}).get("RealtimeLogConfig")
    proof.equal("RealtimeLogConfig", other, found)
    proof.equal("Name", (made["Name"], made["ARN"], 50), (found["Name"], found["ARN"], found["SamplingRate"]))
    if "RealtimeLogConfigs" in answer:
        around = answer["RealtimeLogConfigs"]
        proof.equal("page", (False, "", int(given.get("MaxItems", 100))), (
            around["IsTruncated"], around["Marker"], around["MaxItems"]))


gone(declared, "DeleteRealtimeLogConfig", read="GetRealtimeLogConfig", by=("Name",), code="NoSuchRealtimeLogConfig")


@declared.check("CreateMonitoringSubscription", "GetMonitoringSubscription")
def subscription_told(proof, world, given, answer):
    found = proof.read("GetMonitoringSubscription", {"DistributionId": given["DistributionId"]})
    proof.equal("MonitoringSubscription", found.get("MonitoringSubscription"), answer["MonitoringSubscription"])
    proof.equal("Status", "Enabled", inside(
        answer, "MonitoringSubscription.RealtimeMetricsSubscriptionConfig.RealtimeMetricsSubscriptionStatus"))


gone(declared, "DeleteMonitoringSubscription", read="GetMonitoringSubscription", by=("DistributionId",),
     code="NoSuchMonitoringSubscription")


@declared.check("PutResourcePolicy", "GetResourcePolicy")
def policy_stands(proof, world, given, answer):
    found = proof.read("GetResourcePolicy", {"ResourceArn": given["ResourceArn"]})
    proof.equal("ResourceArn", given["ResourceArn"], answer["ResourceArn"])
    wanted = given.get("PolicyDocument") or world.fixture("policy")["PolicyDocument"]
    proof.equal("PolicyDocument", wanted, found.get("PolicyDocument"))
    proof.equal("PolicyDocument", wanted, answer.get("PolicyDocument", wanted))


gone(declared, "DeleteResourcePolicy", read="GetResourcePolicy", by=("ResourceArn",), code="EntityNotFound")

BY = ("CachePolicyId", "OriginRequestPolicyId", "ResponseHeadersPolicyId", "KeyGroup", "VpcOriginId", "TrustStore",
      "AnycastIpListId", "ConnectionFunction", "RealtimeLogConfig", "WebACLId", "OwnedResource", "ConnectionMode")


@declared.check(*(f"ListDistributionsBy{each}" for each in BY))
def listed_by_use(proof, world, given, answer):
    """Only the distribution that uses it is listed, in the same words as by all other lists."""
    id = world.fixture("using")["Id"]
    [around] = [value for name, value in answer.items() if name != "ResponseMetadata"]
    rows = around.get("Items", [])
    every = proof.read("ListDistributions", {}).get("DistributionList", {}).get("Items", [])
    mode = given.get("ConnectionMode")
    wanted = [each for each in every if (each["Id"] == id if mode is None else each["ConnectionMode"] == mode)]
    limit = int(given.get("MaxItems", 100))
    if rows and isinstance(rows[0], str):
        proof.equal("Items", [id], rows)
    elif rows and "DistributionId" in rows[0]:
        proof.equal("Items", [{"DistributionId": id, "OwnerAccountId": world.account}], rows)
    else:
        proof.equal("Items", wanted[:limit], rows)
    proof.equal("page", (len(wanted) > limit, len(rows), limit, ""), (
        around["IsTruncated"], around["Quantity"], around["MaxItems"], around["Marker"]))


declared.looking.update(("TestFunction", "TestConnectionFunction", "VerifyDnsConfiguration"))
for _operation, _place, _names in (
    ("DescribeKeyValueStore", "KeyValueStore", ("Name", "Id", "Comment", "ARN", "Status", "LastModifiedTime")),
    ("GetConnectionGroup", "ConnectionGroup", ("Id", "Name", "Arn", "RoutingEndpoint", "CreatedTime",
                                               "LastModifiedTime", "Enabled", "Ipv6Enabled", "IsDefault", "Status")),
    ("GetDistributionTenant", "DistributionTenant", ("Id", "DistributionId", "Name", "Arn", "Domains", "Enabled",
                                                     "ConnectionGroupId", "CreatedTime", "LastModifiedTime", "Status")),
    ("GetTrustStore", "TrustStore", ("Id", "Arn", "Name", "Status", "NumberOfCaCertificates", "LastModifiedTime",
                                     "UseClientCertificateOCSPEndpoint")),
    ("GetAnycastIpList", "AnycastIpList", ("Id", "Name", "Status", "Arn", "AnycastIps", "IpCount", "LastModifiedTime")),
    ("GetVpcOrigin", "VpcOrigin", ("Id", "Arn", "Status", "CreatedTime", "LastModifiedTime", "AccountId",
                                   "VpcOriginEndpointConfig")),
    ("GetDistribution", "Distribution", (
        "ARN", "Status", "LastModifiedTime", "InProgressInvalidationBatches", "DomainName", "ActiveTrustedSigners",
        "ActiveTrustedKeyGroups", "DistributionConfig")),
    ("GetDistributionConfig", "DistributionConfig", (
        "Aliases", "DefaultRootObject", "OriginGroups", "CacheBehaviors", "CustomErrorResponses", "Logging",
        "PriceClass", "ViewerCertificate", "Restrictions", "WebACLId", "HttpVersion", "IsIPV6Enabled",
        "DefaultCacheBehavior.AllowedMethods", "DefaultCacheBehavior.TrustedSigners", "DefaultCacheBehavior.Compress",
        "DefaultCacheBehavior.TrustedKeyGroups", "DefaultCacheBehavior.SmoothStreaming",
        "DefaultCacheBehavior.LambdaFunctionAssociations", "DefaultCacheBehavior.FunctionAssociations",
        "DefaultCacheBehavior.FieldLevelEncryptionId")),
):
    declared.tells(_operation, *_names, at=_place)
declared.tells("DescribeConnectionFunction", "ETag")


@declared.check("ListFunctions", "ListConnectionFunctions")
def functions_go_by_pages(proof, world, given, answer):
    """All pages together are what one call lists."""
    operation, at = ("ListFunctions", "FunctionList.Items") if "FunctionList" in answer else (
        "ListConnectionFunctions", "ConnectionFunctions")
    if "MaxItems" not in given:
        return
    found, page, asked = list(inside(answer, at) or []), answer, dict(given)
    for _ in range(100):
        marker = page.get("NextMarker") or inside(page, "FunctionList.NextMarker")
        if not marker:
            break
        page = proof.read(operation, {**asked, "Marker": marker})
        found += inside(page, at) or []
    whole = proof.read(operation, {name: value for name, value in given.items() if name != "MaxItems"})
    proof.equal("all pages", inside(whole, at) or [], found)
