"""What the variants of KMS are made from: values, keys, grants, custom key stores."""

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
        "grant": ("RevokeGrant", "ListGrants"), "ciphertext": ("Decrypt", "GetKeyLastUsage"),
        "rotated": ("ListKeyRotations",), "turning": ("DisableKeyRotation", "GetKeyRotationStatus"),
        "disabled": ("EnableKey",),
    }.items() for operation in operations},
    "GrantTokens": Leave("come from CreateGrant; a probe uses one"),
    "DryRun": Samples(False), "DryRunModifiers": Leave("for dry runs alone, which are refused when all is well"),
    "Recipient": Leave("needs a Nitro enclave; a test makes documents under a root of its own"),
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
    "UpdateAlias.TargetKeyId": Ref("ciphertext", "KeyId"),
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
       for name in ("Connect", "Delete", "Update")},
    "DisconnectCustomKeyStore.CustomKeyStoreId": Ref("tried store", "CustomKeyStoreId"),
    "DescribeCustomKeyStores.CustomKeyStoreId": Ref("store", "CustomKeyStoreId"),
    "DescribeCustomKeyStores.CustomKeyStoreName": Ref("store", "CustomKeyStoreName"),
})  # fmt: skip
declared.hints.always.update(
    Decrypt=("CiphertextBlob",), ReEncrypt=("CiphertextBlob",), GenerateRandom=("NumberOfBytes",),
    ImportKeyMaterial=("ExpirationModel",), RetireGrant=("GrantToken",),
)
declared.before.update(ListKeys=("key",), ListAliases=("alias",), ListRetirableGrants=("grant",),
                       DescribeCustomKeyStores=("store",))
declared.looking.update((
    "Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext", "GenerateRandom", "Sign", "Verify", "GenerateMac", "VerifyMac",
    "DeriveSharedSecret", "Encapsulate", "Decapsulate",
))
declared.alone.add("GetKeyLastUsage")
declared.present.update(
    GenerateDataKey=("Plaintext",), GenerateDataKeyPair=("PrivateKeyPlaintext",), CreateGrant=("GrantToken",),
    GetParametersForImport=("ImportToken", "ParametersValidTo"),
    DescribeCustomKeyStores=("CustomKeyStores.CreationDate",),
    GetKeyLastUsage=("TrackingStartDate", "KeyLastUsage.CloudTrailEventId", "KeyLastUsage.KmsRequestId"),
    ListGrants=("Grants.CreationDate",),
)

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


@declared.fixture("rotated", drop, absent, NO_KEY)
def rotated(world):
    made = create(world)
    world.ask("RotateKeyOnDemand", {"KeyId": made["KeyId"]})
    return made


@declared.fixture("turning", drop, absent, NO_KEY)
def turning(world):
    made = create(world)
    world.ask("EnableKeyRotation", {"KeyId": made["KeyId"], "RotationPeriodInDays": 180})
    return made


@declared.fixture("disabled", drop, absent, NO_KEY)
def disabled(world):
    made = create(world)
    world.ask("DisableKey", {"KeyId": made["KeyId"]})
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
    world.unknown("DescribeCustomKeyStores", {"CustomKeyStoreId": absent(world)["CustomKeyStoreId"]})
    name = world.unique("fixture")
    answer = world.ask("CreateCustomKeyStore", {"CustomKeyStoreName": name, **CLUSTER})
    return {"CustomKeyStoreName": name, **answer}


@declared.fixture("tried store", None, absent, NO_SUCH_STORE)
def tried_store(world):
    """One whose connection was tried, and ended one way or the other."""
    made = store(world)
    world.ask("ConnectCustomKeyStore", {"CustomKeyStoreId": made["CustomKeyStoreId"]})
    asked = {"CustomKeyStoreId": made["CustomKeyStoreId"]}
    world.wait(lambda: world.ask("DescribeCustomKeyStores", asked)["CustomKeyStores"][0],
               lambda found: found["ConnectionState"] != "CONNECTING")
    return made
