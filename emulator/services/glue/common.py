"""The service object, and what every operation of the Data Catalog shares."""

from emulator.kernel.errors import AwsError
from emulator.kernel.service import Service

service = Service("glue")

BAD_TOKEN = ("InvalidInputException", "The NextToken is not valid.")


def not_found(message: str) -> AwsError:
    return AwsError("EntityNotFoundException", message)


def invalid(message: str) -> AwsError:
    return AwsError("InvalidInputException", message)


def detail(error: AwsError) -> dict:
    """An error as the answers of batches tell it."""
    return {"ErrorCode": error.code, "ErrorMessage": error.message}


def check_catalog(ctx) -> None:
    """The catalog of an account is its own: another's would have to be shared by its policy. Raises AccessDenied."""
    catalog = ctx.input.get("CatalogId")
    if catalog is not None and catalog != ctx.account:
        action = f"glue:{ctx.operation}"
        raise AwsError("AccessDeniedException", (
            f"User: {ctx.principal.arn} is not authorized to perform: {action} on resource: "
            f"arn:aws:glue:{ctx.region}:{catalog}:catalog because no resource-based policy allows the {action} action"
        ), 400)


service.before.append(check_catalog)
