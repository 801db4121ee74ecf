"""Recorded snapshot answers to templates: which leaf is exact, which is masked, which lists have no order.

A test was compared with the reference emulator leaf by leaf, and passed. So where the reference's answer differs from
the recording although no known gap covers the place, the test masked, sorted or edited that place: there only presence
and type are evidence. Where a gap covers it, the recording is right and the reference wrong.
"""

import ast
import json
import re
from typing import Any

from lab.cassette.model import Truth
from lab.cassette.values import tag_of, to_plain

MISSING = object()

#: The account in the recordings; templates name it.
ACCOUNT = "111111111111"

#: What one test wrote over AWS's own address of the queues.
REFERENCE_URL = re.compile(r"http://sqs\.<region>\.localhost\.localstack\.cloud:4566")

PLACEHOLDER = re.compile(r"<[a-zA-Z][\w.-]*(?::\d+|_\d+)>|<(?:region|partition|account|uuid|datetime)>")
LONE_INSIDE = re.compile(r"<([a-z]+(?:_[a-z]+)+)>")
LITERAL = re.compile(r"[\w:/.-]{6,}")  # a pattern that is the very value
# A word that says what it stands for. Words with hyphens and capitals are parts of ARNs, which are words elsewhere.
OVERWRITTEN = re.compile(r"[a-z]+(?:[_-][a-z]+)+|<[a-z]+(?:[_-][a-z]+)+>|<[A-Za-z]\w*_\w+>")
LONE = re.compile(r"<[a-z][a-z0-9-]*>")
WORD = re.compile(r"[a-z][a-z0-9]*(?:[-_ ][a-z0-9]+)*")

#: Masks that are not named after the member they hide.
MASKS = frozenset(("datetime", "date", "timestamp", "etag", "copy-etag", "id", "owner-id", "uuid", "arn", "duration"))

#: Masks that stand for a time also where the reference has none.
TIMES = frozenset(("datetime", "timestamp"))

#: Tokens are opaque, and a second page may carry the same masked text.
TOKENS = frozenset(("NextToken", "nextToken"))

TYPES = {str: "string", bool: "boolean", int: "number", float: "number", dict: "map", list: "list"}
TAG_TYPES = {"$time": "timestamp", "$b64": "string", "$stream": "string", "$repeat": "string", "$decimal": "number"}


def kebab(name: str) -> str:
    """``DisplayName`` as the masks write it: ``display-name``."""
    return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()


def gap_pattern(path: str) -> re.Pattern:
    """A JSONPath of a known gap as a pattern over dotted paths; it covers what lies below, too."""
    text = re.escape(path.replace("[*]", ".*").replace("['", ".").replace("']", "").replace("$", "", 1))
    text = text.replace(r"\.\.", r"(?:\.[^.]+)*?\.").replace(r"\*", r"[^.]+")
    text = re.sub(r"\\\[(\d+)\\\]", r"\\.\1", text)
    return re.compile(text + r"(?:\..*)?")


def type_of(value: Any) -> str | None:
    """The name of a reference leaf's type; None when it says nothing."""
    tag = tag_of(value)
    return TAG_TYPES.get(tag) if tag else TYPES.get(type(value))


def parsed(value: Any) -> Any:
    """A JSON text as the object that the recordings show in its place."""
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def at(value: Any, path: list) -> Any:
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return value


def worded(line: dict) -> dict[str, str]:
    """Words that a test wrote over single values, as placeholders: ``sfn_role_arn`` → ``<sfn-role-arn_1>``.

    What each stood for when the reference answers were captured is added to the line's placeholders.
    """
    found: dict[str, str] = {}
    for pattern, word in line.get("normalizers", ()):
        original = pattern.partition(":")[2]
        if LITERAL.fullmatch(original) and OVERWRITTEN.fullmatch(word) and word not in MASKS and original != word:
            name = f"<{word.strip('<>').replace('_', '-').lower()}_1>"
            found[word] = name
            if line.setdefault("placeholders", {}).setdefault(name, original) != original:
                line["placeholders"][name] = "<several>"  # a word for more than one value may stand for any
        for mask in LONE_INSIDE.findall(word) if not LITERAL.fullmatch(original) else ():
            name = f"<{mask.replace('_', '-')}_1>"
            found[f"<{mask}>"] = name
            line.setdefault("placeholders", {}).setdefault(name, f"<{mask}>")  # a mask may stand for anything
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


class Judge:
    """Makes the truths of one test's calls."""

    def __init__(self, line: dict):
        self.placeholders = line.get("placeholders", {})
        self.gaps = [gap_pattern(each) for each in line.get("reference_known_gaps", ())]
        self.compared = line["outcome"] == "passed"
        self.words = worded(line)
        self.ignored: list[str] = []

    def truth(self, call: dict, aws: Any, key: str, path: list, how: str) -> Truth:
        """The truth of one recording; members that the test left out of it are not judged."""
        reference = at(call.get("response") or call.get("error"), path)
        self.ignored = []
        template = self.template(aws, reference, f".{key}", "", how == "subset")
        return Truth(how="answer", key=key, path=path, answer=template, ignore=self.ignored)

    def raw_truth(self, aws: Any, reference: Any, key: str, path: list[str]) -> Truth:
        """The truth of a raw HTTP answer: ``aws`` at ``path`` of its views, beside the reference's there."""
        self.ignored = []
        return Truth(how="answer", key=key, path=path, ignore=self.ignored,
                     answer=self.template(aws, reference, f".{key}", ""))

    def template(self, aws: Any, reference: Any, path: str, below: str, subset: bool = False) -> Any:
        reference = parsed(reference)
        if isinstance(aws, dict):
            return self.mapping(aws, reference, path, below, subset)
        if isinstance(aws, list):
            return self.list(aws, reference, path, below)
        return self.leaf(aws, reference, path)

    def mapping(self, aws: dict, reference: Any, path: str, below: str, subset: bool) -> dict:
        known = reference if isinstance(reference, dict) and not tag_of(reference) else {}
        made = {}
        for name, value in aws.items():
            if name == "ResponseMetadata" and not below:
                made[name] = {"HTTPStatusCode": value["HTTPStatusCode"]} if "HTTPStatusCode" in value else {}
                continue
            made[self.text(name)] = self.template(value, known.get(name, MISSING), f"{path}.{name}", f"{below}.{name}")
        if not below and "ResponseMetadata" not in aws:
            self.ignored.append("ResponseMetadata")
        for name in known.keys() - aws.keys() - {"ResponseMetadata"}:
            if subset or (self.compared and not self.gap(f"{path}.{name}") and not PLACEHOLDER.search("".join(aws))):
                self.ignored.append(f"{below}.{name}"[1:])
        return made

    def list(self, aws: list, reference: Any, path: str, below: str) -> Any:
        known = reference if isinstance(reference, list) else []
        made = [self.template(value, at(known, [index]), f"{path}.{index}", f"{below}.{index}")
                for index, value in enumerate(aws)]
        if len(known) == len(aws) > 1 and self.compared and self.reordered(aws, known):
            return {"$unordered": [self.template(value, MISSING, path, below) for value in aws]}
        return made

    def reordered(self, aws: list, known: list) -> bool:
        """Whether the exact parts of a recorded list are the reference's in another order."""
        ours, theirs = [self.exact(each) for each in aws], [self.exact(parsed(each)) for each in known]
        return ours != theirs and sorted(ours) == sorted(theirs)

    def exact(self, value: Any) -> str:
        """The part of an element that can be compared across runs, as text."""
        if isinstance(value, dict) and not tag_of(value):
            return "{" + ",".join(f"{key}:{self.exact(each)}" for key, each in sorted(value.items())) + "}"
        if isinstance(value, str):
            for name, stood in self.placeholders.items():
                value = value.replace(stood, name)
            return "" if WORD.fullmatch(value) and value in MASKS else value.replace("000000000000", ACCOUNT)
        return "" if tag_of(value) == "$time" else json.dumps(value)

    def leaf(self, aws: Any, reference: Any, path: str) -> Any:
        if isinstance(aws, str):
            if aws[:2] in ("b'", 'b"') and tag_of(reference) == "$b64":
                return to_plain(ast.literal_eval(aws))  # bytes, as Python prints them
            if aws == "" and tag_of(reference) == "$stream":
                return {"$any": "body", "type": "string"}  # the test had read the stream before it was recorded
            if path.rpartition(".")[2] in TOKENS and self.differs(aws, reference):
                return {"$any": "token", "type": "string"}
            if LONE.fullmatch(aws) and aws not in ("<region>", "<partition>"):
                return {"$any": aws[1:-1], "type": type_of(reference)}
            if ACCOUNT in aws or PLACEHOLDER.search(aws):
                return {"$template": self.text(aws)}
            if aws in TIMES and reference is MISSING:
                return {"$any": aws, "type": "timestamp"}
            member = path.rpartition(".")[2]
            if reference is MISSING and aws in ("date", member, kebab(member)):
                return {"$any": aws, "type": None}
            if aws == member and self.differs(aws, reference):
                return {"$any": aws, "type": type_of(reference)}
            blob = tag_of(reference) == "$b64"  # its bytes are no evidence where a mask stands for them
            if WORD.fullmatch(aws) and ((blob and aws == kebab(member)) or (
                self.differs(aws, reference) and (aws in MASKS or aws == kebab(member))
            )):
                return {"$any": aws, "type": type_of(reference)}
        if reference is not MISSING and self.compared and not self.gap(path) and self.differs(aws, reference):
            return {"$any": "edited", "type": type_of(reference) or type_of(aws)}
        if isinstance(aws, str) and (named := self.text(aws)) != aws:
            return {"$template": named}
        return aws

    def text(self, text: str) -> str:
        """A string with its account named, beside the placeholders that stand in it."""
        for word, placeholder in self.words.items():
            text = text.replace(word, placeholder)
        return REFERENCE_URL.sub("https://sqs.<region>.amazonaws.com", text.replace(ACCOUNT, "<account>"))

    def differs(self, aws: Any, reference: Any) -> bool:
        tag = tag_of(reference)
        if tag in ("$stream", "$b64", "$repeat"):
            return False  # blobs are shown as text: the bytes of the recording stand
        return reference is not MISSING and reference != aws

    def gap(self, path: str) -> bool:
        return any(each.fullmatch(path) for each in self.gaps)
