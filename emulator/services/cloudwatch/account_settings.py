"""What is set for a whole account or a resource: the dataset's key, enrichment, detailed metrics.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_AssociateDatasetKmsKey.html
"""

from typing import Any

from emulator.kernel.context import Context, arn
from emulator.kernel.errors import AwsError
from emulator.services.cloudwatch.errors import not_found, refused
from emulator.services.cloudwatch.service import service
from emulator.services.cloudwatch.tables import Named, settings

DATASET, ENRICHMENT, RESOURCE = "dataset", "enrichment", "resource/"
MOST_FILTERS = 100
FILTERS = ("IncludeFilters", "ExcludeFilters")


def _dataset(ctx: Context, identifier: str) -> str:
    """The ARN of the dataset. Raises ResourceNotFoundException for another one's."""
    own = arn(ctx, "cloudwatch", "dataset/default")
    if identifier not in ("default", own):
        raise not_found(f"The dataset {identifier} does not exist.")
    return own


@service.operation
def get_dataset(ctx, DatasetIdentifier):
    """Raises ResourceNotFoundException."""
    found = ctx.rows(settings).get(DATASET)
    key = found.config if found is not None else {}
    return {"DatasetId": "default", "Arn": _dataset(ctx, DatasetIdentifier), **key}


@service.operation
def associate_dataset_kms_key(ctx, DatasetIdentifier, KmsKeyArn):
    """Raises KmsKeyNotFoundException, KmsKeyDisabledException, KmsAccessDeniedException, ResourceNotFoundException."""
    _dataset(ctx, DatasetIdentifier)
    where = dict(zip(("region", "account"), KmsKeyArn.split(":")[3:5]))
    try:
        key = ctx.call("kms", "DescribeKey", {"KeyId": KmsKeyArn}, **where)["KeyMetadata"]
    except AwsError as error:
        missing = error.code == "NotFoundException"
        code = "KmsKeyNotFoundException" if missing else "KmsAccessDeniedException"
        raise AwsError(code, error.message) from None
    if not key["Enabled"]:
        raise AwsError("KmsKeyDisabledException", f"{KmsKeyArn} is disabled.")
    if key["KeySpec"] != "SYMMETRIC_DEFAULT":
        raise AwsError("ConflictException", f"{KmsKeyArn} is not a symmetric encryption key.")
    ctx.rows(settings).put(Named(DATASET, {"KmsKeyArn": KmsKeyArn}, ctx.now, ctx.now))
    return {}


@service.operation
def disassociate_dataset_kms_key(ctx, DatasetIdentifier):
    """Raises ResourceNotFoundException, also where no key is associated."""
    _dataset(ctx, DatasetIdentifier)
    if ctx.rows(settings).delete(DATASET) is None:
        raise not_found("The dataset has no associated KMS key.")
    return {}


def _filters(include: list | None, exclude: list | None) -> dict[str, Any]:
    if len(include or ()) + len(exclude or ()) > MOST_FILTERS:
        raise refused(f"A maximum of {MOST_FILTERS} filters is allowed across IncludeFilters and ExcludeFilters.")
    return {name: value for name, value in zip(FILTERS, (include, exclude)) if value is not None}


def _enrichment(found: Named) -> dict[str, Any]:
    return {**found.config, "CreatedAt": found.created, "UpdatedAt": found.updated}


@service.operation
def start_o_tel_enrichment(ctx, IncludeFilters=None, ExcludeFilters=None):
    """Where it runs already, nothing changes. Raises ValidationError."""
    given = _filters(IncludeFilters, ExcludeFilters)
    rows = ctx.rows(settings)
    return _enrichment(rows.get(ENRICHMENT) or rows.put(Named(ENRICHMENT, given, ctx.now, ctx.now)))


@service.operation
def update_o_tel_enrichment(ctx, IncludeFilters=None, ExcludeFilters=None):
    """Raises ResourceNotFoundException where it does not run, ValidationError."""
    found = ctx.rows(settings).get(ENRICHMENT)
    if found is None:
        raise not_found("OTel enrichment is not running.")
    given = _filters(IncludeFilters, ExcludeFilters)
    return _enrichment(ctx.rows(settings).put(Named(ENRICHMENT, given, found.created, ctx.now)))


@service.operation
def stop_o_tel_enrichment(ctx):
    ctx.rows(settings).delete(ENRICHMENT)
    return {}


@service.operation
def get_o_tel_enrichment(ctx):
    found = ctx.rows(settings).get(ENRICHMENT)
    return {"Status": "Stopped"} if found is None else {"Status": "Running", **_enrichment(found)}


def _resource(ctx: Context, name: str) -> Named:
    found = ctx.rows(settings).get(RESOURCE + name)
    if found is None:
        raise not_found(f"No resource metrics configuration exists for {name}.")
    return found


def _configuration(found: Named) -> dict[str, Any]:
    shown = {"ResourceArn": found.name.removeprefix(RESOURCE), **found.config, "CreatedAt": found.created,
             "UpdatedAt": found.updated}  # fmt: skip
    return {"ResourceMetricsConfiguration": shown}


@service.operation
def create_resource_metrics_configuration(ctx, ResourceArn, MetricSelections=None):
    """Raises ConflictException where there is one."""
    rows = ctx.rows(settings)
    if RESOURCE + ResourceArn in rows:
        raise AwsError("ConflictException", f"A resource metrics configuration already exists for {ResourceArn}.")
    config = {"MetricSelections": MetricSelections} if MetricSelections is not None else {}
    return _configuration(rows.put(Named(RESOURCE + ResourceArn, config, ctx.now, ctx.now)))


@service.operation
def update_resource_metrics_configuration(ctx, ResourceArn, MetricSelections=None):
    """Raises ResourceNotFoundException."""
    found = _resource(ctx, ResourceArn)
    config = {"MetricSelections": MetricSelections} if MetricSelections is not None else {}
    return _configuration(ctx.rows(settings).put(Named(found.name, config, found.created, ctx.now)))


@service.operation
def get_resource_metrics_configuration(ctx, ResourceArn):
    """Raises ResourceNotFoundException."""
    return _configuration(_resource(ctx, ResourceArn))


@service.operation
def delete_resource_metrics_configuration(ctx, ResourceArn):
    """Raises ResourceNotFoundException."""
    ctx.rows(settings).delete(_resource(ctx, ResourceArn).name)
    return {}
