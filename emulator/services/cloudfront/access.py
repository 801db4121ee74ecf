"""Who may see what: origin access controls and identities, public keys and their groups, field-level encryption.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PrivateContent.html and field-level-encryption.html
"""

from cryptography.exceptions import UnsupportedAlgorithm

from emulator.resources import IdPattern, Reference, Unique
from emulator.services.cloudfront.common import added, configured, immutable, invalid
from emulator.services.cloudfront.policies import ILLEGAL_UPDATE

OriginAccessControl = configured(
    "OriginAccessControl", "origin-access-control", IdPattern("E{13:A-Z0-9}"), "ListOriginAccessControls",
    missing=("NoSuchOriginAccessControl", "The specified origin access control does not exist."),
    unique=(Unique("OriginAccessControlConfig.Name", (
        "OriginAccessControlAlreadyExists", "An origin access control with the specified name already exists.")),),
    cloudformation="AWS::CloudFront::OriginAccessControl",
)  # fmt: skip

OriginAccessIdentity = configured(
    "CloudFrontOriginAccessIdentity", "origin-access-identity/cloudfront", IdPattern("E{13:A-Z0-9}"),
    "ListCloudFrontOriginAccessIdentities",
    missing=("NoSuchCloudFrontOriginAccessIdentity", "The specified origin access identity does not exist."),
    unique=(Unique("CloudFrontOriginAccessIdentityConfig.CallerReference", (
        "CloudFrontOriginAccessIdentityAlreadyExists", "The caller reference you attempted to create the CloudFront "
        "origin access identity with is associated with another identity."), repeats=True),),
    cloudformation="AWS::CloudFront::CloudFrontOriginAccessIdentity",
)  # fmt: skip
immutable(OriginAccessIdentity, ILLEGAL_UPDATE, "CallerReference")


@OriginAccessIdentity.on_create
def with_canonical_user(ctx, record):
    """S3 knows an identity by a canonical user id."""
    return added(record, S3CanonicalUserId=ctx.ids.hex(96))


PublicKey = configured(
    "PublicKey", "public-key", IdPattern("K{13:A-Z0-9}"), "ListPublicKeys",
    missing=("NoSuchPublicKey", "The specified public key does not exist."),
    unique=tuple(Unique(f"PublicKeyConfig.{each}", (
        "PublicKeyAlreadyExists", "The specified public key already exists."), repeats=True)
        for each in ("CallerReference", "Name")),
    cloudformation="AWS::CloudFront::PublicKey",
)  # fmt: skip
immutable(PublicKey, ("CannotChangeImmutablePublicKeyFields", "You can't change the value of a public key."),
          "CallerReference", "Name", "EncodedKey")  # fmt: skip


@PublicKey.on_validate
def check_key(ctx, document, before):
    """RSA of 2048 bits or ECDSA of 256, as signed URLs take them."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        size = load_pem_public_key(document["PublicKeyConfig"]["EncodedKey"].encode()).key_size
    except (ValueError, TypeError, AttributeError, UnsupportedAlgorithm):
        size = 0
    if size not in (256, 2048):
        raise invalid("Your request contains empty/invalid/out of limits RSA Encoded Key")


KeyGroup = configured(
    "KeyGroup", "key-group", IdPattern("{uuid}"), "ListKeyGroups",
    missing=("NoSuchResource", "The specified key group does not exist."),
    unique=(Unique("KeyGroupConfig.Name", ("KeyGroupAlreadyExists", "A key group with this name already exists.")),),
    refers=(Reference(
        PublicKey, ("KeyGroupConfig.Items[]",), ("InvalidArgument", "The public key {id} does not exist."),
        ("PublicKeyInUse", "The specified public key is in use.")),),
    cloudformation="AWS::CloudFront::KeyGroup",
)  # fmt: skip

Profile = configured(
    "FieldLevelEncryptionProfile", "field-level-encryption-profile", IdPattern("P{13:A-Z0-9}"),
    "ListFieldLevelEncryptionProfiles",
    missing=("NoSuchFieldLevelEncryptionProfile", "The specified profile for field-level encryption does not exist."),
    unique=tuple(Unique(f"FieldLevelEncryptionProfileConfig.{each}", (
        "FieldLevelEncryptionProfileAlreadyExists", "The specified profile for field-level encryption already exists."))
        for each in ("CallerReference", "Name")),
    refers=(Reference(
        PublicKey, ("FieldLevelEncryptionProfileConfig.EncryptionEntities.Items[].PublicKeyId",),
        in_use=("PublicKeyInUse", "The specified public key is in use.")),),
)  # fmt: skip
immutable(Profile, ILLEGAL_UPDATE, "CallerReference")

FieldLevelEncryption = configured(
    "FieldLevelEncryption", "field-level-encryption", IdPattern("C{13:A-Z0-9}"), "ListFieldLevelEncryptionConfigs",
    config="FieldLevelEncryptionConfig", verb="FieldLevelEncryptionConfig",
    missing=("NoSuchFieldLevelEncryptionConfig",
             "The specified configuration for field-level encryption does not exist."),
    unique=(Unique("FieldLevelEncryptionConfig.CallerReference", (
        "FieldLevelEncryptionConfigAlreadyExists",
        "The specified configuration for field-level encryption already exists.")),),
    refers=(Reference(
        Profile, tuple(f"FieldLevelEncryptionConfig.{each}.Items[].ProfileId" for each in (
            "QueryArgProfileConfig.QueryArgProfiles", "ContentTypeProfileConfig.ContentTypeProfiles")),
        in_use=("FieldLevelEncryptionProfileInUse",
                "The specified profile for field-level encryption is in use.")),),
)  # fmt: skip
immutable(FieldLevelEncryption, ILLEGAL_UPDATE, "CallerReference")
