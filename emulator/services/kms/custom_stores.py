"""Custom key stores. A cluster is one that the setting ``kms.hsm-clusters`` names; no external key manager is asked.

``kms.hsm-clusters=cluster-abcdefghijk=PASSWORD,…`` stands for clusters whose hardware is this process: their keys are
made and kept as others are. Connecting to any other cluster, or to the proxy of an external key manager, ends in FAILED
with the reason; a key can only be made in a connected store.
https://docs.aws.amazon.com/kms/latest/developerguide/key-store-overview.html
"""

import orjson

from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.kms import material
from emulator.services.kms.errors import unsupported, validation
from emulator.services.kms.paging import paged
from emulator.services.kms.service import service
from emulator.services.kms.specs import SYMMETRIC
from emulator.services.kms.tables import AWS_KMS, CLOUDHSM, EXTERNAL, XKS, Store, keys, stores

CONNECTED, CONNECTING, DISCONNECTED, FAILED = "CONNECTED", "CONNECTING", "DISCONNECTED", "FAILED"
EXTERNAL_STORE = "EXTERNAL_KEY_STORE"
KINDS = {CLOUDHSM: "AWS_CLOUDHSM", XKS: EXTERNAL_STORE}  # by the origin of the keys inside
REQUIRED = {
    "AWS_CLOUDHSM": ("CloudHsmClusterId", "TrustAnchorCertificate", "KeyStorePassword"),
    EXTERNAL_STORE: (
        "XksProxyUriEndpoint", "XksProxyUriPath", "XksProxyAuthenticationCredential", "XksProxyConnectivity",
    ),
}  # fmt: skip
OF_ENDPOINTS = ("XksProxyVpcEndpointServiceName", "XksProxyVpcEndpointServiceOwner")
SECRETS = ("KeyStorePassword", "XksProxyAuthenticationCredential")
# Why connecting fails here.
NOBODY_THERE = {"AWS_CLOUDHSM": "CLUSTER_NOT_FOUND", EXTERNAL_STORE: "XKS_PROXY_NOT_REACHABLE"}


def _find(ctx: Context, store_id: str) -> Store:
    found = ctx.rows(stores).get(store_id)
    if found is None:
        raise AwsError("CustomKeyStoreNotFoundException", "")
    return found


def _wrong_state(store: Store) -> AwsError:
    return AwsError(
        "CustomKeyStoreInvalidStateException",
        f"The connection state of custom key store {store.id} is {store.state}, which this operation does not allow.",
    )


# Creation and change


@service.operation
def create_custom_key_store(ctx: Context, CustomKeyStoreName, CustomKeyStoreType="AWS_CLOUDHSM", **given):
    """Raises CustomKeyStoreNameInUseException, CloudHsmClusterInUseException and their kin, ValidationException."""
    for name in REQUIRED[CustomKeyStoreType]:
        if given.get(name) is None:
            raise validation(f"{name} is required for a custom key store of type {CustomKeyStoreType}.")
    foreign = next((each for kind, names in REQUIRED.items() if kind != CustomKeyStoreType for each in names
                    if given.get(each) is not None), None)  # fmt: skip
    if foreign is not None:
        raise validation(f"{foreign} is not valid for a custom key store of type {CustomKeyStoreType}.")
    _check_connectivity(given)
    _check_unique(ctx, CustomKeyStoreName, given)
    store = Store(
        f"cks-{ctx.ids.hex(17)}", CustomKeyStoreName, CustomKeyStoreType, ctx.now, DISCONNECTED,
        *_settings(ctx, given),
    )  # fmt: skip
    ctx.rows(stores).put(store)
    return {"CustomKeyStoreId": store.id}


def _settings(ctx: Context, given: dict) -> tuple[dict[str, str], bytes]:
    """What is told of a store, and what is not, sealed."""
    names = {*REQUIRED["AWS_CLOUDHSM"], *REQUIRED[EXTERNAL_STORE], *OF_ENDPOINTS} - set(SECRETS)
    shown = {name: value for name, value in given.items() if name in names and value is not None}
    credential = given.get("XksProxyAuthenticationCredential")
    if credential:
        shown["AccessKeyId"] = credential["AccessKeyId"]
    secrets = {name: given[name] for name in SECRETS if given.get(name) is not None}
    return shown, material.seal(ctx, orjson.dumps(secrets))


def _check_connectivity(given: dict) -> None:
    through_endpoint = given.get("XksProxyConnectivity") == "VPC_ENDPOINT_SERVICE"
    if through_endpoint != (given.get("XksProxyVpcEndpointServiceName") is not None):
        raise validation("XksProxyVpcEndpointServiceName is required for, and only valid with, the connectivity "
                         "VPC_ENDPOINT_SERVICE.")  # fmt: skip


def _check_unique(ctx: Context, name: str | None, given: dict, own: str = "") -> None:
    """Names, clusters and proxies belong to one store only."""
    for each in ctx.rows(stores):
        if each.id == own:
            continue
        if each.name == name:
            raise AwsError("CustomKeyStoreNameInUseException", "")
        if given.get("CloudHsmClusterId") and each.settings.get("CloudHsmClusterId") == given["CloudHsmClusterId"]:
            raise AwsError("CloudHsmClusterInUseException", "")
        endpoint = given.get("XksProxyUriEndpoint")
        if endpoint and each.settings.get("XksProxyUriEndpoint") == endpoint:
            same_path = each.settings.get("XksProxyUriPath") == given.get("XksProxyUriPath")
            raise AwsError("XksProxyUriInUseException" if same_path else "XksProxyUriEndpointInUseException", "")


@service.operation
def update_custom_key_store(ctx: Context, CustomKeyStoreId, NewCustomKeyStoreName=None, **given):
    """Raises CustomKeyStoreNotFoundException, CustomKeyStoreInvalidStateException, …InUseException."""
    store = _find(ctx, CustomKeyStoreId)
    given.pop("CustomKeyStoreId", None)
    if store.state not in (DISCONNECTED, FAILED):
        raise _wrong_state(store)
    _check_unique(ctx, NewCustomKeyStoreName, given, store.id)
    shown, _ = _settings(ctx, given)
    secrets = orjson.loads(material.unseal(ctx, store.sealed))
    secrets |= {name: given[name] for name in SECRETS if given.get(name) is not None}
    ctx.rows(stores).put(replace(
        store, name=NewCustomKeyStoreName or store.name, settings=store.settings | shown,
        sealed=material.seal(ctx, orjson.dumps(secrets)),
    ))  # fmt: skip
    return {}


@service.operation
def delete_custom_key_store(ctx: Context, CustomKeyStoreId):
    """Raises CustomKeyStoreNotFoundException, CustomKeyStoreInvalidStateException, CustomKeyStoreHasCMKsException."""
    store = _find(ctx, CustomKeyStoreId)
    if store.state not in (DISCONNECTED, FAILED):
        raise _wrong_state(store)
    if any(key.store == store.id for key in ctx.rows(keys)):
        raise AwsError("CustomKeyStoreHasCMKsException", "")
    ctx.rows(stores).delete(store.id)
    return {}


@service.operation
def describe_custom_key_stores(ctx: Context, CustomKeyStoreId=None, CustomKeyStoreName=None):
    """Raises CustomKeyStoreNotFoundException, InvalidMarkerException."""
    if CustomKeyStoreId and CustomKeyStoreName:
        raise validation("You can specify either CustomKeyStoreId or CustomKeyStoreName, but not both.")
    found = list(ctx.rows(stores))
    if CustomKeyStoreId:
        found = [_find(ctx, CustomKeyStoreId)]
    elif CustomKeyStoreName:
        found = [each for each in found if each.name == CustomKeyStoreName]
        if not found:
            raise AwsError("CustomKeyStoreNotFoundException", "")
    answer = paged(ctx, "CustomKeyStores", found, lambda store: store.id, most=1000, default=100)
    return answer | {"CustomKeyStores": [_entry(each) for each in answer["CustomKeyStores"]]}


def _entry(store: Store) -> dict:
    found = {
        "CustomKeyStoreId": store.id, "CustomKeyStoreName": store.name, "CustomKeyStoreType": store.kind,
        "ConnectionState": store.state, "CreationDate": store.created,
    }  # fmt: skip
    if store.error:
        found["ConnectionErrorCode"] = store.error
    settings = store.settings
    if store.kind != EXTERNAL_STORE:
        return found | {name: settings[name] for name in ("CloudHsmClusterId", "TrustAnchorCertificate")}
    proxy = {name.removeprefix("XksProxy"): value for name, value in settings.items()}
    return found | {"XksProxyConfiguration": proxy}


# Connection


@service.operation
def connect_custom_key_store(ctx: Context, CustomKeyStoreId):
    """Begin to connect; what becomes of it shows in a moment. Raises CustomKeyStoreInvalidStateException, NotFound."""
    store = _find(ctx, CustomKeyStoreId)
    if store.state != DISCONNECTED:
        raise _wrong_state(store)
    ctx.rows(stores).put(replace(store, state=CONNECTING))
    ctx.after(1, "connect_store", store=store.id)
    return {}


@service.job
def connect_store(ctx: Context, store: str) -> None:
    """A cluster that was named lets in who has its password."""
    found = ctx.rows(stores).get(store)
    if found is None or found.state != CONNECTING:
        return
    error = _obstacle(ctx, found)
    ctx.rows(stores).put(replace(found, state=FAILED if error else CONNECTED, error=error))


def _obstacle(ctx: Context, store: Store) -> str:
    """The ConnectionErrorCode of what keeps a store from its cluster or proxy; empty for nothing."""
    pairs = (each.partition("=") for each in str(ctx.setting("kms.hsm-clusters", "")).split(",") if each)
    clusters = {name: password for name, _, password in pairs}
    name = store.settings.get("CloudHsmClusterId", "")
    if name not in clusters:
        return NOBODY_THERE[store.kind]
    given = orjson.loads(material.unseal(ctx, store.sealed)).get("KeyStorePassword")
    return "" if given == clusters[name] else "INVALID_CREDENTIALS"


@service.operation
def disconnect_custom_key_store(ctx: Context, CustomKeyStoreId):
    """Raises CustomKeyStoreNotFoundException, CustomKeyStoreInvalidStateException."""
    store = _find(ctx, CustomKeyStoreId)
    if store.state in (CONNECTING, "DISCONNECTING"):
        raise _wrong_state(store)
    ctx.rows(stores).put(replace(store, state=DISCONNECTED, error=""))
    return {}


# Keys inside


def for_key(
    ctx: Context, origin: str, store_id: str | None, external_id: str | None, spec: str, multi_region: bool | None
) -> Store | None:
    """The store in which a key is to be made; None for an ordinary one. Raises what forbids it."""
    if origin in (AWS_KMS, EXTERNAL):
        if store_id is not None or external_id is not None:
            raise validation(f"CustomKeyStoreId and XksKeyId are not valid for keys of origin {origin}.")
        return None
    if store_id is None or (origin == XKS) != (external_id is not None):
        raise validation(f"A key of origin {origin} needs a CustomKeyStoreId, and only an external one an XksKeyId.")
    store = _find(ctx, store_id)
    if store.kind != KINDS[origin] or spec != SYMMETRIC or multi_region:
        raise unsupported()
    if store.state != CONNECTED:
        raise _wrong_state(store)
    return store


def check_random(ctx: Context, store_id: str) -> None:
    """Raises what keeps random bytes from being made in a store's cluster."""
    store = _find(ctx, store_id)
    if store.kind == EXTERNAL_STORE:
        raise unsupported()
    if store.state != CONNECTED:
        raise _wrong_state(store)
