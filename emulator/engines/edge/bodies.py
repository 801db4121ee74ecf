"""Contents on their way out: compressed, cut to a range, or left away because the viewer has them.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html and RangeGETs.html
"""

import re
from email.utils import parsedate_to_datetime

from emulator.engines.edge.messages import Answer, Asked

SMALLEST, LARGEST = 1000, 10_000_000  # bytes between which CloudFront compresses
COMPRESSED = re.compile(
    r"(text/(css|csv|html|javascript|js|markdown|plain|richtext|tab-separated-values|troff|xml|x-[a-z-]+)"
    r"|application/(dash\+xml|eot|font|font-sfnt|javascript|json|manifest\+json|opentype|otf|pdf|pkcs7-mime|protobuf"
    r"|rss\+xml|truetype|ttf|vnd\.apple\.mpegurl|vnd\.mapbox-vector-tile|vnd\.ms-fontobject|wasm|x-[a-z-]+|xhtml\+xml"
    r"|xml(\+rss)?|graphql\+json|geo\+json|ld\+json)|font/(eot|opentype|otf|ttf|x-woff)|image/(svg\+xml|bmp|x-icon)"
    r"|multipart/(bag|mixed))"
)
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def compress(answer: Answer, encodings: tuple[str, ...]) -> None:
    """Compress a content that is worth it, by the best encoding that the viewer takes."""
    kind = (answer.get("content-type") or "").partition(";")[0].strip().lower()
    if not encodings or not answer.held or answer.status != 200 or answer.get("content-encoding"):
        return
    if not COMPRESSED.fullmatch(kind):
        return
    if not SMALLEST <= len(answer.body) <= LARGEST:
        return
    import cramjam

    codec = cramjam.brotli if encodings[0] == "br" else cramjam.gzip
    answer.body = bytes(codec.compress(answer.body))
    answer.set("Content-Encoding", encodings[0])
    answer.set("Vary", "Accept-Encoding")
    tag = answer.get("etag")
    if tag and not tag.startswith("W/"):
        answer.set("ETag", f"W/{tag}")


def conditional(answer: Answer, asked: Asked) -> Answer:
    """304 for a viewer that has this content already."""
    if answer.status != 200 or asked.method not in ("GET", "HEAD"):
        return answer
    tag, asked_tags = answer.get("etag"), asked.headers.get("if-none-match")
    if asked_tags is not None:
        bare = {each.strip().removeprefix("W/") for each in asked_tags.split(",")}
        known = "*" in bare or (tag or "").removeprefix("W/") in bare
    else:
        known = _not_newer(answer.get("last-modified"), asked.headers.get("if-modified-since"))
    if not known:
        return answer
    if not answer.held:
        answer.body.close()
    kept = [pair for pair in answer.headers if pair[0].lower() not in ("content-length", "content-type")]
    return Answer(304, kept, b"", answer.made)


def _not_newer(modified: str | None, since: str | None) -> bool:
    try:
        return bool(modified and since) and parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except ValueError:
        return False


def cut(answer: Answer, asked: Asked) -> Answer:
    """The range that a viewer asks for: 206, or 416 where there is nothing."""
    match = RANGE.fullmatch(asked.headers.get("range", ""))
    if answer.status != 200 or not answer.held or asked.method != "GET" or match is None or match[0] == "bytes=-":
        return answer
    size = len(answer.body)
    first = int(match[1]) if match[1] else max(0, size - int(match[2]))
    last = min(int(match[2]), size - 1) if match[1] and match[2] else size - 1
    if match[1] and match[2] and first > int(match[2]):
        return answer  # no range at all
    if first >= size:
        return Answer(416, [("Content-Range", f"bytes */{size}")], b"", answer.made)
    part = Answer(206, list(answer.headers), answer.body[first : last + 1], answer.made)
    part.set("Content-Range", f"bytes {first}-{last}/{size}")
    return part
