"""Text in headers beyond ASCII, as S3 gives user-defined metadata back: encoded words.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html and RFC 2047
"""

import base64


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


def _plain(character: str) -> bool:
    return " " <= character < "\x7f" or character in "\t\r\n"


def latin(text: str) -> str:
    """What a header can carry of a text: characters outside ISO 8859-1 become blanks."""
    return "".join(each if each <= "\xff" else " " for each in text)
