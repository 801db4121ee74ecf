"""The life of keys: states, aliases, policies, grants, rotation, import, regions."""

import json

from conformance.probes import probe
from conformance.services.kms.fixtures import ROLE, THERE, wrapped

API = "https://docs.aws.amazon.com/kms/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/kms/latest/developerguide/"


def state(trial, key):
    return trial.ask("DescribeKey", KeyId=key)["KeyMetadata"]["KeyState"]


@probe("kms", "DisableKey", "A disabled key can't be used", GUIDE + "key-state.html")
def disabled_keys_rest(trial):
    key = trial.fixture("key")
    trial.ask("DisableKey", KeyId=key["KeyId"])
    trial.refused("Encrypt", "DisabledException", 400, f"{key['Arn']} is disabled.", KeyId=key["KeyId"], Plaintext=b"x")
    trial.ask("EnableKey", KeyId=key["KeyId"])
    trial.ask("Encrypt", KeyId=key["KeyId"], Plaintext=b"x")


@probe("kms", "ScheduleKeyDeletion", "A key that waits for its deletion can't be used, and is disabled when it is kept",
       GUIDE + "deleting-keys.html")
def deletion_waits(trial):
    key = trial.fixture("leaving")
    trial.refused("Encrypt", "KMSInvalidStateException", 400, f"{key['Arn']} is pending deletion.", KeyId=key["KeyId"],
                  Plaintext=b"x")
    trial.ask("CancelKeyDeletion", KeyId=key["KeyId"])
    assert state(trial, key["KeyId"]) == "Disabled"


@probe("kms", "CreateAlias", "An alias works like the key's id, and moves to another key", GUIDE + "kms-alias.html")
def aliases_move(trial):
    name, first = trial.fixture("alias")["AliasName"], trial.fixture("key")["KeyId"]
    assert trial.ask("DescribeKey", KeyId=name)["KeyMetadata"]["KeyId"] == first
    second = trial.ask("CreateKey")["KeyMetadata"]["KeyId"]
    trial.ask("UpdateAlias", AliasName=name, TargetKeyId=second)
    assert trial.ask("DescribeKey", KeyId=name)["KeyMetadata"]["KeyId"] == second


@probe("kms", "CreateAlias", "An alias must begin with alias/", API + "API_CreateAlias.html")
def aliases_have_a_prefix(trial):
    trial.refused("CreateAlias", "ValidationException", 400,
                  'Alias must start with the prefix "alias/". Please see '
                  "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
                  AliasName="name", TargetKeyId=trial.fixture("key")["KeyId"])


@probe("kms", "DescribeKey", "A key of AWS is made when its alias is first asked for", API + "API_DescribeKey.html")
def aws_keys_appear(trial):
    found = trial.ask("DescribeKey", KeyId="alias/aws/s3")["KeyMetadata"]
    assert found["KeyManager"] == "AWS"
    assert found["KeyId"] == trial.ask("DescribeKey", KeyId="alias/aws/s3")["KeyMetadata"]["KeyId"]
    assert trial.ask("GetKeyRotationStatus", KeyId=found["KeyId"])["KeyRotationEnabled"] is True


@probe("kms", "PutKeyPolicy", "A policy that would lock its writer out is refused unless that is asked for",
       API + "API_PutKeyPolicy.html")
def nobody_is_locked_out(trial):
    stranger = {"AWS": "arn:aws:iam::111122223333:root"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": stranger, "Action": "kms:*", "Resource": "*"}]})
    key = trial.fixture("key")["KeyId"]
    trial.refused("PutKeyPolicy", "MalformedPolicyDocumentException", 400,
                  "The new key policy will not allow you to update the key policy in the future.", KeyId=key,
                  Policy=policy)
    trial.ask("PutKeyPolicy", KeyId=key, Policy=policy, BypassPolicyLockoutSafetyCheck=True)


@probe("kms", "CreateGrant", "The same named grant asked for twice is one grant", API + "API_CreateGrant.html")
def named_grants_are_idempotent(trial):
    given = {"KeyId": trial.fixture("key")["KeyId"], "GranteePrincipal": ROLE, "Operations": ["Decrypt"], "Name": "one"}
    first, second = trial.ask("CreateGrant", **given), trial.ask("CreateGrant", **given)
    assert first["GrantId"] == second["GrantId"]
    assert len(trial.ask("ListGrants", KeyId=given["KeyId"])["Grants"]) == 1


@probe("kms", "RetireGrant", "A grant can be retired by its token", API + "API_RetireGrant.html")
def tokens_retire(trial):
    made = trial.fixture("grant")
    trial.ask("RetireGrant", GrantToken=made["GrantToken"])
    assert trial.ask("ListGrants", KeyId=made["KeyId"])["Grants"] == []


@probe("kms", "CreateGrant", "A grant may allow only operations that the key can do", GUIDE + "grants.html")
def grants_fit_their_key(trial):
    trial.refused("CreateGrant", "ValidationException", 400, KeyId=trial.fixture("signer")["KeyId"],
                  GranteePrincipal=ROLE, Operations=["Encrypt"])


@probe("kms", "RotateKeyOnDemand", "After a rotation old ciphertexts open and new ones are of new material",
       GUIDE + "rotate-keys.html")
def rotation_keeps_the_past(trial):
    key = trial.fixture("key")["KeyId"]
    old = trial.ask("Encrypt", KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    trial.ask("RotateKeyOnDemand", KeyId=key)
    new = trial.ask("Encrypt", KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    before, after = (trial.ask("Decrypt", CiphertextBlob=each) for each in (old, new))
    assert before["Plaintext"] == after["Plaintext"] == b"x"
    assert before["KeyMaterialId"] != after["KeyMaterialId"]
    rotations = trial.ask("ListKeyRotations", KeyId=key)["Rotations"]
    assert [(each["RotationType"], each["KeyMaterialState"]) for each in rotations] == [("ON_DEMAND", "CURRENT")]


@probe("kms", "EnableKeyRotation", "Asymmetric keys can't be rotated", API + "API_EnableKeyRotation.html")
def asymmetric_keys_stay(trial):
    trial.refused("EnableKeyRotation", "UnsupportedOperationException", 400, KeyId=trial.fixture("signer")["KeyId"])


@probe("kms", "ImportKeyMaterial", "An external key waits for its material, and again when that is deleted",
       GUIDE + "importing-keys.html")
def material_comes_and_goes(trial):
    key = trial.fixture("external")
    trial.refused("Encrypt", "KMSInvalidStateException", 400, f"{key['Arn']} is pending import.", KeyId=key["KeyId"],
                  Plaintext=b"x")
    trial.ask("ImportKeyMaterial", KeyId=key["KeyId"], ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
              **wrapped(trial.world, key["KeyId"]))
    blob = trial.ask("Encrypt", KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    trial.ask("DeleteImportedKeyMaterial", KeyId=key["KeyId"])
    assert state(trial, key["KeyId"]) == "PendingImport"
    trial.refused("Decrypt", "KMSInvalidStateException", 400, CiphertextBlob=blob)


@probe("kms", "ImportKeyMaterial", "Only the same material can be imported again", API + "API_ImportKeyMaterial.html")
def other_material_is_refused(trial):
    key = trial.fixture("imported")["KeyId"]
    trial.refused("ImportKeyMaterial", "IncorrectKeyMaterialException", 400, KeyId=key,
                  ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE", **wrapped(trial.world, key))


@probe("kms", "ReplicateKey", "What was encrypted in one region of a multi-region key opens in another",
       GUIDE + "multi-region-keys-overview.html")
def regions_share_material(trial):
    key = trial.fixture("replicated")["KeyId"]
    blob = trial.ask("Encrypt", KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    assert trial.world.elsewhere(THERE).ask("Decrypt", {"CiphertextBlob": blob})["Plaintext"] == b"x"


@probe("kms", "ConnectCustomKeyStore", "A custom key store connects to its cluster", GUIDE + "connect-keystore.html")
def stores_connect(trial):
    name = trial.fixture("store")["CustomKeyStoreId"]
    trial.ask("ConnectCustomKeyStore", CustomKeyStoreId=name)
    found = trial.ask("DescribeCustomKeyStores", CustomKeyStoreId=name)["CustomKeyStores"][0]
    assert found["ConnectionState"] == "CONNECTED", f"the state is {found['ConnectionState']}"
