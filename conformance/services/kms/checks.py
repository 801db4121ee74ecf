"""What proves that a call to KMS did its work: blobs that open, signatures that hold, keys as told afterwards."""

import json

from conformance.services.kms.fixtures import CLUSTER, LASTING, MESSAGE, POLICY, ROLE, absent, declared, drop


def described(proof, key_id):
    return proof.read("DescribeKey", {"KeyId": key_id}).get("KeyMetadata", {})


@declared.check("CreateKey")
def key_stands(proof, world, given, answer):
    made = answer["KeyMetadata"]
    spec = given.get("KeySpec") or given.get("CustomerMasterKeySpec") or "SYMMETRIC_DEFAULT"
    wanted = {"KeySpec": spec, "KeyUsage": given["KeyUsage"], "Description": given.get("Description", ""),
              "MultiRegion": given.get("MultiRegion", False), "Origin": given.get("Origin", "AWS_KMS"),
              "KeyManager": "CUSTOMER", "AWSAccountId": world.account,
              "KeyState": "PendingImport" if given.get("Origin") == "EXTERNAL" else "Enabled"}
    proof.holds("KeyMetadata", wanted, made)
    proof.equal("DescribeKey", described(proof, made["KeyId"]), made)
    tags = proof.read("ListResourceTags", {"KeyId": made["KeyId"]})
    proof.equal("Tags", given.get("Tags", []), tags.get("Tags"))
    policy = proof.read("GetKeyPolicy", {"KeyId": made["KeyId"]}).get("Policy", "{}")
    if "Policy" in given:
        proof.equal("Policy", json.loads(POLICY), json.loads(policy))


declared.undo["CreateKey"] = lambda world, given, answer: drop(world, answer["KeyMetadata"])


@declared.check("DescribeKey")
def key_told(proof, world, given, answer):
    made = world.fixture("key")
    proof.equal("KeyMetadata", made, answer["KeyMetadata"])


@declared.check("UpdateKeyDescription")
def description_stands(proof, world, given, answer):
    proof.equal("Description", given["Description"], described(proof, given["KeyId"]).get("Description"))


@declared.check("ScheduleKeyDeletion")
def key_leaves(proof, world, given, answer):
    found = described(proof, given["KeyId"])
    proof.equal("KeyState", "PendingDeletion", found.get("KeyState"))
    proof.holds("answer", {"KeyId": found.get("Arn"), "KeyState": "PendingDeletion",
                           "DeletionDate": found.get("DeletionDate", "told"),
                           "PendingWindowInDays": given.get("PendingWindowInDays", 30)}, answer)


def key_is(state):
    """A check that a key is in a state now."""
    def check(proof, world, given, answer):
        found = described(proof, given["KeyId"])
        proof.holds("KeyMetadata", {"KeyState": state, "Enabled": state == "Enabled"}, found)
    return check


declared.check("EnableKey")(key_is("Enabled"))
declared.check("DisableKey", "CancelKeyDeletion")(key_is("Disabled"))


@declared.check("CancelKeyDeletion")
def staying_named(proof, world, given, answer):
    proof.equal("KeyId", world.fixture("leaving")["Arn"], answer.get("KeyId"))


#: Members that repeat what was asked, and what AWS takes when it was not said.
ECHOED = {"EncryptionAlgorithm": "SYMMETRIC_DEFAULT", "SigningAlgorithm": None, "MacAlgorithm": None,
          "KeyAgreementAlgorithm": None, "KeyPairSpec": None}
WITH_ALGORITHM = {"Encrypt": "EncryptionAlgorithm", "Decrypt": "EncryptionAlgorithm", "Sign": "SigningAlgorithm",
                  "Verify": "SigningAlgorithm", "GenerateMac": "MacAlgorithm", "VerifyMac": "MacAlgorithm",
                  "DeriveSharedSecret": "KeyAgreementAlgorithm", "GenerateDataKeyPair": "KeyPairSpec",
                  "GenerateDataKeyPairWithoutPlaintext": "KeyPairSpec"}
WITH_MATERIAL = ("Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair",
                 "GenerateDataKeyPairWithoutPlaintext")
WITH_ORIGIN = ("Decrypt", "DeriveSharedSecret")


def raw(proof, name):
    """A member that AWS answers and the model does not have everywhere."""
    return json.loads(proof.body).get(name)


def key_named(operation):
    """A check that an answer tells the key, its material and the algorithm that did it."""
    def check(proof, world, given, answer):
        found = described(proof, given.get("KeyId") or world.fixture("ciphertext")["KeyId"])
        wanted = {"KeyId": found.get("Arn")}
        if operation in WITH_ALGORITHM:
            name = WITH_ALGORITHM[operation]
            wanted[name] = given.get(name) or ECHOED[name]
        if operation in WITH_MATERIAL:
            wanted["KeyMaterialId"] = found.get("CurrentKeyMaterialId")
        if operation in WITH_ORIGIN:
            proof.equal("KeyOrigin", "AWS_KMS", raw(proof, "KeyOrigin"))
        proof.holds("answer", wanted, answer)
    return check


for operation_ in (*WITH_ALGORITHM, "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "Encapsulate", "Decapsulate"):
    declared.check(operation_)(key_named(operation_))


def opened(proof, blob, context=None, **more):
    return proof.read("Decrypt", {"CiphertextBlob": blob, "EncryptionContext": context or {}, **more})


@declared.check("Encrypt")
def encrypted(proof, world, given, answer):
    found = opened(proof, answer["CiphertextBlob"], given.get("EncryptionContext"))
    proof.equal("Plaintext", given["Plaintext"], found.get("Plaintext"))
    proof.equal("KeyId", world.fixture("key")["Arn"], found.get("KeyId"))


@declared.check("Decrypt")
def decrypted(proof, world, given, answer):
    proof.equal("Plaintext", MESSAGE, answer["Plaintext"])
    proof.equal("KeyId", world.fixture("ciphertext")["Arn"], answer["KeyId"])


@declared.check("ReEncrypt")
def encrypted_again(proof, world, given, answer):
    found = opened(proof, answer["CiphertextBlob"], given.get("DestinationEncryptionContext"))
    proof.equal("Plaintext", MESSAGE, found.get("Plaintext"))
    proof.equal("KeyId", world.fixture("key")["Arn"], found.get("KeyId"))
    source, target = described(proof, world.fixture("ciphertext")["KeyId"]), described(proof, given["DestinationKeyId"])
    proof.holds("answer", {
        "SourceKeyId": source.get("Arn"), "SourceKeyMaterialId": source.get("CurrentKeyMaterialId"),
        "SourceEncryptionAlgorithm": "SYMMETRIC_DEFAULT", "KeyId": target.get("Arn"),
        "DestinationKeyMaterialId": target.get("CurrentKeyMaterialId"),
        "DestinationEncryptionAlgorithm": "SYMMETRIC_DEFAULT"}, answer)


@declared.check("GenerateDataKey", "GenerateDataKeyWithoutPlaintext")
def data_key(proof, world, given, answer):
    found = opened(proof, answer["CiphertextBlob"], given.get("EncryptionContext"))
    size = given.get("NumberOfBytes") or {"AES_256": 32, "AES_128": 16}[given["KeySpec"]]
    proof.equal("length", size, len(found.get("Plaintext", b"")))
    if "Plaintext" in answer:
        proof.equal("Plaintext", answer["Plaintext"], found.get("Plaintext"))


@declared.check("GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext")
def data_key_pair(proof, world, given, answer):
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

    private = opened(proof, answer["PrivateKeyCiphertextBlob"], given.get("EncryptionContext")).get("Plaintext", b"")
    proof.true("PublicKey", private and load_der_private_key(private, None).public_key()
               == load_der_public_key(answer["PublicKey"]), "the private key's")
    if "PrivateKeyPlaintext" in answer:
        proof.equal("PrivateKeyPlaintext", private, answer["PrivateKeyPlaintext"])


@declared.check("GenerateRandom")
def random_bytes(proof, world, given, answer):
    proof.equal("length", given["NumberOfBytes"], len(answer["Plaintext"]))
    others = [proof.read("GenerateRandom", {"NumberOfBytes": 32}).get("Plaintext") for _ in range(2)]
    proof.true("Plaintext", others[0] != others[1], "others every time")


@declared.check("Sign", "GetPublicKey")
def signature_holds(proof, world, given, answer):
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    made = world.fixture("signer")
    if "Signature" not in answer:
        names = ("KeySpec", "CustomerMasterKeySpec", "KeyUsage", "SigningAlgorithms")
        found = described(proof, given["KeyId"])
        proof.holds("answer", {"KeyId": found.get("Arn"), **{name: found.get(name) for name in names}}, answer)
        proof.true("PublicKey", "PublicKey" in answer, "told")
    public = answer.get("PublicKey") or proof.read("GetPublicKey", {"KeyId": made["KeyId"]}).get("PublicKey", b"")
    try:
        signature = answer.get("Signature", made["Signature"])
        load_der_public_key(public).verify(signature, MESSAGE, ec.ECDSA(hashes.SHA256()))
        fits = True
    except (InvalidSignature, ValueError):
        fits = False
    proof.true("Signature", fits, "verifies with the public key")


@declared.check("Verify", "VerifyMac")
def verified(proof, world, given, answer):
    proof.equal("valid", True, answer.get("SignatureValid", answer.get("MacValid")))
    operation, member = ("Verify", "Signature") if "Signature" in given else ("VerifyMac", "Mac")
    wrong = "KMSInvalidSignatureException" if operation == "Verify" else "KMSInvalidMacException"
    proof.refused(operation, {**given, "Message": b"another", member: given[member]}, wrong)


@declared.check("GenerateMac")
def code_holds(proof, world, given, answer):
    proof.equal("Mac", world.fixture("authenticator")["Mac"], answer["Mac"])
    proof.refused("VerifyMac", {"KeyId": given["KeyId"], "Mac": answer["Mac"], "Message": b"another",
                                "MacAlgorithm": "HMAC_SHA_256"}, "KMSInvalidMacException")


@declared.check("DeriveSharedSecret")
def secret_shared(proof, world, given, answer):
    proof.equal("length", 32, len(answer["SharedSecret"]))
    proof.equal("SharedSecret", answer["SharedSecret"], proof.read("DeriveSharedSecret", given).get("SharedSecret"))


@declared.check("Encapsulate", "Decapsulate")
def secret_encapsulated(proof, world, given, answer):
    blob = answer.get("SharedSecretCiphertextBlob") or given["SharedSecretCiphertextBlob"]
    found = proof.read("Decapsulate", {"KeyId": given["KeyId"], "EncapsulationAlgorithm": "ML_KEM",
                                       "SharedSecretCiphertextBlob": blob})
    proof.equal("SharedSecret", answer["SharedSecret"], found.get("SharedSecret"))
    proof.refused("Decapsulate", {"KeyId": given["KeyId"], "EncapsulationAlgorithm": "ML_KEM",
                                  "SharedSecretCiphertextBlob": blob[:-1]}, "InvalidCiphertextException")


@declared.check("UpdateAlias")
def alias_moved(proof, world, given, answer):
    proof.equal("KeyId", given["TargetKeyId"], described(proof, given["AliasName"]).get("KeyId"))


@declared.check("CreateAlias", "ListAliases")
def alias_stands(proof, world, given, answer):
    name = given.get("AliasName") or world.fixture("alias")["AliasName"]
    listed = proof.read("ListAliases", {"Limit": 100}).get("Aliases", [])
    found = next((each for each in listed if each["AliasName"] == name), {})
    proof.equal("TargetKeyId", world.fixture("key")["KeyId"], found.get("TargetKeyId"))
    if "AliasName" not in given:
        proof.equal("Truncated", "NextMarker" in answer, answer.get("Truncated"))
        told = {each.get("AliasName"): each for each in answer["Aliases"]}
        proof.equal("AliasCount", len(told), raw(proof, "AliasCount"))
        if name in told or "Limit" not in given:
            arn = absent(world)["AliasArn"].rpartition("alias/")[0] + name
            proof.holds("Aliases", {"AliasArn": arn, "CreationDate": found.get("CreationDate", "told"),
                                    "LastUpdatedDate": found.get("LastUpdatedDate", "told")}, told.get(name))
    if answer.get("Aliases") is not None and "Limit" in given:
        proof.pages("ListAliases", given, "Aliases", ("NextMarker", "Marker"), "AliasName")


@declared.check("DeleteAlias")
def alias_gone(proof, world, given, answer):
    proof.refused("DescribeKey", {"KeyId": given["AliasName"]}, "NotFoundException")


@declared.check("CreateGrant", "ListGrants")
def grant_stands(proof, world, given, answer):
    made = answer if "GrantId" in answer else world.fixture("grant")
    found = proof.read("ListGrants", {"KeyId": given["KeyId"], "GrantId": made["GrantId"]}).get("Grants", [{}])
    names = ("Operations", "Constraints", "GranteePrincipal", "RetiringPrincipal", "GranteeServicePrincipal", "Name")
    wanted = {name: given[name] for name in names if name in given} if "GrantId" in answer else {}
    proof.holds("Grants[0]", {"GrantId": made["GrantId"], **wanted}, found[0])
    if "GrantId" not in answer:
        proof.equal("Truncated", "NextMarker" in answer, answer.get("Truncated"))
        told = next((each for each in answer["Grants"] if each["GrantId"] == made["GrantId"]), None)
        wanted = {
            "KeyId": described(proof, given["KeyId"]).get("Arn"), "GranteePrincipal": ROLE, "RetiringPrincipal": ROLE,
            "Operations": ["Decrypt"], "IssuingAccount": f"arn:aws:iam::{world.account}:root"}
        proof.holds("Grants", None if "GranteeServicePrincipal" in given else wanted, told)


@declared.check("RevokeGrant", "RetireGrant")
def grant_gone(proof, world, given, answer):
    found = proof.read("ListGrants", {"KeyId": world.fixture("grant")["KeyId"]})
    proof.equal("Grants", [], found.get("Grants"))


@declared.check("ListRetirableGrants", "ListKeyPolicies", "ListResourceTags", "ListKeyRotations", "ListKeys",
                "DescribeCustomKeyStores")
def lists_are_whole(proof, world, given, answer):
    proof.equal("Truncated", "NextMarker" in answer, answer.get("Truncated"))


@declared.check("ListKeys")
def keys_listed(proof, world, given, answer):
    made = world.fixture("key")
    listed = {each["KeyId"]: each.get("KeyArn") for each in proof.read("ListKeys", {}).get("Keys", [])}
    proof.equal("KeyArn", made["Arn"], listed.get(made["KeyId"]))
    told = {each["KeyId"]: each.get("KeyArn") for each in answer["Keys"]}
    proof.equal("Keys", {name: listed.get(name, "listed") for name in told}, told)
    proof.equal("length", min(given.get("Limit", 100), len(listed)), len(told))


@declared.check("ListKeyPolicies")
def policies_listed(proof, world, given, answer):
    proof.equal("PolicyNames", ["default"], answer.get("PolicyNames"))


@declared.check("ListResourceTags")
def tags_listed(proof, world, given, answer):
    proof.equal("Tags", [{"TagKey": "k", "TagValue": "v"}], answer.get("Tags"))


@declared.check("ListKeyRotations")
def rotations_listed(proof, world, given, answer):
    made = world.fixture("rotated")
    now = described(proof, made["KeyId"]).get("CurrentKeyMaterialId")
    turned = {"KeyId": made["Arn"], "KeyMaterialId": now, "KeyMaterialState": "CURRENT", "RotationType": "ON_DEMAND"}
    first = {"KeyId": made["Arn"], "KeyMaterialId": made["CurrentKeyMaterialId"], "KeyMaterialState": "NON_CURRENT"}
    wanted = [first, turned] if given.get("IncludeKeyMaterial") == "ALL_KEY_MATERIAL" else [turned]
    proof.holds("Rotations", wanted[:given.get("Limit", 100)], answer.get("Rotations"))
    proof.true("RotationDate", all("RotationDate" in each for each in answer.get("Rotations", [])
                                   if "RotationType" in each), "told of what was rotated")


@declared.check("ListRetirableGrants")
def retirable_listed(proof, world, given, answer):
    made, told = world.fixture("grant"), answer.get("Grants", [])
    wanted = {"KeyId": made["Arn"], "GranteePrincipal": ROLE, "RetiringPrincipal": ROLE, "Operations": ["Decrypt"],
              "IssuingAccount": f"arn:aws:iam::{world.account}:root"}
    found = next((each for each in told if each["GrantId"] == made["GrantId"]), None)
    if "RetiringServicePrincipal" not in given and "Limit" not in given:
        proof.holds("Grants", wanted, found)
        proof.present("Grants.CreationDate")
    elif "RetiringServicePrincipal" in given:
        proof.equal("Grants", None, found)
    else:
        proof.equal("length", 1, len(told[:1]))


@declared.check("TagResource", "UntagResource")
def tags_stand(proof, world, given, answer):
    found = proof.read("ListResourceTags", {"KeyId": given["KeyId"]}).get("Tags", [])
    wanted = {"k": "v"} | {each["TagKey"]: each["TagValue"] for each in given.get("Tags", [])}
    for name in given.get("TagKeys", []):
        wanted.pop(name, None)
    proof.equal("Tags", wanted, {each["TagKey"]: each["TagValue"] for each in found})


@declared.check("PutKeyPolicy", "GetKeyPolicy")
def policy_stands(proof, world, given, answer):
    found = proof.read("GetKeyPolicy", {"KeyId": given["KeyId"]}).get("Policy", "{}")
    if "Policy" in given:
        proof.equal("Policy", json.loads(given["Policy"]), json.loads(found))
    else:
        proof.equal("Policy", json.loads(found), json.loads(answer["Policy"]))
        proof.equal("PolicyName", "default", answer.get("PolicyName"))
        proof.equal("root", f"arn:aws:iam::{world.account}:root", json.loads(found)["Statement"][0]["Principal"]["AWS"])


@declared.check("EnableKeyRotation")
def rotation_stands(proof, world, given, answer):
    found = proof.read("GetKeyRotationStatus", {"KeyId": given["KeyId"]})
    period = given.get("RotationPeriodInDays", 365)
    proof.holds("rotation", {"KeyRotationEnabled": True, "RotationPeriodInDays": period}, found)
    proof.true("NextRotationDate", found.get("NextRotationDate"), "told")


@declared.check("DisableKeyRotation")
def rotation_ends(proof, world, given, answer):
    found = proof.read("GetKeyRotationStatus", {"KeyId": given["KeyId"]})
    proof.equal("KeyRotationEnabled", False, found.get("KeyRotationEnabled"))
    proof.equal("NextRotationDate", None, found.get("NextRotationDate"))


@declared.check("GetKeyRotationStatus")
def rotation_told(proof, world, given, answer):
    made = world.fixture("turning")
    proof.holds("answer", {"KeyId": made["Arn"], "KeyRotationEnabled": True, "RotationPeriodInDays": 180}, answer)
    days = round((answer["NextRotationDate"] - made["CreationDate"]).total_seconds() / 86400)
    proof.equal("NextRotationDate", 180, days)


@declared.check("RotateKeyOnDemand")
def material_is_new(proof, world, given, answer):
    before = world.fixture("key")["CurrentKeyMaterialId"]
    after = described(proof, given["KeyId"]).get("CurrentKeyMaterialId")
    proof.true("CurrentKeyMaterialId", after != before, "another")
    proof.equal("KeyId", world.fixture("key")["Arn"], answer.get("KeyId"))


@declared.check("GetParametersForImport")
def parameters_work(proof, world, given, answer):
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    size = int(given["WrappingKeySpec"].removeprefix("RSA_"))
    proof.equal("key size", size, load_der_public_key(answer["PublicKey"]).key_size)
    proof.equal("KeyId", world.fixture("external")["Arn"], answer.get("KeyId"))


@declared.check("ImportKeyMaterial")
def material_imported(proof, world, given, answer):
    found = described(proof, given["KeyId"])
    proof.holds("KeyMetadata", {"KeyState": "Enabled", "ExpirationModel": LASTING}, found)
    proof.holds("answer", {"KeyId": found.get("Arn"), "KeyMaterialId": found.get("CurrentKeyMaterialId")}, answer)


@declared.check("DeleteImportedKeyMaterial")
def material_gone(proof, world, given, answer):
    made = world.fixture("imported")
    proof.equal("KeyState", "PendingImport", described(proof, given["KeyId"]).get("KeyState"))
    proof.holds("answer", {"KeyId": made["Arn"], "KeyMaterialId": made["KeyMaterialId"]}, answer)


@declared.check("ReplicateKey", "UpdatePrimaryRegion")
def regions_know_each_other(proof, world, given, answer):
    found = described(proof, given["KeyId"]).get("MultiRegionConfiguration", {})
    regions = {found.get("PrimaryKey", {}).get("Region"), *(each["Region"] for each in found.get("ReplicaKeys", []))}
    other = given.get("ReplicaRegion") or given["PrimaryRegion"]
    proof.equal("regions", sorted({world.region, other}), sorted(filter(None, regions)))
    if "PrimaryRegion" in given:
        proof.equal("PrimaryKey.Region", given["PrimaryRegion"], found.get("PrimaryKey", {}).get("Region"))


@declared.check("ReplicateKey")
def replica_stands(proof, world, given, answer):
    there = world.elsewhere(given["ReplicaRegion"])
    found = there.ask("DescribeKey", {"KeyId": given["KeyId"]})["KeyMetadata"]
    told = answer.get("ReplicaKeyMetadata", {})
    proof.equal("ReplicaKeyMetadata", {**found, "KeyState": "Creating", "Enabled": False},
                {**told, "KeyState": "Creating", "Enabled": False})
    proof.true("KeyState", told.get("KeyState") in ("Creating", "Enabled"), "being made", told.get("KeyState"))
    proof.equal("Enabled", told.get("KeyState") == "Enabled", told.get("Enabled"))
    proof.equal("Description", given.get("Description", ""), told.get("Description"))
    policy = there.ask("GetKeyPolicy", {"KeyId": given["KeyId"]})["Policy"]
    proof.equal("ReplicaPolicy", json.loads(policy), json.loads(answer.get("ReplicaPolicy", "{}")))
    proof.equal("ReplicaTags", given.get("Tags", []), answer.get("ReplicaTags"))


@declared.check("GetKeyLastUsage")
def usage_told(proof, world, given, answer):
    made = world.fixture("ciphertext")
    proof.holds("answer", {"KeyId": made["KeyId"], "KeyCreationDate": made["CreationDate"]}, answer)
    last = answer["KeyLastUsage"]
    proof.equal("Operation", "Encrypt", last.get("Operation"))
    proof.true("Timestamp", "Timestamp" in last and last["Timestamp"] >= made["CreationDate"], "since it was made")
    proof.read("GenerateDataKey", {"KeyId": given["KeyId"], "KeySpec": "AES_256"})
    found = proof.read("GetKeyLastUsage", given)
    proof.equal("Operation", "GenerateDataKey", found.get("KeyLastUsage", {}).get("Operation"))


def told_store(proof, name):
    return proof.read("DescribeCustomKeyStores", {"CustomKeyStoreId": name}).get("CustomKeyStores", [{}])[0]


@declared.check("ConnectCustomKeyStore")
def store_tries(proof, world, given, answer):
    state = told_store(proof, given["CustomKeyStoreId"]).get("ConnectionState")
    proof.true("ConnectionState", state in ("CONNECTING", "CONNECTED", "FAILED"), "tried", state)


@declared.check("DisconnectCustomKeyStore")
def store_rests(proof, world, given, answer):
    state = told_store(proof, given["CustomKeyStoreId"]).get("ConnectionState")
    proof.true("ConnectionState", state in ("DISCONNECTING", "DISCONNECTED"), "ended", state)


@declared.check("DescribeCustomKeyStores")
def store_told(proof, world, given, answer):
    made = world.fixture("store")
    told = {each.get("CustomKeyStoreId"): each for each in answer["CustomKeyStores"]}
    if "Limit" not in given or made["CustomKeyStoreId"] in told:
        proof.holds("CustomKeyStores", {
            "CustomKeyStoreName": made["CustomKeyStoreName"], "CustomKeyStoreType": "AWS_CLOUDHSM",
            "ConnectionState": "DISCONNECTED", "CloudHsmClusterId": CLUSTER["CloudHsmClusterId"],
            "TrustAnchorCertificate": CLUSTER["TrustAnchorCertificate"]}, told.get(made["CustomKeyStoreId"]))


@declared.check("CreateCustomKeyStore", "UpdateCustomKeyStore")
def store_stands(proof, world, given, answer):
    name = answer.get("CustomKeyStoreId") or world.fixture("store")["CustomKeyStoreId"]
    found = told_store(proof, name)
    proof.equal("CustomKeyStoreId", name, found.get("CustomKeyStoreId"))
    named = given.get("NewCustomKeyStoreName")
    if "CustomKeyStoreId" in answer:
        named = given["CustomKeyStoreName"]
    if named:
        proof.equal("CustomKeyStoreName", named, found.get("CustomKeyStoreName"))


@declared.check("DeleteCustomKeyStore")
def store_gone(proof, world, given, answer):
    proof.refused("DescribeCustomKeyStores", {"CustomKeyStoreId": given["CustomKeyStoreId"]},
                  "CustomKeyStoreNotFoundException")
