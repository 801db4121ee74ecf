"""Access keys, passwords, MFA devices, SSH keys, certificates, service credentials: fixtures and proofs."""

from conformance.client.caller import Caller
from conformance.services.iam import samples
from conformance.services.iam.hints import declared
from conformance.services.iam.identities import absent, as_list, dropping, missing, tags_of
from conformance.services.readback import gone, listed, told, written

NO_CREDENTIAL = missing("No such credential {ServiceSpecificCredentialId} exists")


def of_user(world, operation, member, **more):
    name = world.fixture("user")["UserName"]
    return {**world.ask(operation, {"UserName": name, **more})[member], "UserName": name}


@declared.fixture("key", dropping("DeleteAccessKey", "UserName", "AccessKeyId"), absent, missing())
def key(world):
    return of_user(world, "CreateAccessKey", "AccessKey")


declared.errors["GetAccessKeyLastUsed", "AccessKeyId"] = None  # AWS refuses with AccessDenied what is nobody's


@declared.fixture("login", dropping("DeleteLoginProfile", "UserName"), absent, missing())
def login(world):
    return of_user(world, "CreateLoginProfile", "LoginProfile", Password="Ab1!cdefgh")


declared.errors.update({(f"{verb}LoginProfile", "UserName"): missing("The user with name {UserName} cannot be found.")
                        for verb in ("Get", "Update", "Delete")})


@declared.fixture("device", dropping("DeleteVirtualMFADevice", "SerialNumber"), absent, missing())
def device(world):
    made = world.ask("CreateVirtualMFADevice", {"VirtualMFADeviceName": world.unique("fixture"),
                                                "Tags": as_list(tags_of(world))})["VirtualMFADevice"]
    first, second = samples.codes(made["Base32StringSeed"])
    return {"SerialNumber": made["SerialNumber"], "Code1": first, "Code2": second, "Tags": tags_of(world)}


@declared.fixture("paired", dropping("DeactivateMFADevice", "UserName", "SerialNumber"), absent, missing())
def paired(world):
    made = world.fixture("device")
    name = world.fixture("user")["UserName"]
    world.ask("EnableMFADevice", {"UserName": name, "SerialNumber": made["SerialNumber"],
                                  "AuthenticationCode1": made["Code1"], "AuthenticationCode2": made["Code2"]})
    return {**made, "UserName": name}


@declared.fixture("ssh", dropping("DeleteSSHPublicKey", "UserName", "SSHPublicKeyId"), absent, missing())
def ssh(world):
    return of_user(world, "UploadSSHPublicKey", "SSHPublicKey", SSHPublicKeyBody=samples.ssh_key())


@declared.fixture("specific", dropping("DeleteServiceSpecificCredential", "UserName", "ServiceSpecificCredentialId"),
                  absent, NO_CREDENTIAL)
def specific(world):
    return of_user(world, "CreateServiceSpecificCredential", "ServiceSpecificCredential",
                   ServiceName="codecommit.amazonaws.com")


@declared.fixture("signing", dropping("DeleteSigningCertificate", "UserName", "CertificateId"), absent, missing())
def signing(world):
    return of_user(world, "UploadSigningCertificate", "Certificate", CertificateBody=samples.certificate())


@declared.fixture("certificate", dropping("DeleteServerCertificate", "ServerCertificateName"), absent,
                  missing("The Server Certificate with name {ServerCertificateName} cannot be found."))
def certificate(world):
    world.unknown("GetServerCertificate", {"ServerCertificateName": absent(world)["ServerCertificateName"]})
    made = world.ask("UploadServerCertificate", {
        "ServerCertificateName": world.unique("fixture"), "CertificateBody": samples.certificate(),
        "PrivateKey": samples.private_key(), "Tags": as_list(tags_of(world))})["ServerCertificateMetadata"]
    return {**made, "Tags": tags_of(world)}


declared.before.update(
    ListAccessKeys=("key",), ListSSHPublicKeys=("ssh",), ListServiceSpecificCredentials=("specific",),
    ListSigningCertificates=("signing",), ListServerCertificates=("certificate",), ListVirtualMFADevices=("device",))


declared.present.update({
    "CreateAccessKey": ("AccessKey.CreateDate", "AccessKey.Status"),
    "CreateVirtualMFADevice": ("VirtualMFADevice.Base32StringSeed", "VirtualMFADevice.QRCodePNG"),
    "GetSSHPublicKey": ("SSHPublicKey.Fingerprint", "SSHPublicKey.UploadDate"),
    "UploadSSHPublicKey": ("SSHPublicKey.Fingerprint", "SSHPublicKey.UploadDate", "SSHPublicKey.Status"),
    **{f"{verb}ServiceSpecificCredential": tuple(f"ServiceSpecificCredential.{name}" for name in (
        "ServiceUserName", "ServicePassword", "CreateDate", "Status", "ServiceName", "UserName"))
       for verb in ("Create", "Reset")},
    **{f"{verb}LoginProfile": tuple(f"LoginProfile.{name}" for name in (
        "UserName", "CreateDate", "PasswordResetRequired")) for verb in ("Create", "Get")},
    "GetMFADevice": ("EnableDate",), "UploadSigningCertificate": ("Certificate.UploadDate",),
    "UploadServerCertificate": tuple(f"ServerCertificateMetadata.{name}" for name in (
        "Path", "ServerCertificateName", "ServerCertificateId", "Arn", "UploadDate", "Expiration")),
})  # fmt: skip


def plain_tags(tags):
    return {each["Key"]: each["Value"] for each in tags}


def one_of(proof, operation, given, member, name, value):
    found = proof.read(operation, given)[member]
    return next((each for each in found if each[name] == value), {})


@declared.check("CreateAccessKey")
def key_works(proof, world, given, answer):
    made = answer["AccessKey"]
    proof.equal("UserName", given["UserName"], made["UserName"])
    found = one_of(proof, "ListAccessKeys", {"UserName": given["UserName"]}, "AccessKeyMetadata", "AccessKeyId",
                   made["AccessKeyId"])
    proof.equal("Status", "Active", found.get("Status"))
    caller = Caller("sts", world.endpoint.url, made["AccessKeyId"], made["SecretAccessKey"], world.region)
    told_name = caller.ask("GetCallerIdentity", {})["Arn"].rpartition("/")[2]
    proof.equal("GetCallerIdentity.Arn", given["UserName"], told_name)
    world.later(lambda: world.ask("DeleteAccessKey", {name: made[name] for name in ("UserName", "AccessKeyId")}))


@declared.check("UpdateAccessKey", "DeleteAccessKey", "ListAccessKeys")
def keys_told(proof, world, given, answer):
    made = world.fixture("key")
    found = proof.read("ListAccessKeys", {"UserName": made["UserName"]})["AccessKeyMetadata"]
    deleted = "AccessKeyId" in given and "Status" not in given
    wanted = [] if deleted else [(made["AccessKeyId"], given.get("Status", "Active"))]
    proof.equal("AccessKeyMetadata", wanted, [(each["AccessKeyId"], each["Status"]) for each in found])
    if "AccessKeyMetadata" in answer:
        proof.equal("AccessKeyMetadata", found, answer["AccessKeyMetadata"])


@declared.check("GetAccessKeyLastUsed")
def use_told(proof, world, given, answer):
    proof.equal("UserName", world.fixture("key")["UserName"], answer["UserName"])
    proof.equal("AccessKeyLastUsed", {"ServiceName": "N/A", "Region": "N/A"},
                {name: answer["AccessKeyLastUsed"].get(name) for name in ("ServiceName", "Region")})


written(declared, "CreateLoginProfile", "UpdateLoginProfile", read="GetLoginProfile", by=("UserName",),
        at="LoginProfile")
told(declared, "GetLoginProfile", fixture="login", names=("UserName", "CreateDate"), at="LoginProfile")
gone(declared, "DeleteLoginProfile", read="GetLoginProfile", by=("UserName",), code="NoSuchEntity")
declared.undo["CreateLoginProfile"] = lambda world, given, answer: world.ask(
    "DeleteLoginProfile", {"UserName": given["UserName"]})


@declared.check("CreateVirtualMFADevice")
def device_made(proof, world, given, answer):
    made = answer["VirtualMFADevice"]
    proof.true("QRCodePNG", made["QRCodePNG"].startswith(b"\x89PNG"), "a picture")
    name = f"{given.get('Path', '/')}{given['VirtualMFADeviceName']}"
    proof.equal("SerialNumber", f"arn:aws:iam::{world.account}:mfa{name}", made["SerialNumber"])
    found = one_of(proof, "ListVirtualMFADevices", {}, "VirtualMFADevices", "SerialNumber", made["SerialNumber"])
    proof.equal("SerialNumber", made["SerialNumber"], found.get("SerialNumber"))
    tags = proof.read("ListMFADeviceTags", {"SerialNumber": made["SerialNumber"]})["Tags"]
    proof.equal("Tags", plain_tags(given.get("Tags", [])), plain_tags(tags))
    proof.equal("answer.Tags", plain_tags(given.get("Tags", [])), plain_tags(made.get("Tags", [])))
    world.later(lambda: world.ask("DeleteVirtualMFADevice", {"SerialNumber": made["SerialNumber"]}))


# The model wants 48 characters of what is 47: an MD5 digest with colons, as IAM's documentation shows it.
declared.loose.add("sSHPublicKey.fingerprint")
gone(declared, "DeleteVirtualMFADevice", read="ListMFADeviceTags", by=("SerialNumber",), code="NoSuchEntity")


@declared.check("EnableMFADevice", "DeactivateMFADevice", "ResyncMFADevice", "ListMFADevices")
def device_paired(proof, world, given, answer):
    found = proof.read("ListMFADevices", {"UserName": world.fixture("user")["UserName"]})["MFADevices"]
    serials = [each["SerialNumber"] for each in found]
    off = world.log[-2][1] == "DeactivateMFADevice"
    proof.equal("MFADevices", [] if off else [world.fixture("device")["SerialNumber"]], serials)
    if "MFADevices" in answer:
        proof.equal("MFADevices", found, answer["MFADevices"])
    if world.log[-2][1] == "EnableMFADevice":
        world.later(lambda: world.ask("DeactivateMFADevice", {
            name: given[name] for name in ("UserName", "SerialNumber")}))


told(declared, "GetMFADevice", fixture="paired", names=("UserName", "SerialNumber"))
listed(declared, "ListVirtualMFADevices", "VirtualMFADevices", "device", "SerialNumber", "SerialNumber")
declared.hints.table["AssignmentStatus"] = "Unassigned"


@declared.check("UploadSSHPublicKey", "GetSSHPublicKey", "UpdateSSHPublicKey")
def ssh_stands(proof, world, given, answer):
    identifier = given.get("SSHPublicKeyId") or answer["SSHPublicKey"]["SSHPublicKeyId"]
    asked = {"UserName": given["UserName"], "SSHPublicKeyId": identifier, "Encoding": given.get("Encoding", "SSH")}
    found = answer if "Encoding" in given else proof.read("GetSSHPublicKey", asked)
    body = found["SSHPublicKey"]["SSHPublicKeyBody"]
    proof.equal("Status", given.get("Status", "Active"), found["SSHPublicKey"]["Status"])
    if asked["Encoding"] == "SSH":
        proof.equal("SSHPublicKeyBody", samples.ssh_key().split()[1], body.split()[1])
    else:
        proof.true("SSHPublicKeyBody", body.startswith("-----BEGIN PUBLIC KEY"), "in PEM", body)
    if "SSHPublicKeyBody" in given:
        world.later(lambda: world.ask("DeleteSSHPublicKey", {"UserName": given["UserName"],
                                                             "SSHPublicKeyId": identifier}))


@declared.check("DeleteSSHPublicKey", "ListSSHPublicKeys")
def ssh_listed(proof, world, given, answer):
    found = proof.read("ListSSHPublicKeys", {"UserName": world.fixture("user")["UserName"]})["SSHPublicKeys"]
    wanted = [] if "SSHPublicKeyId" in given else [world.fixture("ssh")["SSHPublicKeyId"]]
    proof.equal("SSHPublicKeys", wanted, [each["SSHPublicKeyId"] for each in found])
    if "SSHPublicKeys" in answer:
        proof.equal("SSHPublicKeys", found, answer["SSHPublicKeys"])


SPECIFIC = "ServiceSpecificCredential"


@declared.check(f"Create{SPECIFIC}", f"Update{SPECIFIC}", f"Delete{SPECIFIC}", f"Reset{SPECIFIC}", f"List{SPECIFIC}s")
def specific_stands(proof, world, given, answer):
    found = proof.read(f"List{SPECIFIC}s", {"UserName": given["UserName"]})[f"{SPECIFIC}s"]
    called = world.log[-2][1]
    if called == f"Create{SPECIFIC}":
        made = answer[SPECIFIC]
        world.later(lambda: world.ask(f"Delete{SPECIFIC}", {"UserName": given["UserName"],
                                                            f"{SPECIFIC}Id": made[f"{SPECIFIC}Id"]}))
    else:
        made = world.fixture("specific")
    wanted = [] if called == f"Delete{SPECIFIC}" else [
        (made[f"{SPECIFIC}Id"], given.get("Status", "Active"), "codecommit.amazonaws.com")]
    proof.equal(f"{SPECIFIC}s", wanted, [(each[f"{SPECIFIC}Id"], each["Status"], each["ServiceName"])
                                         for each in found])
    if called == f"Reset{SPECIFIC}":
        proof.true("ServicePassword", answer[SPECIFIC]["ServicePassword"] not in ("", made.get("ServicePassword")),
                   "a new one")
    if f"{SPECIFIC}s" in answer:
        proof.equal(f"{SPECIFIC}s", found, answer[f"{SPECIFIC}s"])


@declared.check("UploadSigningCertificate", "UpdateSigningCertificate", "DeleteSigningCertificate",
                "ListSigningCertificates")
def signing_stands(proof, world, given, answer):
    found = proof.read("ListSigningCertificates", {"UserName": given["UserName"]})["Certificates"]
    called = world.log[-2][1]
    made = answer["Certificate"] if "Certificate" in answer else world.fixture("signing")
    wanted = [] if called.startswith("Delete") else [(made["CertificateId"], given.get("Status", "Active"))]
    proof.equal("Certificates", wanted, [(each["CertificateId"], each["Status"]) for each in found])
    if "Certificate" in answer:
        proof.equal("CertificateBody", given["CertificateBody"].strip(), found[0]["CertificateBody"].strip())
        world.later(lambda: world.ask("DeleteSigningCertificate", {"UserName": given["UserName"],
                                                                   "CertificateId": made["CertificateId"]}))
    if "Certificates" in answer:
        proof.equal("Certificates", found, answer["Certificates"])


@declared.check("UploadServerCertificate", "GetServerCertificate")
def server_certificate_stands(proof, world, given, answer):
    found = proof.read("GetServerCertificate", {"ServerCertificateName": given["ServerCertificateName"]})
    body = found["ServerCertificate"]
    proof.equal("CertificateBody", samples.certificate().strip(), body["CertificateBody"].strip())
    data = body["ServerCertificateMetadata"]
    proof.equal("Arn", f"arn:aws:iam::{world.account}:server-certificate{given.get('Path', '/')}"
                       f"{given['ServerCertificateName']}", data["Arn"])
    proof.true("Expiration", data.get("Expiration"), "told")
    if "CertificateBody" in given:
        proof.equal("CertificateChain", given.get("CertificateChain", "").strip(),
                    body.get("CertificateChain", "").strip())
        proof.equal("Tags", given.get("Tags", []), body.get("Tags", []))
        proof.equal("answer.Tags", given.get("Tags"), answer.get("Tags"))
        world.later(lambda: world.ask("DeleteServerCertificate",
                                      {"ServerCertificateName": given["ServerCertificateName"]}))
    else:
        proof.equal("ServerCertificate", body, answer["ServerCertificate"])
        proof.equal("Tags", world.fixture("certificate")["Tags"], plain_tags(body.get("Tags", [])))


@declared.check("UpdateServerCertificate")
def server_certificate_renamed(proof, world, given, answer):
    name = given.get("NewServerCertificateName", given["ServerCertificateName"])
    found = proof.read("GetServerCertificate", {"ServerCertificateName": name})["ServerCertificate"]
    proof.holds("ServerCertificateMetadata", {"ServerCertificateName": name, "Path": given.get("NewPath", "/")},
                found["ServerCertificateMetadata"])
    if name != given["ServerCertificateName"]:
        proof.refused("GetServerCertificate", {"ServerCertificateName": given["ServerCertificateName"]}, "NoSuchEntity")
        world.later(lambda: world.ask("DeleteServerCertificate", {"ServerCertificateName": name}))


gone(declared, "DeleteServerCertificate", read="GetServerCertificate", by=("ServerCertificateName",),
     code="NoSuchEntity")
listed(declared, "ListServerCertificates", "ServerCertificateMetadataList", "certificate", "Arn", "Arn")
