"""The life of keys on the clock: states, rotation, deletion, import, regions."""

import os

import pytest
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
)

NOON = 1_800_014_400.0  # 2027-01-15T12:00:00Z
DAY = 86400
LASTS = "KEY_MATERIAL_DOES_NOT_EXPIRE"


@pytest.fixture
def frozen(emulator):
    emulator.freeze(NOON)
    return emulator


def oaep():
    return padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def wrapped(kms, key_id, secret, algorithm="RSAES_OAEP_SHA_256"):
    """What an import of some material needs."""
    answer = kms.get_parameters_for_import(KeyId=key_id, WrappingAlgorithm=algorithm, WrappingKeySpec="RSA_2048")
    public = load_der_public_key(answer["PublicKey"])
    if algorithm.startswith("RSA_AES"):
        inner = os.urandom(32)
        sealed = public.encrypt(inner, oaep()) + keywrap.aes_key_wrap_with_padding(inner, secret)
    else:
        sealed = public.encrypt(secret, oaep())
    return {"KeyId": key_id, "ImportToken": answer["ImportToken"], "EncryptedKeyMaterial": sealed}


def test_states_are_told_and_kept_to(kms, key, refused):
    made = key()
    kms.disable_key(KeyId=made["KeyId"])
    assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["Enabled"] is False
    assert refused(kms.encrypt, KeyId=made["KeyId"], Plaintext=b"x") == (
        "DisabledException", f"{made['Arn']} is disabled.",
    )  # fmt: skip
    kms.enable_key(KeyId=made["KeyId"])
    assert refused(kms.cancel_key_deletion, KeyId=made["KeyId"])[0] == "KMSInvalidStateException"


def test_a_key_is_deleted_with_all_that_belongs_to_it(kms, key, frozen, refused):
    made = key()
    kms.create_alias(AliasName="alias/a", TargetKeyId=made["KeyId"])
    blob = kms.encrypt(KeyId="alias/a", Plaintext=b"x")["CiphertextBlob"]
    kms.schedule_key_deletion(KeyId=made["KeyId"], PendingWindowInDays=7)
    frozen.advance(7 * DAY - 1)
    assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"
    frozen.advance(2)
    assert refused(kms.describe_key, KeyId=made["KeyId"]) == (
        "NotFoundException", f"Key '{made['Arn']}' does not exist",
    )  # fmt: skip
    assert refused(kms.describe_key, KeyId="alias/a")[0] == "NotFoundException"
    assert refused(kms.decrypt, CiphertextBlob=blob)[0] == "InvalidCiphertextException"


def test_rotation_on_the_clock(kms, key, frozen):
    made = key()
    kms.enable_key_rotation(KeyId=made["KeyId"], RotationPeriodInDays=90)
    blob = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    frozen.advance(181 * DAY)
    told = kms.list_key_rotations(KeyId=made["KeyId"])["Rotations"]
    assert [each["RotationType"] for each in told] == ["AUTOMATIC", "AUTOMATIC"]
    status = kms.get_key_rotation_status(KeyId=made["KeyId"])
    assert status["NextRotationDate"].timestamp() == NOON + 270 * DAY
    assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["CurrentKeyMaterialId"] != made["CurrentKeyMaterialId"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


def test_a_disabled_key_is_rotated_when_it_comes_back(kms, key, frozen):
    made = key()
    kms.enable_key_rotation(KeyId=made["KeyId"], RotationPeriodInDays=90)
    kms.disable_key(KeyId=made["KeyId"])
    frozen.advance(100 * DAY)
    assert kms.list_key_rotations(KeyId=made["KeyId"])["Rotations"] == []
    kms.enable_key(KeyId=made["KeyId"])
    assert len(kms.list_key_rotations(KeyId=made["KeyId"])["Rotations"]) == 1


def test_on_demand_rotations_are_limited(kms, key, refused):
    made = key()
    for _ in range(25):
        kms.rotate_key_on_demand(KeyId=made["KeyId"])
    assert refused(kms.rotate_key_on_demand, KeyId=made["KeyId"])[0] == "LimitExceededException"
    assert len(kms.list_key_rotations(KeyId=made["KeyId"], Limit=10)["Rotations"]) == 10


@pytest.mark.parametrize("algorithm", ["RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_256"])
def test_imported_material_expires_and_comes_back(kms, key, frozen, refused, algorithm):
    made, secret = key(Origin="EXTERNAL"), os.urandom(32)
    given = wrapped(kms, made["KeyId"], secret, algorithm)
    kms.import_key_material(**given, ValidTo=NOON + DAY, ExpirationModel="KEY_MATERIAL_EXPIRES")
    blob = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    frozen.advance(DAY)
    assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["KeyState"] == "PendingImport"
    assert refused(kms.decrypt, CiphertextBlob=blob)[0] == "KMSInvalidStateException"
    other = wrapped(kms, made["KeyId"], os.urandom(32), algorithm)
    assert refused(kms.import_key_material, **other, ExpirationModel=LASTS)[0] == "IncorrectKeyMaterialException"
    kms.import_key_material(**wrapped(kms, made["KeyId"], secret, algorithm), ExpirationModel=LASTS)
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


def test_an_import_token_is_good_for_a_day_and_its_key(kms, key, frozen, refused):
    made = key(Origin="EXTERNAL")
    given = wrapped(kms, made["KeyId"], os.urandom(32)) | {"ExpirationModel": LASTS}
    elsewhere = given | {"KeyId": key(Origin="EXTERNAL")["KeyId"]}
    assert refused(kms.import_key_material, **elsewhere)[0] == "InvalidImportTokenException"
    frozen.advance(DAY + 1)
    assert refused(kms.import_key_material, **given)[0] == "ExpiredImportTokenException"


def test_imported_keys_rotate_to_what_was_imported_next(kms, key):
    made = key(Origin="EXTERNAL")
    kms.import_key_material(**wrapped(kms, made["KeyId"], os.urandom(32)), ExpirationModel=LASTS)
    old = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    fresh = kms.import_key_material(
        **wrapped(kms, made["KeyId"], os.urandom(32)), ExpirationModel=LASTS, ImportType="NEW_KEY_MATERIAL"
    )
    listed = kms.list_key_rotations(KeyId=made["KeyId"], IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]
    assert [each["KeyMaterialState"] for each in listed] == ["CURRENT", "PENDING_ROTATION"]
    kms.rotate_key_on_demand(KeyId=made["KeyId"])
    found = kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]
    assert found["CurrentKeyMaterialId"] == fresh["KeyMaterialId"]
    assert kms.decrypt(CiphertextBlob=old)["Plaintext"] == b"x"


def test_imported_signing_keys_are_the_ones_that_sign(kms, key):
    made = key(Origin="EXTERNAL", KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    private = ec.generate_private_key(ec.SECP256R1())
    secret = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    kms.import_key_material(**wrapped(kms, made["KeyId"], secret), ExpirationModel=LASTS)
    signed = kms.sign(KeyId=made["KeyId"], Message=b"m", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    private.public_key().verify(signed, b"m", ec.ECDSA(hashes.SHA256()))


def test_a_primary_waits_for_its_replicas(kms, key, client, frozen):
    made = key(MultiRegion=True)
    there = client("kms", region="eu-west-1")
    kms.replicate_key(KeyId=made["KeyId"], ReplicaRegion="eu-west-1")
    blob = kms.encrypt(KeyId=made["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    assert there.decrypt(CiphertextBlob=blob)["KeyId"] == made["Arn"].replace("us-east-1", "eu-west-1")
    assert kms.schedule_key_deletion(KeyId=made["KeyId"], PendingWindowInDays=7)["KeyState"] == "PendingReplicaDeletion"
    there.schedule_key_deletion(KeyId=made["KeyId"], PendingWindowInDays=7)
    frozen.advance(8 * DAY)
    assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"
    frozen.advance(8 * DAY)
    assert kms.list_keys()["Keys"] == []


def test_replica_and_primary_change_places(kms, key, client):
    made = key(MultiRegion=True)
    there = client("kms", region="eu-west-1")
    kms.replicate_key(KeyId=made["KeyId"], ReplicaRegion="eu-west-1")
    kms.update_primary_region(KeyId=made["KeyId"], PrimaryRegion="eu-west-1")
    here, other = (each.describe_key(KeyId=made["KeyId"])["KeyMetadata"] for each in (kms, there))
    assert [each["MultiRegionConfiguration"]["MultiRegionKeyType"] for each in (here, other)] == ["REPLICA", "PRIMARY"]
    assert {here["KeyState"], other["KeyState"]} == {"Enabled"}
    there.rotate_key_on_demand(KeyId=made["KeyId"])
    assert kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]["CurrentKeyMaterialId"] != made["CurrentKeyMaterialId"]


def test_custom_key_stores_do_not_pretend_to_connect(kms, frozen, refused):
    store = kms.create_custom_key_store(
        CustomKeyStoreName="store", CloudHsmClusterId="cluster-abcdefghijk", TrustAnchorCertificate="c",
        KeyStorePassword="password",
    )["CustomKeyStoreId"]  # fmt: skip
    kms.connect_custom_key_store(CustomKeyStoreId=store)
    frozen.advance(2)
    found = kms.describe_custom_key_stores(CustomKeyStoreId=store)["CustomKeyStores"][0]
    assert (found["ConnectionState"], found["ConnectionErrorCode"]) == ("FAILED", "CLUSTER_NOT_FOUND")
    assert refused(kms.create_key, Origin="AWS_CLOUDHSM", CustomKeyStoreId=store)[0] == (
        "CustomKeyStoreInvalidStateException"
    )


def test_pages_go_to_the_end(kms, key):
    made = {key()["KeyId"] for _ in range(5)}
    pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2})
    assert {each["KeyId"] for page in pages for each in page["Keys"]} == made


def test_material_lies_sealed_on_disk(tmp_path):
    import boto3

    from emulator.testing import emulated

    def client(running):
        return boto3.client("kms", endpoint_url=running.url, region_name="us-east-1", aws_access_key_id="test",
                            aws_secret_access_key="test")  # fmt: skip

    mark = b"find this nowhere on the disk!!!"
    with emulated(data_dir=tmp_path) as running:
        kms = client(running)
        key_id = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
        kms.import_key_material(**wrapped(kms, key_id, mark), ExpirationModel=LASTS)
        blob = kms.encrypt(KeyId=key_id, Plaintext=b"x")["CiphertextBlob"]
    assert mark not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    with emulated(data_dir=tmp_path) as running:
        assert client(running).decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
