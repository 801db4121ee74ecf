"""What remains of visits: standard logs (of both generations), real-time logs in a stream, what functions wrote.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html, real-time-logs.html,
standard-logging.html and edge-functions-logs.html
"""

import gzip
import logging
from datetime import UTC, datetime
from operator import attrgetter
from urllib.parse import quote

from emulator.engines import vended_logs
from emulator.engines.edge.messages import Answer, Asked
from emulator.kernel.context import PARTITION, Principal, root
from emulator.kernel.errors import AwsError, NotImplementedByEmulator
from emulator.kernel.store import ACCOUNT, Record, Table
from emulator.services.cloudfront.common import service
from emulator.services.cloudfront.distributions import CONFIG, Distribution
from emulator.services.cloudfront.edge_visits import POP, Visit
from emulator.services.cloudfront.logs import RealtimeLogConfig

logger = logging.getLogger("emulator.cloudfront")

DELAY = 300.0  # seconds after a file's first line until it is delivered

# The columns of a standard log, each as real-time logs call it; "" for what has no value here.
COLUMNS = (
    ("date", "date"), ("time", "time"), ("x-edge-location", "x-edge-location"), ("sc-bytes", "sc-bytes"),
    ("c-ip", "c-ip"), ("cs-method", "cs-method"), ("cs(Host)", "cs-host"), ("cs-uri-stem", "cs-uri-stem"),
    ("sc-status", "sc-status"), ("cs(Referer)", "cs-referer"), ("cs(User-Agent)", "cs-user-agent"),
    ("cs-uri-query", "cs-uri-query"), ("cs(Cookie)", "cs-cookie"), ("x-edge-result-type", "x-edge-result-type"),
    ("x-edge-request-id", "x-edge-request-id"), ("x-host-header", "x-host-header"), ("cs-protocol", "cs-protocol"),
    ("cs-bytes", "cs-bytes"), ("time-taken", "time-taken"), ("x-forwarded-for", "x-forwarded-for"),
    ("ssl-protocol", ""), ("ssl-cipher", ""), ("x-edge-response-result-type", "x-edge-result-type"),
    ("cs-protocol-version", "cs-protocol-version"), ("fle-status", "fle-status"),
    ("fle-encrypted-fields", "fle-encrypted-fields"), ("c-port", ""),
    ("time-to-first-byte", "time-taken"), ("x-edge-detailed-result-type", "x-edge-result-type"),
    ("sc-content-type", "sc-content-type"), ("sc-content-len", "sc-content-len"), ("sc-range-start", ""),
    ("sc-range-end", ""),
)  # fmt: skip


class Line(Record):
    """One visit, as a standard log has it, until its file is delivered."""

    id: str
    text: str


lines = Table("cloudfront.log-line", Line, key=attrgetter("id"), scope=ACCOUNT)


def facts(here: Visit, asked: Asked, answer: Answer) -> dict[str, str]:
    """What is known of a visit, by the names of real-time logs. ``asked`` is the request as the viewer sent it."""
    now = datetime.fromtimestamp(here.ctx.now, UTC)
    headers, result = asked.headers, here.state.partition(" ")[0]
    encryption, encrypted = here.encryption or ("", "")
    return {
        "timestamp": f"{here.ctx.now:.3f}", "date": now.strftime("%Y-%m-%d"), "time": now.strftime("%H:%M:%S"),
        "c-ip": asked.ip, "c-ip-version": "IPv6" if ":" in asked.ip else "IPv4", "c-country": here.country,
        "sc-status": str(answer.status), "sc-bytes": str(answer.size), "cs-method": asked.method,
        "cs-protocol": "https" if asked.secure else "http", "cs-protocol-version": "HTTP/1.1",
        "cs-host": here.domain, "x-host-header": headers.get("host", ""), "cs-uri-stem": asked.path,
        "cs-uri-query": asked.query, "cs-bytes": str(len(asked.body)), "cs-referer": headers.get("referer", ""),
        "cs-user-agent": quote(headers.get("user-agent", ""), safe="/()+;:,.=*-_"),
        "cs-cookie": headers.get("cookie", ""), "cs-accept": headers.get("accept", ""),
        "cs-accept-encoding": headers.get("accept-encoding", ""), "x-forwarded-for": headers.get("x-forwarded-for", ""),
        "x-edge-location": POP, "x-edge-request-id": here.id, "time-taken": "0.000", "time-to-first-byte": "0.000",
        "x-edge-result-type": result, "x-edge-response-result-type": result, "x-edge-detailed-result-type": result,
        "sc-content-type": answer.get("content-type") or "", "sc-content-len": str(answer.size),
        "fle-status": encryption, "fle-encrypted-fields": str(encrypted),
        "cache-behavior-path-pattern": here.behavior.get("PathPattern", "*"),
    }  # fmt: skip


def write(here: Visit, asked: Asked, answer: Answer) -> None:
    """Log a visit, as far as the distribution and the behavior want it."""
    wanted, realtime = here.config["Logging"], here.behavior.get("RealtimeLogConfigArn")
    found = facts(here, asked, answer)
    _vend(here, found)
    if wanted["Enabled"]:
        hidden = {} if wanted["IncludeCookies"] else {"cs-cookie": ""}
        _keep(here, {**found, **hidden})
    if realtime:
        _stream(here.ctx, RealtimeLogConfig.find_arn(here.ctx, realtime), found)


def _vend(here: Visit, found: dict[str, str]) -> None:
    """Standard logging of the second generation: to the deliveries that the account has made of the distribution."""
    ctx, id = here.ctx, here.distribution.id[-1]
    record = {name: found.get(source, "") for name, source in COLUMNS}
    hour = datetime.fromtimestamp(ctx.now, UTC).strftime("%Y-%m-%d-%H")
    key = f"AWSLogs/{ctx.account}/CloudFront/{id}.{hour}.{ctx.ids.hex(8)}.log"
    try:
        vended_logs.write(ctx, here.distribution.arn, "ACCESS_LOGS", [(int(ctx.now * 1000), record)], key)
    except NotImplementedByEmulator:
        pass  # an emulator that is told to serve without CloudWatch Logs has no deliveries
    except AwsError as error:
        logger.warning("an access log of %s was lost: %s", id, error)


def _keep(here: Visit, found: dict[str, str]) -> None:
    ctx, id = here.ctx, here.distribution.id[-1]
    rows = ctx.rows(lines, id)
    if not len(rows):
        ctx.after(DELAY, "deliver_logs", f"logs/{id}", distribution=id)
    text = "\t".join(found.get(name) or "-" for _, name in COLUMNS)
    rows.put(Line(here.id, text))


@service.job
def deliver_logs(ctx, distribution):
    """Put the lines of a distribution into a file of its bucket, for its owner: CloudFront is in the bucket's ACL."""
    rows, record = ctx.rows(lines, distribution), Distribution.find(ctx, {"Id": distribution})
    texts = [each.text for each in rows]
    for each in list(rows):
        rows.delete(each.id)
    if record is None or not record.document[CONFIG]["Logging"]["Bucket"]:
        return
    wanted = record.document[CONFIG]["Logging"]
    head = "#Version: 1.0\n#Fields: " + " ".join(name for name, _ in COLUMNS) + "\n"
    hour = datetime.fromtimestamp(ctx.now, UTC).strftime("%Y-%m-%d-%H")
    _tell(ctx, "s3", "PutObject", {
        "Bucket": wanted["Bucket"].partition(".s3")[0],
        "Key": f"{wanted['Prefix']}{distribution}.{hour}.{ctx.ids.hex(8)}.gz",
        "Body": gzip.compress((head + "\n".join(texts) + "\n").encode(), mtime=0), "ContentType": "application/x-gzip"},
        ctx.principal)  # fmt: skip


def _stream(ctx, record, found: dict[str, str]) -> None:
    """Send a visit to the streams of a real-time log configuration, as often as it wants."""
    if record is None or ctx.ids.below(100) >= record.document["SamplingRate"]:
        return
    text = "\t".join(found.get(name) or "-" for name in record.document["Fields"]) + "\n"
    for each in record.document["EndPoints"]:
        given = each.get("KinesisStreamConfig")
        if given:
            account, name = given["RoleARN"].split(":")[4], given["RoleARN"].rpartition("/")[2]
            role = Principal("AssumedRole", account, f"arn:{PARTITION}:sts::{account}:assumed-role/{name}/cloudfront",
                             f"{name}:cloudfront")  # fmt: skip
            _tell(ctx, "kinesis", "PutRecord", {
                "StreamARN": given["StreamARN"], "Data": text.encode(), "PartitionKey": found["x-edge-request-id"],
            }, role, region=given["StreamARN"].split(":")[3])  # fmt: skip


def write_function(here: Visit, name: str, written: list[str]) -> None:
    """What a function logged goes to its log group in us-east-1."""
    ctx, group = here.ctx, f"/aws/cloudfront/function/{name}"
    now = datetime.fromtimestamp(ctx.now, UTC)
    stream = f"{now.year}/{now.month}/{now.day}/{here.distribution.id[-1]}"
    texts = [f"START DistributionID: {here.distribution.id[-1]}", *written, "END"]
    events = [{"timestamp": int(ctx.now * 1000), "message": f"{here.id} {text}"} for text in texts]
    principal = root(ctx.account)  # in place of CloudFront's service-linked role, which may do this
    for operation, given in (("CreateLogGroup", {"logGroupName": group}),
                             ("CreateLogStream", {"logGroupName": group, "logStreamName": stream}),
                             ("PutLogEvents", {"logGroupName": group, "logStreamName": stream, "logEvents": events})):
        _tell(ctx, "logs", operation, given, principal, region="us-east-1")


def _tell(ctx, target: str, operation: str, given: dict, principal: Principal, **where) -> None:
    """Call another service; a log that can't be delivered is lost, as CloudFront loses it."""
    try:
        ctx.call(target, operation, given, as_=principal, **where)
    except AwsError as error:
        if error.code != "ResourceAlreadyExistsException":
            logger.warning("%s %s refused a log: %s", target, operation, error)
