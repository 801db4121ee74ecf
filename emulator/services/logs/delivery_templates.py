"""Configuration templates: what deliveries carry, by service, log type and kind of destination.

CloudFront's access logs are here; those of other services are not known.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
"""

from emulator.engines.log_transformers.parsers import CLOUDFRONT as ACCESS_FIELDS

PREFIX = {"suffixPath": "AWSLogs/{account-id}/CloudFront/", "enableHiveCompatiblePath": False}
FORMATS = {"S3": ["json", "plain", "w3c", "raw", "parquet"], "CWL": ["json", "plain"], "FH": ["json", "plain", "raw"]}


def _access_logs(kind: str) -> dict:
    values = {"recordFields": list(ACCESS_FIELDS)} | ({"s3DeliveryConfiguration": PREFIX} if kind == "S3" else {})
    return {
        "service": "cloudfront", "logType": "ACCESS_LOGS", "resourceType": "distribution",
        "deliveryDestinationType": kind, "defaultDeliveryConfigValues": values,
        "allowedFields": [{"name": name, "mandatory": False} for name in ACCESS_FIELDS],
        "allowedOutputFormats": FORMATS[kind],
        "allowedActionForAllowVendedLogsDeliveryForResource": "cloudfront:AllowVendedLogDeliveryForResource",
    }  # fmt: skip


TEMPLATES = [_access_logs(kind) for kind in sorted(FORMATS)]


def template(service: str, log_type: str, kind: str) -> dict | None:
    wanted = (service, log_type, kind)
    return next(
        (each for each in TEMPLATES if (each["service"], each["logType"], each["deliveryDestinationType"]) == wanted),
        None,
    )
