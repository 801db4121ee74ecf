"""How resources are read back whose members stand in the input itself."""

from conformance.services.cloudfront.configs import declared
from conformance.services.readback import gone, inside, told


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
