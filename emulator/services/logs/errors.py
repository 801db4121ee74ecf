"""What CloudWatch Logs refuses: each is called with the message, in AWS's own words."""

from functools import partial

from emulator.kernel.errors import AwsError

BAD_TOKEN = ("InvalidParameterException", "The specified nextToken is invalid.", 400)

invalid = partial(AwsError, "InvalidParameterException", status=400)
refused = partial(AwsError, "ValidationException", status=400)
not_found = partial(AwsError, "ResourceNotFoundException", status=400)
exists = partial(AwsError, "ResourceAlreadyExistsException", status=400)
denied = partial(AwsError, "AccessDeniedException", status=400)
impossible = partial(AwsError, "InvalidOperationException", status=400)
malformed = partial(AwsError, "MalformedQueryException", status=400)
limit_exceeded = partial(AwsError, "LimitExceededException", "Resource limit exceeded.", status=400)
no_group = partial(not_found, "The specified log group does not exist.")
no_stream = partial(not_found, "The specified log stream does not exist.")
