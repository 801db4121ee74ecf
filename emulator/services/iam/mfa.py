"""Virtual MFA devices: made, paired with a user by two codes in a row, checked by STS.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html
"""

import base64
import io
from urllib.parse import quote

import segno

from emulator.auth.identities import USER, Identity, identities, name_of
from emulator.auth.mfa import RESYNCED, SEARCHED, STEP, MfaDevice, devices, find_pair
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import replace
from emulator.services.iam import entities
from emulator.services.iam.common import arn, own_user, paged, tags_of, tags_to_wire
from emulator.services.iam.errors import conflict, exists, missing
from emulator.services.iam.service import service

SEED = 40  # bytes
PER_USER = 8

__all__ = ["devices", "find", "of_user"]


def find(ctx: Context, SerialNumber: str) -> MfaDevice:
    """Raises NoSuchEntity."""
    found = ctx.rows(devices).get(SerialNumber)
    if found is None:
        raise missing("mfa device", SerialNumber)
    return found


def of_user(ctx: Context, user: str) -> list[MfaDevice]:
    return list(ctx.rows(devices).by("user", user, user))


def owner_of(ctx: Context, device: MfaDevice) -> Identity | None:
    return next(ctx.rows(identities).by("id", device.user, device.user), None) if device.user else None


def qr_code(ctx: Context, name: str, seed: str) -> bytes:
    """The picture that an authenticator application scans, as PNG."""
    label = quote(f"Amazon Web Services:{name}@{ctx.account}")
    uri = f"otpauth://totp/{label}?secret={seed}&issuer=Amazon%20Web%20Services"
    picture = io.BytesIO()
    segno.make(uri, error="m").save(picture, kind="png", scale=4)
    return picture.getvalue()


@service.operation
def create_virtual_mfa_device(ctx, VirtualMFADeviceName, Path=None, Tags=None):
    """A device for nobody yet; the only time that its seed is told. Raises EntityAlreadyExists."""
    serial = arn(ctx, "mfa", Path or "/", VirtualMFADeviceName)
    rows = ctx.rows(devices)
    if serial in rows:
        raise exists("mfa device", serial)
    seed = base64.b32encode(ctx.ids.bytes(SEED)).decode()
    device = rows.put(MfaDevice(serial, seed, ctx.now, tags=tags_of(Tags)))
    shown = {
        "SerialNumber": serial, "Base32StringSeed": seed.encode(), "QRCodePNG": qr_code(ctx, name_of(serial), seed),
    }  # fmt: skip
    return {"VirtualMFADevice": shown | ({"Tags": tags_to_wire(device.tags)} if device.tags else {})}


@service.operation
def delete_virtual_mfa_device(ctx, SerialNumber):
    """Raises NoSuchEntity; DeleteConflict while it is somebody's."""
    device = find(ctx, SerialNumber)
    if device.user:
        raise conflict("mfa in use")
    ctx.rows(devices).delete(SerialNumber)
    return {}


@service.operation
def list_virtual_mfa_devices(ctx, AssignmentStatus=None, Marker=None, MaxItems=None):
    """The account's devices, all or those with or without a user."""
    wanted = {"Assigned": (True,), "Unassigned": (False,)}.get(AssignmentStatus, (True, False))

    def view(device: MfaDevice) -> dict:
        user = owner_of(ctx, device)
        shown = {"SerialNumber": device.serial}
        return shown | ({"User": entities.view(ctx, user), "EnableDate": device.enabled} if user else {})

    found = (each for each in ctx.rows(devices) if bool(each.user) in wanted)
    return paged(ctx, "VirtualMFADevices", found, lambda each: each.serial, view)


@service.operation
def enable_mfa_device(ctx, UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2):
    """Pair a device with a user. Raises NoSuchEntity, EntityAlreadyExists, InvalidAuthenticationCode, LimitExceeded."""
    user = entities.find(ctx, USER, UserName)
    device = find(ctx, SerialNumber)
    if device.user:
        raise AwsError("EntityAlreadyExists", "MFA Device is already in use.")
    if len(of_user(ctx, user.id)) >= PER_USER:
        raise AwsError("LimitExceeded", f"Cannot exceed quota for MFADevicesPerUser: {PER_USER}")
    paired = _synchronised(ctx, device, AuthenticationCode1, AuthenticationCode2, SEARCHED)
    ctx.rows(devices).put(replace(paired, user=user.id, enabled=ctx.now))
    return {}


@service.operation
def resync_mfa_device(ctx, UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2):
    """Bring a device back into step. Raises NoSuchEntity, InvalidAuthenticationCode."""
    device = _of(ctx, UserName, SerialNumber)
    ctx.rows(devices).put(_synchronised(ctx, device, AuthenticationCode1, AuthenticationCode2, RESYNCED))
    return {}


def _synchronised(ctx: Context, device: MfaDevice, first: str, second: str, steps: int) -> MfaDevice:
    step = find_pair(device, first, second, ctx.now, steps)
    if step is None:
        raise AwsError("InvalidAuthenticationCode", "Authentication code for device is not valid.")
    offset = step + 1 - int(ctx.now // STEP)
    return replace(device, offset=offset if abs(offset) > 1 else 0, last=step + 1)


def _of(ctx: Context, UserName: str | None, SerialNumber: str) -> MfaDevice:
    """A device that is this user's. Raises NoSuchEntity."""
    user = entities.find_user(ctx, UserName)
    device = find(ctx, SerialNumber)
    if device.user != user.id:
        raise missing("user's mfa device", SerialNumber)
    return device


@service.operation
def deactivate_mfa_device(ctx, SerialNumber, UserName=None):
    """The device is nobody's any more. Raises NoSuchEntity."""
    device = _of(ctx, UserName, SerialNumber)
    ctx.rows(devices).put(replace(device, user="", enabled=None))
    return {}


@service.operation
def list_mfa_devices(ctx, UserName=None, Marker=None, MaxItems=None):
    """A user's devices; the root's own where the root asks of nobody. Raises NoSuchEntity."""
    if UserName is None and own_user(ctx) == "":
        name, owner = "root", ctx.principal.user_id
    else:
        user = entities.find_user(ctx, UserName)
        name, owner = user.name, user.id
    return paged(ctx, "MFADevices", of_user(ctx, owner), lambda each: each.serial, lambda each: {
        "UserName": name, "SerialNumber": each.serial, "EnableDate": each.enabled,
    })  # fmt: skip


@service.operation
def get_mfa_device(ctx, SerialNumber, UserName=None):
    """Raises NoSuchEntity."""
    if UserName is not None:
        device = _of(ctx, UserName, SerialNumber)
    else:
        device = find(ctx, SerialNumber)
    user = owner_of(ctx, device)
    shown = {"SerialNumber": device.serial}
    return shown | ({"UserName": user.name, "EnableDate": device.enabled} if user else {})
