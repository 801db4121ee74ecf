"""Text in headers beyond ASCII, as S3 gives user-defined metadata back: encoded words.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html and RFC 2047
"""

import base64
import binascii
import quopri
import re

WORD = re.compile(r"=\?utf-8\?([qb])\?(.*)\?=", re.IGNORECASE | re.DOTALL)


def encoded(text: str) -> str:
    """``text`` itself when it is plain ASCII, else an encoded word: Q when most of it is ASCII, else B."""
    if text.isascii() and (text.isprintable() or all(map(_plain, text))):
        return text
    data = text.encode()
    if sum(map(_plain, text)) > len(text) // 2:
        quoted = "".join(
            "_" if byte == 0x20 else chr(byte) if _plain(chr(byte)) and chr(byte) not in "_=?" else f"={byte:02X}"
            for byte in data
        )
        return f"=?UTF-8?Q?{quoted}?="
    return f"=?UTF-8?B?{base64.b64encode(data).decode()}?="


def decoded(text: str) -> str:
    """What an encoded word stands for; other text as it is."""
    found = WORD.fullmatch(text)
    if found is None:
        return text
    try:
        if found[1] in "bB":
            return base64.b64decode(found[2], validate=True).decode()
        return quopri.decodestring(found[2].encode(), header=True).decode()
    except (binascii.Error, ValueError):
        return text


def _plain(character: str) -> bool:
    return " " <= character < "\x7f" or character in "\t\r\n"


def latin(text: str) -> str:
    """What a header can carry of a text: characters outside ISO 8859-1 become blanks."""
    return "".join(each if each <= "\xff" else " " for each in text)
