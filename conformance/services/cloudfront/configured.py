"""How the resources that are one configuration are read back, and what is done to distributions beside."""

from conformance.services.cloudfront.configs import KINDS, Kind, declared
from conformance.services.readback import gone, inside


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
