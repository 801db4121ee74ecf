"""What calls for layers, addresses, code signing and capacity providers must prove."""

import json

from conformance.services.lambda_.checks import BY_NAME, PAGES, digest, statement_of
from conformance.services.lambda_.fixtures import NOT_FOUND, declared
from conformance.services.lambda_.hints import CODE, PROFILE
from conformance.services.readback import gone, listed, told, written

# Layers


@declared.check("PublishLayerVersion")
def a_layer_is_published(proof, world, given, answer):
    arn = f"arn:aws:lambda:{world.region}:{world.account}:layer:{given['LayerName'].rpartition(':')[2]}"
    number = answer["Version"]
    wanted = {
        "LayerArn": arn, "LayerVersionArn": f"{arn}:{number}", "Description": given.get("Description", ""),
        **{name: given.get(name, []) for name in ("CompatibleRuntimes", "CompatibleArchitectures")},
        **({"LicenseInfo": given["LicenseInfo"]} if "LicenseInfo" in given else {})}
    found = proof.read("GetLayerVersion", {"LayerName": given["LayerName"], "VersionNumber": number})
    for shown in (answer, found):
        proof.holds("version", wanted, shown)
        proof.holds("Content", {"CodeSha256": digest(CODE), "CodeSize": len(CODE)}, shown["Content"])
    proof.true("Version", number == 1, "the first", number)


def layer(world):
    made = world.fixture("layer")
    return {"LayerVersionArn": made["LayerVersionArn"], "Version": made["Version"], "Description": world.tag,
            "LicenseInfo": "MIT", "CompatibleRuntimes": ["python3.12"], "CompatibleArchitectures": ["x86_64"]}


@declared.check("GetLayerVersion", "GetLayerVersionByArn")
def a_layer_is_told(proof, world, given, answer):
    made = world.fixture("layer")
    proof.holds("answer", {**layer(world), "LayerArn": made["LayerArn"]}, answer)
    proof.holds("Content", {"CodeSha256": made["CodeSha256"], "CodeSize": len(CODE)}, answer["Content"])


@declared.check("ListLayerVersions")
def versions_of_layers_are_told(proof, world, given, answer):
    proof.holds("LayerVersions", layer(world), (answer["LayerVersions"] or [{}])[0])


@declared.check("ListLayers")
def layers_are_told(proof, world, given, answer):
    made = world.fixture("layer")
    row = next((each for each in answer["Layers"] if each["LayerName"] == made["LayerName"]), {})
    proof.holds("Layers", {"LayerArn": made["LayerArn"]}, row)
    proof.holds("Layers.LatestMatchingVersion", layer(world), row.get("LatestMatchingVersion"))


gone(declared, "DeleteLayerVersion", read="GetLayerVersion", by=("LayerName", "VersionNumber"), code=NOT_FOUND)
gone(declared, "RemoveLayerVersionPermission", read="GetLayerVersionPolicy", by=("LayerName", "VersionNumber"),
     code=NOT_FOUND)


@declared.check("AddLayerVersionPermission")
def a_layer_is_shared(proof, world, given, answer):
    found = json.loads(answer["Statement"])
    proof.holds("Statement", statement_of(given, world.fixture("layer")["LayerVersionArn"]), found)
    if "OrganizationId" in given:
        proof.equal("Condition", {"StringEquals": {"aws:PrincipalOrgID": given["OrganizationId"]}}, found["Condition"])
    policy = proof.read("GetLayerVersionPolicy", {name: given[name] for name in ("LayerName", "VersionNumber")})
    proof.equal("RevisionId", answer["RevisionId"], policy["RevisionId"])
    proof.true("Policy", found in json.loads(policy["Policy"])["Statement"], "the statement", policy["Policy"])


@declared.check("GetLayerVersionPolicy")
def a_layers_policy_is_told(proof, world, given, answer):
    proof.holds("Policy", {"Sid": "s", "Principal": "*", "Action": "lambda:GetLayerVersion",
                           "Resource": world.fixture("layer")["LayerVersionArn"]},
                json.loads(answer["Policy"])["Statement"][0])


# Addresses

written(declared, "CreateFunctionUrlConfig", "UpdateFunctionUrlConfig", read="GetFunctionUrlConfig", by=BY_NAME)


@declared.check("CreateFunctionUrlConfig", "UpdateFunctionUrlConfig")
def an_address_is_answered(proof, world, given, answer):
    for name in ("AuthType", "Cors", "InvokeMode"):
        if name in given:
            proof.holds(name, given[name], answer.get(name))
    proof.true("FunctionArn", answer["FunctionArn"].endswith(f":function:{given['FunctionName']}"), "the function's",
               answer["FunctionArn"])
    proof.true("FunctionUrl", ".lambda-url." in answer["FunctionUrl"] and answer["FunctionUrl"].endswith("/"),
               "an address", answer["FunctionUrl"])
    found = proof.read("GetFunctionUrlConfig", {"FunctionName": given["FunctionName"]})
    proof.equal("FunctionUrl read", answer["FunctionUrl"], found["FunctionUrl"])


def address(world):
    made = world.fixture("addressed")
    return {"FunctionUrl": made["FunctionUrl"], "FunctionArn": made["FunctionArn"], "AuthType": "NONE",
            "Cors": {"AllowOrigins": ["*"]}, "InvokeMode": "BUFFERED"}


@declared.check("GetFunctionUrlConfig")
def an_address_is_told(proof, world, given, answer):
    proof.holds("answer", address(world), answer)


@declared.check("ListFunctionUrlConfigs")
def addresses_are_told(proof, world, given, answer):
    (row,) = answer["FunctionUrlConfigs"]
    proof.holds("FunctionUrlConfigs", address(world), row)


gone(declared, "DeleteFunctionUrlConfig", read="GetFunctionUrlConfig", by=BY_NAME, code=NOT_FOUND)

# Code signing

written(declared, "CreateCodeSigningConfig", read="GetCodeSigningConfig", at="CodeSigningConfig",
        by={"CodeSigningConfigArn": "answer.CodeSigningConfig.CodeSigningConfigArn"})
written(declared, "UpdateCodeSigningConfig", read="GetCodeSigningConfig", at="CodeSigningConfig",
        by=("CodeSigningConfigArn",))


@declared.check("CreateCodeSigningConfig", "UpdateCodeSigningConfig")
def a_signing_is_answered(proof, world, given, answer):
    found = answer["CodeSigningConfig"]
    for name in ("Description", "AllowedPublishers", "CodeSigningPolicies"):
        if name in given:
            proof.holds(name, given[name], found[name])
    if "CodeSigningConfigArn" in given:
        proof.equal("CodeSigningConfigArn", given["CodeSigningConfigArn"], found["CodeSigningConfigArn"])
        proof.equal("Description", given.get("Description", world.tag), found["Description"])
        publishers = given.get("AllowedPublishers", {}).get("SigningProfileVersionArns", [PROFILE])
        proof.equal("AllowedPublishers", publishers, found["AllowedPublishers"]["SigningProfileVersionArns"])
    policy = given.get("CodeSigningPolicies", {}).get("UntrustedArtifactOnDeployment", "Warn")
    proof.equal("policy", policy, found["CodeSigningPolicies"]["UntrustedArtifactOnDeployment"])
    proof.true("CodeSigningConfigArn", found["CodeSigningConfigArn"].endswith(
        f":code-signing-config:{found['CodeSigningConfigId']}"), "names the id", found["CodeSigningConfigArn"])


told(declared, "GetCodeSigningConfig", fixture="signing", names=("CodeSigningConfigArn", "CodeSigningConfigId"),
     at="CodeSigningConfig")
listed(declared, "ListCodeSigningConfigs", "CodeSigningConfigs", "signing", "CodeSigningConfigArn",
       "CodeSigningConfigArn", token=PAGES)
gone(declared, "DeleteCodeSigningConfig", read="GetCodeSigningConfig", by=("CodeSigningConfigArn",), code=NOT_FOUND)


@declared.check("GetCodeSigningConfig")
def a_signing_is_told(proof, world, given, answer):
    found = answer["CodeSigningConfig"]
    proof.holds("CodeSigningConfig", {"Description": world.tag, "CodeSigningPolicies": {
        "UntrustedArtifactOnDeployment": "Warn"}}, found)
    proof.equal("publishers", 1, len(found["AllowedPublishers"]["SigningProfileVersionArns"]))


@declared.check("ListCodeSigningConfigs")
def signings_are_told(proof, world, given, answer):
    arn = world.fixture("signing")["CodeSigningConfigArn"]
    row = next((each for each in answer["CodeSigningConfigs"] if each["CodeSigningConfigArn"] == arn), None)
    if row is not None:
        proof.equal("CodeSigningConfigs.Description", world.tag, row["Description"])


@declared.check("ListFunctionsByCodeSigningConfig")
def functions_are_bound(proof, world, given, answer):
    proof.equal("FunctionArns", [world.fixture("signed")["FunctionArn"]], answer["FunctionArns"])
    other = proof.read("ListFunctionsByCodeSigningConfig", {
        "CodeSigningConfigArn": world.fixture("signing")["CodeSigningConfigArn"]})
    proof.equal("FunctionArns of another", [], other["FunctionArns"])


@declared.check("PutFunctionCodeSigningConfig")
def a_function_is_bound(proof, world, given, answer):
    wanted = {name: given[name] for name in ("CodeSigningConfigArn", "FunctionName")}
    proof.holds("answer", wanted, answer)
    proof.holds("read", wanted, proof.read("GetFunctionCodeSigningConfig", {"FunctionName": given["FunctionName"]}))
    found = proof.read("ListFunctionsByCodeSigningConfig", {"CodeSigningConfigArn": given["CodeSigningConfigArn"]})
    proof.true("bound", any(each.endswith(f":{given['FunctionName']}") for each in found["FunctionArns"]),
               given["FunctionName"], found)


told(declared, "GetFunctionCodeSigningConfig", fixture="signed", names=("CodeSigningConfigArn", "FunctionName"))


@declared.check("DeleteFunctionCodeSigningConfig")
def a_function_is_free(proof, world, given, answer):
    found = proof.read("GetFunctionCodeSigningConfig", {"FunctionName": given["FunctionName"]})
    proof.true("CodeSigningConfigArn", not found.get("CodeSigningConfigArn"), "none", found)


# Capacity providers

written(declared, "CreateCapacityProvider", "UpdateCapacityProvider", read="GetCapacityProvider",
        at="CapacityProvider", by=("CapacityProviderName",))


@declared.check("CreateCapacityProvider", "UpdateCapacityProvider")
def a_provider_is_answered(proof, world, given, answer):
    found = answer["CapacityProvider"]
    for name, value in given.items():
        if name in found:
            proof.holds(name, value, found[name])
    proof.true("CapacityProviderArn", found["CapacityProviderArn"].endswith(
        f":capacity-provider:{given['CapacityProviderName'].rpartition(':')[2]}"), "its ARN",
        found["CapacityProviderArn"])
    tags = proof.read("ListTags", {"Resource": found["CapacityProviderArn"]})
    proof.equal("Tags", given.get("Tags", {}), tags.get("Tags", {}))


told(declared, "GetCapacityProvider", "DeleteCapacityProvider", fixture="provider", names=("CapacityProviderArn",),
     at="CapacityProvider")
gone(declared, "DeleteCapacityProvider", read="GetCapacityProvider", by=("CapacityProviderName",), code=NOT_FOUND)


@declared.check("GetCapacityProvider", "DeleteCapacityProvider")
def a_provider_is_told(proof, world, given, answer):
    found = answer["CapacityProvider"]
    proof.holds("VpcConfig", {"SubnetIds": ["subnet-1a2b3c4d"]}, found["VpcConfig"])
    proof.true("State", found["State"] in ("Active", "Pending", "Deleting"), "one of a provider's", found["State"])


@declared.check("ListCapacityProviders")
def providers_are_told(proof, world, given, answer):
    arn = world.fixture("provider")["CapacityProviderArn"]
    rows = {each["CapacityProviderArn"]: each for each in answer["CapacityProviders"]}
    proof.holds("CapacityProviders", {"State": "Active"}, rows.get(arn))


@declared.check("ListFunctionVersionsByCapacityProvider")
def versions_are_bound(proof, world, given, answer):
    made = world.fixture("used")
    proof.equal("CapacityProviderArn", made["CapacityProviderArn"], answer["CapacityProviderArn"])
    wanted = [{"FunctionArn": made["FunctionArn"] + ":$LATEST", "State": "Active"}]
    proof.equal("FunctionVersions", wanted, answer["FunctionVersions"])
