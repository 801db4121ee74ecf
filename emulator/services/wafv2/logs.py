"""Logs of what web ACLs decided, written to CloudWatch Logs, Firehose or S3.

https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html
"""

import json
import logging as python_logging
from datetime import UTC, datetime

from emulator.engines.firewall.requests import WebRequest
from emulator.engines.firewall.verdicts import DEFAULT, Matched, Verdict
from emulator.engines.places import located
from emulator.kernel.context import root
from emulator.kernel.errors import AwsError
from emulator.services.wafv2 import logging

logger = python_logging.getLogger("emulator.wafv2")
REDACTED = "REDACTED"


def write(ctx, record, request: WebRequest, verdict: Verdict, source: str, resource: str) -> None:
    """Write one record to each destination of the web ACL's logging configuration, if its filter keeps it."""
    found = logging.of(ctx, record.arn)
    if found is None or not _kept(found.document.get("LoggingFilter"), verdict):
        return
    entry = _entry(ctx, record, request, verdict, source, resource, found.document.get("RedactedFields", ()))
    for destination in found.document["LogDestinationConfigs"]:
        try:
            _send(ctx, record, destination, json.dumps(entry))
        except AwsError as error:
            logger.warning("a log record of %s was lost: %s answered %s", record.arn, destination, error)


def _send(ctx, record, destination: str, line: str) -> None:
    _, _, kind, region, _, name = destination.split(":", 5)
    who = root(ctx.account)  # AWS writes itself into the destination's policy when logging is configured
    if kind == "firehose":
        ctx.call("firehose", "PutRecord", {"DeliveryStreamName": name.rpartition("/")[2],
                                           "Record": {"Data": line.encode() + b"\n"}},
                 as_=who, region=region)  # fmt: skip
    elif kind == "s3":
        bucket, _, prefix = name.partition("/")
        place = "cloudfront" if record.document["Scope"] == "CLOUDFRONT" else ctx.region
        moment = datetime.fromtimestamp(ctx.now, UTC)
        acl = record.document["Name"]
        key = (f"{prefix + '/' if prefix else ''}AWSLogs/{ctx.account}/WAFLogs/{place}/{acl}/{moment:%Y/%m/%d/%H/%M}/"
               f"{ctx.account}_waflogs_{place}_{acl}_{moment:%Y%m%dT%H%MZ}_{ctx.ids.hex(8)}.log")
        ctx.call("s3", "PutObject", {"Bucket": bucket, "Key": key, "Body": line.encode() + b"\n"}, as_=who)
    else:
        stream = {"logGroupName": name.removeprefix("log-group:").removesuffix(":*"),
                  "logStreamName": f"{ctx.region}_{record.document['Name']}_0"}
        try:
            ctx.call("logs", "CreateLogStream", stream, as_=who, region=region)
        except AwsError as error:
            if error.code != "ResourceAlreadyExistsException":
                raise
        event = {"timestamp": int(ctx.now * 1000), "message": line}
        ctx.call("logs", "PutLogEvents", {**stream, "logEvents": [event]}, as_=who, region=region)


def _kept(filter: dict | None, verdict: Verdict) -> bool:
    if filter is None:
        return True
    known = {verdict.action, *(each.action for each in verdict.counted)}
    if any(each.own for each in verdict.counted):
        known.add("EXCLUDED_AS_COUNT")
    for each in filter["Filters"]:
        found = [one["ActionCondition"]["Action"] in known if "ActionCondition" in one
                 else one["LabelNameCondition"]["LabelName"] in verdict.labels for one in each["Conditions"]]
        if all(found) if each["Requirement"] == "MEETS_ALL" else any(found):
            return each["Behavior"] == "KEEP"
    return filter["DefaultBehavior"] == "KEEP"


def _entry(ctx, record, request: WebRequest, verdict: Verdict, source: str, resource: str, redacted) -> dict:
    ended = verdict.ended
    kind = "REGULAR" if ended is None or not ended.group else (
        "GROUP" if ended.group.startswith("arn:") else "MANAGED_RULE_GROUP")  # fmt: skip
    entry = {
        "timestamp": int(ctx.now * 1000), "formatVersion": 1, "webaclId": record.arn,
        "terminatingRuleId": ended.rule if ended else DEFAULT,
        "terminatingRuleType": "RATE_BASED" if ended and ended.rate else kind, "action": verdict.action,
        "terminatingRuleMatchDetails": [], "httpSourceName": source, "httpSourceId": _source_id(resource),
        "ruleGroupList": _groups(verdict), "rateBasedRuleList": [],
        "nonTerminatingMatchingRules": [_counted(each) for each in verdict.counted if not each.group],
        "requestHeadersInserted": [{"name": name, "value": value} for name, value in verdict.insert] or None,
        "responseCodeSent": verdict.answer.status if verdict.answer else None,
        "httpRequest": _request(ctx, request, redacted), "labels": [{"name": each} for each in verdict.labels],
    }  # fmt: skip
    if verdict.token:
        name = "captchaResponse" if verdict.action == "CAPTCHA" else "challengeResponse"
        entry[name] = {"responseCode": verdict.answer.status, "solveTimestamp": 0, "failureReason": verdict.token}
    return entry


def _source_id(resource: str) -> str:
    parts = resource.split(":", 5)
    return f"{parts[4]}-{parts[5].partition('/')[2]}" if len(parts) == 6 else resource


def _counted(each: Matched) -> dict:
    return {"ruleId": each.rule, "action": each.action, "ruleMatchDetails": []}


def _groups(verdict: Verdict) -> list[dict]:
    every = [*verdict.counted, *([verdict.ended] if verdict.ended else ())]
    found: dict[str, dict] = {}
    for each in every:
        if each.group:
            row = found.setdefault(each.group, {"ruleGroupId": each.group, "terminatingRule": None,
                                                "nonTerminatingMatchingRules": [], "excludedRules": None})
            if each is verdict.ended:
                row["terminatingRule"] = {"ruleId": each.rule, "action": each.action, "ruleMatchDetails": None}
            else:
                row["nonTerminatingMatchingRules"].append(_counted(each))
    return list(found.values())


def _request(ctx, request: WebRequest, redacted) -> dict:
    names = {field["SingleHeader"]["Name"].lower() for field in redacted if "SingleHeader" in field}
    plain = {next(iter(field)) for field in redacted}
    return {
        "clientIp": request.client, "country": located(ctx, request.client).place.country or "-",
        "headers": [{"name": name, "value": REDACTED if name.lower() in names else value}
                    for name, value in request.headers],
        "uri": REDACTED if "UriPath" in plain else request.path,
        "args": REDACTED if "QueryString" in plain else request.query, "httpVersion": request.version,
        "httpMethod": REDACTED if "Method" in plain else request.method, "requestId": ctx.request_id,
    }  # fmt: skip
