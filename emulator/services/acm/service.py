"""The service object, the errors of ACM, and its tags.

https://docs.aws.amazon.com/acm/latest/APIReference/
"""

from emulator.kernel.errors import AwsError
from emulator.kernel.service import Service
from emulator.resources import Tags

service = Service("acm")

DAY = 86400.0
TAGS = Tags(
    too_many=("TooManyTagsException", "The request contains too many tags. Try the request again with fewer tags."),
    reserved=("InvalidTagException", "aws: prefixed tag key names are not allowed for external use."),
)
INVALID_TOKEN = ("ValidationException", "The next token is invalid.")


def invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)
