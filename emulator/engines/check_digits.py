"""Check digits of numbers that banks, states and health services give out: each function says whether a text fits.

Separators (spaces, hyphens, dots, slashes) do not count. Each algorithm is the public one of the number's issuer.
"""

import ipaddress
import re

SEPARATORS = re.compile(r"[ ./-]")


def plain(text: str) -> str:
    return SEPARATORS.sub("", text).upper()


def digits_of(text: str) -> list[int]:
    return [int(each) for each in text if each.isdigit()]


def _sum(numbers, weights) -> int:
    return sum(number * weight for number, weight in zip(numbers, weights, strict=False))


def anything(_: str) -> bool:
    return True


def luhn(text: str) -> bool:
    """ISO/IEC 7812-1."""
    digits = digits_of(text)
    doubled = [sum(divmod(each * 2, 10)) for each in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def card(text: str) -> bool:
    """A payment card's number: 13 to 19 digits."""
    return 13 <= len(digits_of(text)) <= 19 and luhn(text)


def provider(text: str) -> bool:
    """A National Provider Identifier: Luhn over its digits behind 80840."""
    return luhn("80840" + plain(text))


def address(text: str) -> bool:
    """An address of IPv4 or IPv6."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def iban(text: str) -> bool:
    """ISO 13616: the number that its letters and digits make, turned about, leaves 1 of 97."""
    text = plain(text)
    return int("".join(str(int(each, 36)) for each in text[4:] + text[:4])) % 97 == 1


def registrant(text: str) -> bool:
    """A number of the US Drug Enforcement Administration."""
    digits = digits_of(text)
    return (digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])) % 10 == digits[6]


def nhs(text: str) -> bool:
    """England's National Health Service: weights 10 to 2, modulo 11."""
    digits = digits_of(text)
    return (11 - _sum(digits, range(10, 1, -1)) % 11) % 11 == digits[9]


NIF_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def nif(text: str) -> bool:
    """Spain's tax number of citizens, and of foreigners (X, Y, Z stand for 0, 1, 2)."""
    text = plain(text)
    number = text[:-1].translate(str.maketrans("XYZ", "012"))
    return NIF_LETTERS[int(number) % 23] == text[-1]


def affiliation(text: str) -> bool:
    """Spain's social security: province and number modulo 97."""
    text = plain(text)
    number = int(text[2:10])
    whole = int(text[:2]) * 10_000_000 + number if number < 10_000_000 else int(text[:10])
    return whole % 97 == int(text[10:])


def insee(text: str) -> bool:
    """France's social security: 97 less the rest; Corsica's departments count as 19 and 18."""
    text = plain(text)
    return 97 - int(text[:-2].replace("2A", "19").replace("2B", "18")) % 97 == int(text[-2:])


def steuer(text: str) -> bool:
    """Germany's tax number: ISO/IEC 7064, MOD 11,10."""
    *digits, check = digits_of(text)
    product = 10
    for each in digits:
        total = (each + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == check


def cpf(text: str) -> bool:
    """Brazil's taxpayers: two digits modulo 11."""
    digits = digits_of(text)
    return len(set(digits)) > 1 and all(
        _sum(digits, range(size + 1, 1, -1)) * 10 % 11 % 10 == digits[size] for size in (9, 10)
    )


def cnpj(text: str) -> bool:
    """Brazil's companies: two digits modulo 11 with weights that go round."""
    digits, weights = digits_of(text), (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    return all(
        _sum(digits, weights[13 - size :]) % 11 in ((0, 1) if digits[size] == 0 else (11 - digits[size],))
        for size in (12, 13)
    )


# What a character at an odd place of an Italian code counts, by its place in the alphabet or its digit.
ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def fiscal(text: str) -> bool:
    """Italy's codice fiscale."""
    values = [int(each) if each.isdigit() else ord(each) - ord("A") for each in plain(text)]
    total = sum(ODD[value] if number % 2 == 0 else value for number, value in enumerate(values[:15]))
    return total % 26 == values[15]


def inspection(text: str) -> bool:
    """Germany's identity card: weights 7, 3, 1, modulo 10, the last digit of ten checks."""
    text = plain(text)
    values = [int(each, 36) for each in text[:9]]
    return _sum(values, (7, 3, 1) * 3) % 10 == int(text[9])
