"""Random passwords. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html"""

import string

from emulator.kernel.context import Context
from emulator.services.secretsmanager.errors import invalid_parameter
from emulator.services.secretsmanager.service import service

LENGTH = 32


@service.operation
def get_random_password(
    ctx: Context, PasswordLength=LENGTH, ExcludeCharacters="", ExcludeNumbers=False, ExcludePunctuation=False,
    ExcludeUppercase=False, ExcludeLowercase=False, IncludeSpace=False, RequireEachIncludedType=True,
):  # fmt: skip
    """Raises InvalidParameterException, InvalidRequestException when nothing is left to choose from."""
    kinds = [
        (string.ascii_lowercase, not ExcludeLowercase), (string.ascii_uppercase, not ExcludeUppercase),
        (string.digits, not ExcludeNumbers), (string.punctuation, not ExcludePunctuation), (" ", IncludeSpace),
    ]  # fmt: skip
    left = ["".join(each for each in kind if each not in ExcludeCharacters) for kind, wanted in kinds if wanted]
    left = [kind for kind in left if kind]
    if not left:
        raise invalid_parameter("All the characters have been excluded from the password.")
    must = left if RequireEachIncludedType else []
    if len(must) > PasswordLength:
        raise invalid_parameter(f"Password length {PasswordLength} is too short based on the required types.")
    characters = [_one(ctx, kind) for kind in must]
    everything = "".join(left)
    characters += [_one(ctx, everything) for _ in range(PasswordLength - len(must))]
    for place in range(len(characters) - 1, 0, -1):  # the required ones stand anywhere
        other = ctx.ids.below(place + 1)
        characters[place], characters[other] = characters[other], characters[place]
    return {"RandomPassword": "".join(characters)}


def _one(ctx: Context, characters: str) -> str:
    return characters[ctx.ids.below(len(characters))]
