"""The values of IAM's members: names of what fixtures made, and samples where the model's constraints are not all."""

from conformance.generator.hints import Leave, Ref, Samples, Unique
from conformance.services.declared import Declared
from conformance.services.iam import samples

MARKER = "a marker comes from an answer; sequences follow pages"
#: Kind of identity to the member that names it.
NAMES = {"User": "UserName", "Role": "RoleName", "Group": "GroupName"}
#: What can carry tags: the operations' noun to the member that names it and the fixture.
TAGGED = {
    "User": ("UserName", "user"), "Role": ("RoleName", "role"), "Policy": ("PolicyArn", "policy"),
    "InstanceProfile": ("InstanceProfileName", "profile"), "MFADevice": ("SerialNumber", "device"),
    "OpenIDConnectProvider": ("OpenIDConnectProviderArn", "oidc"), "SAMLProvider": ("SAMLProviderArn", "saml"),
    "ServerCertificate": ("ServerCertificateName", "certificate"),
}

declared = Declared("iam", {
    "Marker": Leave(MARKER),
    "Path": Samples("/", "/a/b/"), "NewPath": Samples("/new/", "/"), "PathPrefix": Samples("/"),
    "UserName": Ref("user", "UserName"), "RoleName": Ref("role", "RoleName"), "GroupName": Ref("group", "GroupName"),
    "CreateUser.UserName": Unique("user"), "CreateRole.RoleName": Unique("role"),
    "CreateGroup.GroupName": Unique("group"),
    "NewUserName": Unique("renamed"), "NewGroupName": Unique("renamed"), "NewServerCertificateName": Unique("renamed"),
    "PolicyArn": Ref("policy", "PolicyArn"), "PermissionsBoundary": Ref("policy", "PolicyArn"),
    "CreatePolicy.PolicyName": Unique("policy"),
    "PolicyName": Samples("inline", "a" * 128),
    "PolicyDocument": Samples(samples.POLICY, samples.OTHER),
    "AssumeRolePolicyDocument": Samples(samples.TRUST, samples.OPEN_TRUST),
    "UpdateAssumeRolePolicy.PolicyDocument": Samples(samples.OPEN_TRUST),
    "MaxSessionDuration": Samples(3600, 43200),
    "Description": Samples("described", "ü" * 100), "UpdateRole.Description": Samples("new", ""),
    "UpdateRoleDescription.Description": Samples("new"),
    "Tags": Samples([{"Key": "a", "Value": "1"}], [{"Key": "k", "Value": "2"}, {"Key": "b", "Value": "x"}]),
    "TagKeys": Samples(["k"], ["k", "unknown"]),
    "DeletePolicyVersion.VersionId": Ref("versions", "VersionId"),
    "DeletePolicyVersion.PolicyArn": Ref("versions", "PolicyArn"),
    "SetDefaultPolicyVersion.VersionId": Ref("versions", "VersionId"),
    "SetDefaultPolicyVersion.PolicyArn": Ref("versions", "PolicyArn"),
    "GetPolicyVersion.VersionId": Samples("v1"),
    "EntityFilter": Samples("User", "Role"), "PolicyUsageFilter": Samples("PermissionsPolicy"),
    "Scope": Samples("Local"), "OnlyAttached": Samples(False),
    "PolicyInputList": Samples([samples.POLICY], [samples.POLICY, samples.OTHER]),
    "PolicySourceArn": Ref("inline", "UserArn"),
    "ActionNames": Samples(["s3:GetObject"], ["s3:GetObject", "sqs:SendMessage"]),
    "PermissionsBoundaryPolicyInputList": Samples([samples.POLICY]),
    "OrderedOrganizationPolicyInputList": Leave("takes service control policies; a probe's matter"),
    "PolicyExclusionList": Leave("names policies of the principal; a probe's matter"),
    "SimulateCustomPolicy.CallerArn": Leave("must fit the resource's policy; a probe's matter"),
    "SimulatePrincipalPolicy.CallerArn": Leave("must fit the resource's policy; a probe's matter"),
    "ResourceArns": Samples(["arn:aws:s3:::b/k"]),
    "ResourcePolicy": Leave("needs a caller and a resource that it names; a probe's matter"),
    "ResourceOwner": Leave("needs a resource's policy; a probe's matter"),
    "ResourceHandlingOption": Leave("is for EC2's scenarios"),
    "ContextEntries": Samples([{"ContextKeyName": "aws:PrincipalTag/a", "ContextKeyValues": ["b"],
                                "ContextKeyType": "string"}]),
    # Credentials
    "AccessKeyId": Ref("key", "AccessKeyId"), "Status": Samples("Inactive", "Active"),
    "UpdateSigningCertificate.Status": Samples("Inactive"),
    "CreateLoginProfile.UserName": Ref("user", "UserName"), "Password": Samples("Ab1!cdefgh", "Zz9?yyyyyyyyyy"),
    "CreateLoginProfile.Password": Samples("Ab1!cdefgh"),
    **{f"{operation}LoginProfile.UserName": Ref("login", "UserName") for operation in ("Get", "Update", "Delete")},
    "VirtualMFADeviceName": Unique("device"),
    "SerialNumber": Ref("device", "SerialNumber"),
    "AuthenticationCode1": Ref("device", "Code1", must=False),
    "AuthenticationCode2": Ref("device", "Code2", must=False),
    **{f"{operation}.{member}": Ref("paired", member, must=member == "SerialNumber")
       for operation in ("DeactivateMFADevice", "GetMFADevice") for member in ("UserName", "SerialNumber")},
    "ListMFADevices.UserName": Ref("paired", "UserName"),
    **{f"ResyncMFADevice.{member}": Ref("paired", name, must=False) for member, name in (
        ("UserName", "UserName"), ("SerialNumber", "SerialNumber"), ("AuthenticationCode1", "Code1"),
        ("AuthenticationCode2", "Code2"))},
    "SSHPublicKeyBody": Samples(samples.ssh_key()), "SSHPublicKeyId": Ref("ssh", "SSHPublicKeyId"),
    "Encoding": Samples("SSH", "PEM"),
    "ServiceName": Samples("codecommit.amazonaws.com"),
    "CredentialAgeDays": Leave("is for Bedrock's keys alone; a probe's matter"),
    "AllUsers": Leave("excludes a user's name"),
    "ServiceSpecificCredentialId": Ref("specific", "ServiceSpecificCredentialId"),
    "ServerCertificateName": Ref("certificate", "ServerCertificateName"),
    "UploadServerCertificate.ServerCertificateName": Unique("certificate"),
    "CertificateBody": Samples(samples.certificate()), "PrivateKey": Samples(samples.private_key()),
    "CertificateChain": Samples(samples.certificate()),
    "CertificateId": Ref("signing", "CertificateId"),
    # Providers
    "Url": Samples("https://idp.example.com", "https://idp.example.com/a/b"),
    "ClientIDList": Samples(["one"], ["one", "two"], []), "ThumbprintList": Samples(["a" * 40], ["a" * 40, "b" * 40]),
    "ClientID": Samples("more"), "RemoveClientIDFromOpenIDConnectProvider.ClientID": Samples("mine"),
    "OpenIDConnectProviderArn": Ref("oidc", "OpenIDConnectProviderArn"),
    "DeleteOpenIDConnectProvider.OpenIDConnectProviderArn": Ref("oidc", "OpenIDConnectProviderArn", must=False),
    "SAMLMetadataDocument": Samples(samples.saml_metadata()), "CreateSAMLProvider.Name": Unique("saml"),
    "AssertionEncryptionMode": Leave("needs a private key in the same call; a probe's matter"),
    "AddPrivateKey": Samples(samples.private_key()),
    "RemovePrivateKey": Leave("names a key of the provider; a probe's matter"),
    "SAMLProviderArn": Ref("saml", "SAMLProviderArn"),
    "InstanceProfileName": Ref("profile", "InstanceProfileName"),
    "CreateInstanceProfile.InstanceProfileName": Unique("profile"),
    **{f"RemoveRoleFromInstanceProfile.{name}": Ref("filled", name) for name in ("RoleName", "InstanceProfileName")},
    "RemoveUserFromGroup.UserName": Ref("member", "UserName"),
    **{f"Detach{kind}Policy.PolicyArn": Ref("attached", "PolicyArn") for kind in NAMES},
    **{f"{operation}{kind}Policy.PolicyName": Ref("inline", "PolicyName") for kind in NAMES
       for operation in ("Get", "Delete")},
    **{f"Delete{kind}PermissionsBoundary.{NAMES[kind]}": Ref("bounded", NAMES[kind]) for kind in ("User", "Role")},
    # The account
    "AccountAlias": Unique("alias"), "DeleteAccountAlias.AccountAlias": Ref("alias", "AccountAlias"),
    "GlobalEndpointTokenVersion": Samples("v2Token", "v1Token"),
    "PutAccountProperties.Properties": Leave("which namespaces there are, no document says"),
    "MinimumPasswordLength": Samples(8, 128), "MaxPasswordAge": Samples(90, 1),
    "PasswordReusePrevention": Samples(5, 24),
    "AWSServiceName": Samples("lex.amazonaws.com"), "CustomSuffix": Leave("few services take one; a probe's matter"),
    "CreateServiceLinkedRole.AWSServiceName": Samples("elasticbeanstalk.amazonaws.com"),
    "DeleteServiceLinkedRole.RoleName": Ref("linked", "RoleName"),
    "DeletionTaskId": Ref("deletion", "DeletionTaskId"),
    "JobId": Ref("job", "JobId"), "EntityArn": Ref("request", "EntityArn"), "Locale": Samples("en", "en-US"),
    "ServiceNamespace": Samples("s3"), "ServiceNamespaces": Samples(["s3"], ["s3", "sqs"]),
    "RequestorWorkflowId": Unique("workflow"),
    "GenerateServiceLastAccessedDetails.Arn": Ref("inline", "UserArn"),
    "ListPoliciesGrantingServiceAccess.Arn": Ref("inline", "UserArn"),
    "Granularity": Samples("SERVICE_LEVEL", "ACTION_LEVEL"),
    "DelegationRequestId": Ref("request", "DelegationRequestId"),
    **{f"{operation}DelegationRequest.DelegationRequestId": Ref("taken", "DelegationRequestId")
       for operation in ("Accept", "Update")},
    "SendDelegationToken.DelegationRequestId": Ref("accepted", "DelegationRequestId"),
    "OwnerAccountId": Samples("111122223333"), "OwnerId": Leave("finds requests of another owner"),
    "DelegationPermissionCheck": Samples(False, True), "SessionDuration": Samples(3600),
    "Permissions": Samples({"PolicyTemplateArn": "arn:aws:iam::aws:delegation-template/t"}),
    "OldPassword": Leave("is for users"), "NewPassword": Leave("is for users"),
})  # fmt: skip
declared.hints.always["CreateLoginProfile"] = ("UserName", "Password")
#: Operations that speak of the caller when they name nobody; the caller here is the account's root.
OF_THE_CALLER = (
    "GetUser", "GetLoginProfile", "DeleteLoginProfile", "DeactivateMFADevice", "ListMFADevices", "CreateAccessKey",
    "UpdateAccessKey", "DeleteAccessKey", "ListAccessKeys", "ListSSHPublicKeys", "ListSigningCertificates",
    "UploadSigningCertificate", "DeleteSigningCertificate", "UpdateSigningCertificate",
    "ListServiceSpecificCredentials", "UpdateServiceSpecificCredential", "ResetServiceSpecificCredential",
    "DeleteServiceSpecificCredential",
)
declared.hints.always.update({operation: ("UserName",) for operation in OF_THE_CALLER})
declared.left_out.update({
    "ChangePassword": "is for users, who call with keys of their own; a probe's matter",
    **{f"{verb}Organizations{noun}": "needs an organization" for verb in ("Enable", "Disable")
       for noun in ("RootCredentialsManagement", "RootSessions")},
    **dict.fromkeys(("ListOrganizationsFeatures", "GenerateOrganizationsAccessReport",
                     "GetOrganizationsAccessReport"), "needs an organization"),
    **dict.fromkeys(("AcquireRole", "GetRoleTemplateVersion"), "needs a role template, of which AWS publishes none"),
    "PutAccountProperties": "takes namespaces that no document names",
})  # fmt: skip
