"""Keys that AWS manages for a service in each account and region: made on their first use, under ``alias/aws/…``.

https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
"""

from emulator.kernel.context import PARTITION, Context, arn
from emulator.services.kms import material, policies
from emulator.services.kms.specs import ENCRYPT, SPECS, SYMMETRIC
from emulator.services.kms.tables import AWS_KMS, Alias, Key, aliases, keys

YEAR = 365
DAY = 86400
ROTATE = "rotate"

# By the name in the alias: what the key protects, in AWS's words.
PROTECTED = {
    "acm": "ACM private keys", "backup": "Backup data", "dms": "DMS replication instance volumes",
    "dynamodb": "DynamoDB data", "ebs": "EBS volumes", "elasticfilesystem": "EFS data",
    "es": "Elasticsearch data", "fsx": "FSx resources", "glue": "Glue data", "kafka": "Kafka data",
    "kinesis": "Kinesis data", "kinesisvideo": "Kinesis Video Streams data", "lambda": "Lambda functions",
    "rds": "RDS database volumes", "redshift": "Redshift data", "s3": "S3 objects",
    "secretsmanager": "Secrets Manager data", "sns": "SNS data", "sqs": "SQS messages", "ssm": "SSM parameters",
    "xray": "X-Ray data",
}  # fmt: skip
# Those that a new account lists already, though no key stands behind them yet.
LISTED = (
    "dynamodb", "ebs", "elasticfilesystem", "es", "glue", "kinesisvideo", "rds", "redshift", "redshifttest", "s3",
    "ssm", "xray",
)  # fmt: skip
ALIAS = "alias/aws/"


def make(ctx: Context, account: str, name: str) -> Key | None:
    """The key of ``alias/aws/<service>`` in an account, with its alias; None for a name that AWS does not have."""
    service = name.removeprefix(ALIAS)
    if not name.startswith(ALIAS) or service not in PROTECTED:
        return None
    key_id = ctx.ids.uuid()
    due = ctx.now + YEAR * DAY
    key = Key(
        key_id, account, ctx.region, arn(ctx, "kms", f"key/{key_id}", account=account), ctx.now, SYMMETRIC, ENCRYPT,
        AWS_KMS, policies.managed(ctx, account, service), "AWS",
        f"Default key that protects my {PROTECTED[service]} when no other key is defined",
        materials=(material.new(ctx, key_id, material.generate(SPECS[SYMMETRIC])),), period=YEAR, next_rotation=due,
    )  # fmt: skip
    ctx.rows(keys, account=account).put(key)
    material.register(ctx, key)
    ctx.rows(aliases, account=account).put(Alias(name, _alias_arn(ctx, account, name), key_id, ctx.now, ctx.now))
    schedule(ctx, key)
    return key


def schedule(ctx: Context, key: Key) -> None:
    """Arm the next automatic rotation. The job belongs to the caller's account and names the key's."""
    if key.next_rotation is None:
        ctx.cancel(f"{ROTATE}/{key.account}/{key.region}/{key.id}")
    else:
        ctx.at(key.next_rotation, ROTATE, job_id=f"{ROTATE}/{key.account}/{key.region}/{key.id}", key_arn=key.arn)


def unused(ctx: Context) -> list[Alias]:
    """The aliases of AWS that stand for no key yet."""
    rows = ctx.rows(aliases)
    names = (ALIAS + each for each in LISTED)
    return [Alias(name, _alias_arn(ctx, ctx.account, name), "", 0, 0) for name in names if name not in rows]


def _alias_arn(ctx: Context, account: str, name: str) -> str:
    return f"arn:{PARTITION}:kms:{ctx.region}:{account}:{name}"
