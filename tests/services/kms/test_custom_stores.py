"""Key stores behind clusters that a setting names."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.testing.inprocess import InProcess

CLUSTER, PASSWORD = "cluster-abcdefghijk", "kmsPswd1"


@pytest.fixture(scope="module")
def running():
    started = InProcess(settings={"kms.hsm-clusters": f"{CLUSTER}={PASSWORD}"}).start()
    yield started
    started.stop()


@pytest.fixture
def kms(running):
    running.reset()
    return boto3.client("kms", endpoint_url=running.url, region_name="us-east-1", aws_access_key_id="test",
                        aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}))


def made(kms, cluster=CLUSTER, password=PASSWORD):
    return kms.create_custom_key_store(
        CustomKeyStoreName="store", CloudHsmClusterId=cluster, TrustAnchorCertificate="-----BEGIN CERTIFICATE-----",
        KeyStorePassword=password)["CustomKeyStoreId"]


def connected(running, kms, store):
    kms.connect_custom_key_store(CustomKeyStoreId=store)
    running.advance(2)
    return kms.describe_custom_key_stores(CustomKeyStoreId=store)["CustomKeyStores"][0]


def refused(call, **given):
    with pytest.raises(ClientError) as caught:
        call(**given)
    return caught.value.response["Error"]["Code"]


def test_keys_of_a_connected_store_work_until_it_is_disconnected(running, kms):
    store = made(kms)
    given = {"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": store}
    assert refused(kms.create_key, **given) == "CustomKeyStoreInvalidStateException"
    assert connected(running, kms, store)["ConnectionState"] == "CONNECTED"
    key = kms.create_key(**given)["KeyMetadata"]
    assert (key["CloudHsmClusterId"], key["CustomKeyStoreId"], key["Origin"]) == (CLUSTER, store, "AWS_CLOUDHSM")
    blob = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"secret")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"secret"
    kms.disconnect_custom_key_store(CustomKeyStoreId=store)
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Unavailable"
    assert refused(kms.decrypt, CiphertextBlob=blob) == "KMSInvalidStateException"
    assert refused(kms.delete_custom_key_store, CustomKeyStoreId=store) == "CustomKeyStoreHasCMKsException"


@pytest.mark.parametrize(("cluster", "password", "error"), [
    (CLUSTER, "another1", "INVALID_CREDENTIALS"), ("cluster-otherstores", PASSWORD, "CLUSTER_NOT_FOUND")])
def test_what_keeps_a_store_from_its_cluster_is_told(running, kms, cluster, password, error):
    found = connected(running, kms, made(kms, cluster, password))
    assert (found["ConnectionState"], found["ConnectionErrorCode"]) == ("FAILED", error)
