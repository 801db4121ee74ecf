"""The refusals that several operations share: each is called with the message."""

from functools import partial

from emulator.kernel.errors import AwsError

TOO_MANY = "The requested resource exceeds the maximum number allowed."

invalid = partial(AwsError, "ValidationException", status=400)
not_found = partial(AwsError, "ResourceNotFoundException", status=400)
exists = partial(AwsError, "ResourceAlreadyExistsException", status=400)
limit_exceeded = partial(AwsError, "LimitExceededException", TOO_MANY, status=400)
