"""KMS: keys, what they do, and who may use them. https://docs.aws.amazon.com/kms/latest/APIReference/"""

import json
import os

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared, Error

ROLE = "arn:aws:iam::111122223333:role/app"
SERVICE = "ec2.amazonaws.com"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}]})
MESSAGE = b"message"
THERE = "eu-west-1"
LASTING = "KEY_MATERIAL_DOES_NOT_EXPIRE"
CLUSTER = {"CloudHsmClusterId": "cluster-abcdefghijk", "TrustAnchorCertificate": "certificate",
           "KeyStorePassword": "password"}
PROXY = {"XksProxyUriEndpoint": "https://proxy.example.com", "XksProxyUriPath": "/kms/xks/v1",
         "XksProxyAuthenticationCredential": {"AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "RawSecretAccessKey": "x" * 43},
         "XksProxyConnectivity": "PUBLIC_ENDPOINT"}
#: What a key of a kind is for, where it can be for one thing only or more is of no interest here.
USAGE = {"RSA": "SIGN_VERIFY", "ECC": "SIGN_VERIFY", "HMA": "GENERATE_VERIFY_MAC", "SYM": "ENCRYPT_DECRYPT"}
NO_STORE = Leave("needs a connected custom key store, which needs a cluster or a proxy")

declared = Declared("kms", {
    "KeyId": Ref("key", "KeyId"), "TargetKeyId": Ref("key", "KeyId"),
    **{f"{operation}.KeyId": Ref(fixture, "KeyId") for fixture, operations in {
        "signer": ("Sign", "Verify", "GetPublicKey"), "authenticator": ("GenerateMac", "VerifyMac"),
        "agreeing": ("DeriveSharedSecret",), "encapsulating": ("Encapsulate", "Decapsulate"),
        "external": ("GetParametersForImport",), "importing": ("ImportKeyMaterial",),
        "imported": ("DeleteImportedKeyMaterial",), "primary": ("ReplicateKey",),
        "replicated": ("UpdatePrimaryRegion",), "leaving": ("CancelKeyDeletion",),
        "grant": ("RevokeGrant", "ListGrants"), "ciphertext": ("Decrypt",),
    }.items() for operation in operations},
    "GrantTokens": Leave("come from CreateGrant; a probe uses one"),
    "DryRun": Samples(False), "DryRunModifiers": Leave("for dry runs alone, which are refused when all is well"),
    "Recipient": Leave("needs a Nitro enclave"),
    "Marker": Leave("a token comes from an answer; checks follow pages"),
    "Limit": Samples(1, 50),
    "EncryptionContext": Samples({"a": "b"}, {}), "DestinationEncryptionContext": Samples({"a": "b"}),
    "Decrypt.EncryptionContext": Samples({}), "SourceEncryptionContext": Samples({}),
    "Plaintext": Samples(b"text", b"x" * 4096),
    "EncryptionAlgorithm": Samples("SYMMETRIC_DEFAULT"), "SourceEncryptionAlgorithm": Samples("SYMMETRIC_DEFAULT"),
    "DestinationEncryptionAlgorithm": Samples("SYMMETRIC_DEFAULT"),
    "CiphertextBlob": Ref("ciphertext", "CiphertextBlob", must=False),
    "SourceKeyId": Ref("ciphertext", "KeyId"), "DestinationKeyId": Ref("key", "KeyId"),
    "GenerateDataKey.KeySpec": Samples("AES_256", "AES_128"), "NumberOfBytes": Samples(32, 1, 1024),
    "GenerateDataKeyWithoutPlaintext.KeySpec": Samples("AES_256", "AES_128"),
    "KeyPairSpec": Samples("ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1",
                           "ECC_NIST_EDWARDS25519", "RSA_2048"),
    "Message": Samples(MESSAGE), "MessageType": Samples("RAW"), "SigningAlgorithm": Samples("ECDSA_SHA_256"),
    "Signature": Ref("signer", "Signature", must=False),
    "MacAlgorithm": Samples("HMAC_SHA_256"), "Mac": Ref("authenticator", "Mac", must=False),
    "DeriveSharedSecret.PublicKey": Ref("agreeing", "PublicKey", must=False),
    "SharedSecretCiphertextBlob": Ref("encapsulating", "Blob", must=False),
    "CreateAlias.AliasName": Unique("alias/conformance"),
    "UpdateAlias.AliasName": Ref("alias", "AliasName"), "DeleteAlias.AliasName": Ref("alias", "AliasName"),
    "Policy": Samples(POLICY), "PolicyName": Samples("default"),
    "BypassPolicyLockoutSafetyCheck": Samples(False, True),
    "CustomKeyStoreId": NO_STORE, "XksKeyId": NO_STORE, "CustomerMasterKeySpec": Samples("SYMMETRIC_DEFAULT"),
    "CreateKey.Origin": Samples("AWS_KMS", "EXTERNAL"), "KeyUsage": Samples("ENCRYPT_DECRYPT"),
    "CreateKey.KeySpec": Samples("SYMMETRIC_DEFAULT", "RSA_2048", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521",
                                 "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519", "HMAC_224", "HMAC_256", "HMAC_384",
                                 "HMAC_512"),
    "Tags": Samples([{"TagKey": "a", "TagValue": "1"}], [{"TagKey": "k", "TagValue": ""}]),
    "TagKeys": Samples(["k"], ["k", "unknown"]),
    "GranteePrincipal": Samples(ROLE), "RetiringPrincipal": Samples(ROLE), "GrantId": Ref("grant", "GrantId"),
    "ListGrants.GrantId": Ref("grant", "GrantId", must=False),
    "GranteeServicePrincipal": Samples(SERVICE), "RetiringServicePrincipal": Samples(SERVICE),
    "CreateGrant.Operations": Samples(["Decrypt"], ["Encrypt", "Decrypt", "GenerateDataKey", "RetireGrant"]),
    "Constraints": Samples({"EncryptionContextSubset": {"a": "b"}}, {"EncryptionContextEquals": {"a": "b"}}),
    "CreateGrant.Name": Unique("grant"),
    "GrantToken": Ref("grant", "GrantToken", must=False),
    "RetireGrant.GrantId": Ref("grant", "GrantId", must=False),
    "RetireGrant.KeyId": Ref("grant", "KeyId", must=False),
    "PendingWindowInDays": Samples(7, 30),
    "RotationPeriodInDays": Samples(90, 2560),
    "WrappingAlgorithm": Samples("RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256",
                                 "RSA_AES_KEY_WRAP_SHA_1"),
    "WrappingKeySpec": Samples("RSA_2048", "RSA_3072"),
    "ImportToken": Ref("importing", "ImportToken", must=False),
    "EncryptedKeyMaterial": Ref("importing", "EncryptedKeyMaterial", must=False),
    "ExpirationModel": Samples(LASTING), "ValidTo": Leave("for material that expires; a probe imports such"),
    "ImportType": Samples("NEW_KEY_MATERIAL"), "KeyMaterialDescription": Samples("mine"),
    "ImportKeyMaterial.KeyMaterialId": Leave("for material that was imported before"),
    "KeyMaterialId": Ref("imported", "KeyMaterialId", must=False),
    "ReplicaRegion": Samples(THERE, "us-west-2"), "PrimaryRegion": Samples(THERE),
    "ResourceOwners": Samples(["SELF"]),
    "CreateCustomKeyStore.CustomKeyStoreName": Unique("store"), "NewCustomKeyStoreName": Unique("store"),
    **{name: Samples(value) for name, value in {**CLUSTER, **PROXY}.items()},
    "XksProxyVpcEndpointServiceName": Leave("for the other connectivity"),
    "XksProxyVpcEndpointServiceOwner": Leave("for the other connectivity"),
    **{f"{name}CustomKeyStore.CustomKeyStoreId": Ref("store", "CustomKeyStoreId")
       for name in ("Connect", "Disconnect", "Delete", "Update")},
    "DescribeCustomKeyStores.CustomKeyStoreId": Ref("store", "CustomKeyStoreId"),
    "DescribeCustomKeyStores.CustomKeyStoreName": Ref("store", "CustomKeyStoreName"),
})  # fmt: skip
declared.hints.always.update(
    Decrypt=("CiphertextBlob",), ReEncrypt=("CiphertextBlob",), GenerateRandom=("NumberOfBytes",),
    ImportKeyMaterial=("ExpirationModel",), RetireGrant=("GrantToken",),
)
declared.before.update(ListKeys=("key",), ListAliases=("alias",), ListKeyRotations=("rotated",))

# What AWS would refuse, made right


@declared.rule("CreateKey")
def creation(given):
    spec = given.get("KeySpec", "SYMMETRIC_DEFAULT")
    given = {name: value for name, value in given.items() if name != "CustomerMasterKeySpec" or "KeySpec" not in given}
    known = given.get("KeyUsage", "ENCRYPT_DECRYPT") == "ENCRYPT_DECRYPT" and spec[:3] in USAGE
    return {**given, "KeyUsage": USAGE[spec[:3]]} if known else given


@declared.rule("GenerateDataKey", "GenerateDataKeyWithoutPlaintext")
def one_length(given):
    if "NumberOfBytes" not in given:
        return {"KeySpec": "AES_256", **given}
    return {name: value for name, value in given.items() if name != "KeySpec"}


@declared.rule("CreateGrant")
def grantees(given):
    made = {"GranteePrincipal": ROLE, **given}
    if "GranteeServicePrincipal" in given:
        del made["GranteePrincipal"]
        made["Constraints"] = {"SourceArn": "arn:aws:ec2:us-east-1:111122223333:instance/i-1"}
        made.setdefault("RetiringServicePrincipal", SERVICE)
    if "RetiringServicePrincipal" in made:
        made.pop("RetiringPrincipal", None)
    return made


@declared.rule("ListRetirableGrants")
def retiring(given):
    if "RetiringServicePrincipal" in given:
        return {name: value for name, value in given.items() if name != "RetiringPrincipal"}
    return {"RetiringPrincipal": ROLE, **given}


@declared.rule("RetireGrant")
def retired(given):
    if {"KeyId", "GrantId"} <= given.keys():
        return {name: value for name, value in given.items() if name != "GrantToken"}
    return {name: value for name, value in given.items()
            if name not in ("KeyId", "GrantId") or not 0 < len(value) < 129}


@declared.rule("CreateCustomKeyStore")
def store_of_a_kind(given):
    broken = any(given.get(name, value) != value for name, value in PROXY.items())
    external = broken or given.get("CustomKeyStoreType") == "EXTERNAL_KEY_STORE"
    if external:
        given = {"CustomKeyStoreType": "EXTERNAL_KEY_STORE", **given}
    own, other = (PROXY, CLUSTER) if external else (CLUSTER, PROXY)
    return own | {name: value for name, value in given.items() if name not in other}


@declared.rule("UpdateCustomKeyStore")
def store_changed(given):
    return {name: value for name, value in given.items() if name not in PROXY or value != PROXY[name]}


@declared.rule("DescribeCustomKeyStores")
def one_name(given):
    if "CustomKeyStoreId" in given:
        return {name: value for name, value in given.items() if name != "CustomKeyStoreName"}
    return given


# Fixtures

NO_KEY = Error("NotFoundException", 400, "Key '{Arn}' does not exist")
NO_ALIAS = Error("NotFoundException", 400, "Alias {AliasArn} is not found.")
NO_GRANT = Error("NotFoundException", 400)
NO_SUCH_STORE = Error("CustomKeyStoreNotFoundException", 400)


def absent(world):
    key = f"00000000-0000-4000-8000-{int(world.tag, 16):012x}"[:36]
    place = f"arn:aws:kms:{world.region}:{world.account}"
    return {"KeyId": key, "Arn": f"{place}:key/{key}", "GrantId": world.tag * 6, "CustomKeyStoreId": f"cks-{world.tag}",
            "CustomKeyStoreName": f"absent{world.tag}", "AliasName": f"alias/absent{world.tag}",
            "AliasArn": f"{place}:alias/absent{world.tag}"}


def drop(world, fields):
    world.ask("ScheduleKeyDeletion", {"KeyId": fields["KeyId"], "PendingWindowInDays": 7})


def create(world, **given):
    return world.ask("CreateKey", {"Description": world.tag, "Tags": [{"TagKey": "k", "TagValue": "v"}], **given})[
        "KeyMetadata"]


@declared.fixture("key", drop, absent, NO_KEY)
def key(world):
    world.unknown("DescribeKey", {"KeyId": absent(world)["KeyId"]})
    return create(world)


@declared.fixture("rotated", drop)
def rotated(world):
    made = world.fixture("key")
    world.ask("RotateKeyOnDemand", {"KeyId": made["KeyId"]})
    return made


@declared.fixture("signer", drop, absent, NO_KEY)
def signer(world):
    made = create(world, KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    signed = world.ask("Sign", {"KeyId": made["KeyId"], "Message": MESSAGE, "SigningAlgorithm": "ECDSA_SHA_256"})
    return {**made, "Signature": signed["Signature"]}


@declared.fixture("authenticator", drop, absent, NO_KEY)
def authenticator(world):
    made = create(world, KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    answer = world.ask("GenerateMac", {"KeyId": made["KeyId"], "Message": MESSAGE, "MacAlgorithm": "HMAC_SHA_256"})
    return {**made, "Mac": answer["Mac"]}


@declared.fixture("agreeing", drop, absent, NO_KEY)
def agreeing(world):
    made = create(world, KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")
    return {**made, "PublicKey": world.ask("GetPublicKey", {"KeyId": made["KeyId"]})["PublicKey"]}


@declared.fixture("encapsulating", drop, absent, NO_KEY)
def encapsulating(world):
    made = create(world, KeySpec="ML_KEM_768", KeyUsage="ENCAPSULATE_DECAPSULATE")
    answer = world.ask("Encapsulate", {"KeyId": made["KeyId"], "EncapsulationAlgorithm": "ML_KEM"})
    return {**made, "Blob": answer["SharedSecretCiphertextBlob"]}


@declared.fixture("ciphertext", drop, absent, NO_KEY)
def ciphertext(world):
    made = create(world)
    answer = world.ask("Encrypt", {"KeyId": made["KeyId"], "Plaintext": MESSAGE})
    return {**made, "CiphertextBlob": answer["CiphertextBlob"]}


@declared.fixture("external", drop, absent, NO_KEY)
def external(world):
    return create(world, Origin="EXTERNAL")


def wrapped(world, key_id):
    """Material for a key, wrapped, with its token."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    answer = world.ask("GetParametersForImport", {
        "KeyId": key_id, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"})
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    sealed = load_der_public_key(answer["PublicKey"]).encrypt(os.urandom(32), oaep)
    return {"ImportToken": answer["ImportToken"], "EncryptedKeyMaterial": sealed}


@declared.fixture("importing", drop, absent, NO_KEY)
def importing(world):
    made = create(world, Origin="EXTERNAL")
    return {**made, **wrapped(world, made["KeyId"])}


@declared.fixture("imported", drop, absent, NO_KEY)
def imported(world):
    made = world.fixture("external")
    answer = world.ask("ImportKeyMaterial", {
        "KeyId": made["KeyId"], "ExpirationModel": LASTING, **wrapped(world, made["KeyId"])})
    return {**made, "KeyMaterialId": answer["KeyMaterialId"]}


@declared.fixture("primary", drop, absent, NO_KEY)
def primary(world):
    return create(world, MultiRegion=True)


@declared.fixture("replicated", None, absent, NO_KEY)
def replicated(world):
    made = create(world, MultiRegion=True)
    world.ask("ReplicateKey", {"KeyId": made["KeyId"], "ReplicaRegion": THERE})
    return made


@declared.fixture("leaving", None, absent, NO_KEY)
def leaving(world):
    made = create(world)
    world.ask("ScheduleKeyDeletion", {"KeyId": made["KeyId"], "PendingWindowInDays": 7})
    return made


@declared.fixture("alias", None, absent, NO_ALIAS)
def alias(world):
    name, made = f"alias/fixture{world.tag}", world.fixture("key")
    world.ask("CreateAlias", {"AliasName": name, "TargetKeyId": made["KeyId"]})
    return {"AliasName": name, "TargetKeyId": made["KeyId"]}


@declared.fixture("grant", None, absent, NO_GRANT)
def grant(world):
    made = world.fixture("key")
    answer = world.ask("CreateGrant", {
        "KeyId": made["KeyId"], "GranteePrincipal": ROLE, "RetiringPrincipal": ROLE, "Operations": ["Decrypt"]})
    return {"KeyId": made["KeyId"], "Arn": made["Arn"], **answer}


declared.errors.update({(operation, "KeyId"): NO_KEY for operation in ("RevokeGrant", "ListGrants", "RetireGrant")})


@declared.fixture("store", None, absent, NO_SUCH_STORE)
def store(world):
    name = f"fixture{world.tag}"
    answer = world.ask("CreateCustomKeyStore", {"CustomKeyStoreName": name, **CLUSTER})
    return {"CustomKeyStoreName": name, **answer}


# Checks


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
    proof.holds("DescribeKey", made, described(proof, made["KeyId"]))
    tags = proof.read("ListResourceTags", {"KeyId": made["KeyId"]})
    proof.equal("Tags", given.get("Tags", []), tags.get("Tags"))
    policy = proof.read("GetKeyPolicy", {"KeyId": made["KeyId"]}).get("Policy", "{}")
    if "Policy" in given:
        proof.equal("Policy", json.loads(POLICY), json.loads(policy))


declared.undo["CreateKey"] = lambda world, given, answer: drop(world, answer["KeyMetadata"])


@declared.check("DescribeKey")
def key_told(proof, world, given, answer):
    made = world.fixture("key")
    wanted = {name: made[name] for name in ("KeyId", "Arn", "Description", "CreationDate", "KeyState")}
    proof.holds("KeyMetadata", wanted, answer["KeyMetadata"])


@declared.check("EnableKey", "DisableKey", "UpdateKeyDescription", "ScheduleKeyDeletion", "CancelKeyDeletion")
def key_changed(proof, world, given, answer):
    found = described(proof, given["KeyId"])
    if "Description" in given:
        proof.equal("Description", given["Description"], found.get("Description"))
    elif answer.get("KeyState"):
        proof.equal("KeyState", "PendingDeletion", found.get("KeyState"))
        proof.equal("DeletionDate", answer["DeletionDate"], found.get("DeletionDate"))
        proof.equal("PendingWindowInDays", given.get("PendingWindowInDays", 30), answer["PendingWindowInDays"])
    else:
        proof.true("KeyState", found.get("KeyState") in ("Enabled", "Disabled"), "neither pending nor gone")
        proof.equal("Enabled", found.get("KeyState") == "Enabled", found.get("Enabled"))


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
    proof.equal("SourceKeyId", world.fixture("ciphertext")["Arn"], answer["SourceKeyId"])


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


@declared.check("Sign", "GetPublicKey")
def signature_holds(proof, world, given, answer):
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    made = world.fixture("signer")
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


@declared.check("CreateAlias", "UpdateAlias", "ListAliases")
def alias_stands(proof, world, given, answer):
    name = given.get("AliasName") or world.fixture("alias")["AliasName"]
    listed = proof.read("ListAliases", {"Limit": 100}).get("Aliases", [])
    found = next((each for each in listed if each["AliasName"] == name), {})
    proof.equal("TargetKeyId", world.fixture("key")["KeyId"], found.get("TargetKeyId"))
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


@declared.check("RevokeGrant", "RetireGrant")
def grant_gone(proof, world, given, answer):
    found = proof.read("ListGrants", {"KeyId": world.fixture("grant")["KeyId"]})
    proof.equal("Grants", [], found.get("Grants"))


@declared.check("ListRetirableGrants", "ListKeyPolicies", "ListResourceTags", "ListKeyRotations", "ListKeys")
def lists_are_whole(proof, world, given, answer):
    proof.equal("Truncated", "NextMarker" in answer, answer.get("Truncated"))
    if "Keys" in answer:
        listed = proof.read("ListKeys", {}).get("Keys", [])
        proof.true("Keys", world.fixture("key")["KeyId"] in [each["KeyId"] for each in listed], "the key is listed")
    if "PolicyNames" in answer:
        proof.equal("PolicyNames", ["default"], answer["PolicyNames"])
    if "Tags" in answer:
        proof.equal("Tags", [{"TagKey": "k", "TagValue": "v"}], answer["Tags"])


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
        proof.equal("root", f"arn:aws:iam::{world.account}:root", json.loads(found)["Statement"][0]["Principal"]["AWS"])


@declared.check("EnableKeyRotation", "DisableKeyRotation", "GetKeyRotationStatus")
def rotation_stands(proof, world, given, answer):
    found = proof.read("GetKeyRotationStatus", {"KeyId": given["KeyId"]})
    if "RotationPeriodInDays" in given:
        proof.equal("RotationPeriodInDays", given["RotationPeriodInDays"], found.get("RotationPeriodInDays"))
    if found.get("KeyRotationEnabled"):
        proof.true("NextRotationDate", found.get("NextRotationDate"), "told")
    else:
        proof.equal("NextRotationDate", None, found.get("NextRotationDate"))


@declared.check("RotateKeyOnDemand")
def material_is_new(proof, world, given, answer):
    before = world.fixture("key")["CurrentKeyMaterialId"]
    after = described(proof, given["KeyId"]).get("CurrentKeyMaterialId")
    proof.true("CurrentKeyMaterialId", after != before, "another")


@declared.check("GetParametersForImport")
def parameters_work(proof, world, given, answer):
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    size = int(given["WrappingKeySpec"].removeprefix("RSA_"))
    proof.equal("key size", size, load_der_public_key(answer["PublicKey"]).key_size)


@declared.check("ImportKeyMaterial")
def material_imported(proof, world, given, answer):
    proof.holds("KeyMetadata", {"KeyState": "Enabled", "ExpirationModel": LASTING}, described(proof, given["KeyId"]))


@declared.check("DeleteImportedKeyMaterial")
def material_gone(proof, world, given, answer):
    proof.equal("KeyState", "PendingImport", described(proof, given["KeyId"]).get("KeyState"))


@declared.check("ReplicateKey", "UpdatePrimaryRegion")
def regions_know_each_other(proof, world, given, answer):
    found = described(proof, given["KeyId"]).get("MultiRegionConfiguration", {})
    regions = {found.get("PrimaryKey", {}).get("Region"), *(each["Region"] for each in found.get("ReplicaKeys", []))}
    other = given.get("ReplicaRegion") or given["PrimaryRegion"]
    proof.equal("regions", sorted({world.region, other}), sorted(filter(None, regions)))
    if "PrimaryRegion" in given:
        proof.equal("PrimaryKey.Region", given["PrimaryRegion"], found.get("PrimaryKey", {}).get("Region"))


@declared.check("GetKeyLastUsage")
def usage_told(proof, world, given, answer):
    proof.true("KeyLastUsage", answer["KeyLastUsage"].get("Operation") in (None, "Encrypt"), "nothing but what we did")
    proof.read("Encrypt", {"KeyId": given["KeyId"], "Plaintext": b"x"})
    found = proof.read("GetKeyLastUsage", given)
    proof.equal("Operation", "Encrypt", found.get("KeyLastUsage", {}).get("Operation"))


@declared.check("CreateCustomKeyStore", "UpdateCustomKeyStore", "ConnectCustomKeyStore", "DisconnectCustomKeyStore",
                "DescribeCustomKeyStores")
def store_stands(proof, world, given, answer):
    name = answer.get("CustomKeyStoreId") or world.fixture("store")["CustomKeyStoreId"]
    found = proof.read("DescribeCustomKeyStores", {"CustomKeyStoreId": name}).get("CustomKeyStores", [{}])[0]
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
