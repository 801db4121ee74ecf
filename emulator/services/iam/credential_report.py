"""The credential report: a job writes it, and it is read for four hours.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from datetime import UTC, datetime
from operator import attrgetter

from emulator.auth.identities import USER, Identity
from emulator.kernel.context import Context
from emulator.kernel.errors import AwsError
from emulator.kernel.store import ACCOUNT, Record, Table
from emulator.services.iam import access_keys, entities, login_profiles, mfa, passwords, signing_certificates
from emulator.services.iam.service import service

FRESH = 4 * 3600.0  # seconds in which the same report is given again
DAY = 86400.0
COLUMNS = (
    "user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed",
    "password_next_rotation", "mfa_active", "access_key_1_active", "access_key_1_last_rotated",
    "access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service",
    "access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date",
    "access_key_2_last_used_region", "access_key_2_last_used_service", "cert_1_active", "cert_1_last_rotated",
    "cert_2_active", "cert_2_last_rotated",
)  # fmt: skip
NONE = "N/A"
UNSUPPORTED = "not_supported"


class Report(Record):
    """``content`` is empty while the job has not run."""

    account: str
    asked: float
    content: str = ""
    made: float = 0.0


reports = Table("iam.credential_report", Report, key=attrgetter("account"), scope=ACCOUNT)


@service.operation
def generate_credential_report(ctx):
    """Start a report, or tell of one that is under way or fresh."""
    report = ctx.rows(reports).get(ctx.account)
    if report is not None and ctx.now - report.asked < FRESH:
        return {"State": "COMPLETE" if report.content else "INPROGRESS"}
    ctx.rows(reports).put(Report(ctx.account, ctx.now))
    ctx.after(0, "write_credential_report", job_id="credential-report")
    return {"State": "STARTED", "Description": "No report exists. Starting a new report generation task"}


@service.job
def write_credential_report(ctx):
    asked = ctx.rows(reports)[ctx.account].asked
    ctx.rows(reports).put(Report(ctx.account, asked, written(ctx), ctx.now))


@service.operation
def get_credential_report(ctx):
    """Raises ReportNotPresent, ReportInProgress, ReportExpired."""
    report = ctx.rows(reports).get(ctx.account)
    if report is None:
        raise AwsError("ReportNotPresent")
    if not report.content:
        raise AwsError("ReportInProgress")
    if ctx.now - report.made >= FRESH:
        raise AwsError("ReportExpired")
    return {"Content": report.content.encode(), "ReportFormat": "text/csv", "GeneratedTime": report.made}


def written(ctx: Context) -> str:
    """The report as comma-separated values: the root first, then the users by name."""
    lines = [",".join(COLUMNS), ",".join(_root(ctx))]
    lines += [",".join(_user(ctx, each)) for each in entities.all_of(ctx, USER)]
    return "\n".join(lines)


def _moment(time: float | None) -> str:
    return NONE if time is None else datetime.fromtimestamp(int(time), UTC).isoformat()


def _flag(value) -> str:
    return "true" if value else "false"


def _root(ctx: Context) -> list[str]:
    rest = _keys(ctx, ctx.account) + _certificates(ctx, ctx.account)
    return ["<root_account>", f"arn:aws:iam::{ctx.account}:root", UNSUPPORTED, UNSUPPORTED, "no_information",
            UNSUPPORTED, UNSUPPORTED, _flag(mfa.of_user(ctx, ctx.account)), *rest]  # fmt: skip


def _user(ctx: Context, user: Identity) -> list[str]:
    profile = login_profiles.of(ctx, user)
    if profile is None:
        password = ["false", NONE, NONE, NONE]
    else:
        longest = (passwords.policy_of(ctx) or {}).get("MaxPasswordAge")
        due = profile.changed + longest * DAY if longest else None
        used = "no_information" if profile.used is None else _moment(profile.used)
        password = ["true", used, _moment(profile.changed), _moment(due)]
    return [user.name, user.arn, _moment(user.created), *password, _flag(mfa.of_user(ctx, user.id)),
            *_keys(ctx, user.id), *_certificates(ctx, user.id)]  # fmt: skip


def _keys(ctx: Context, user: str) -> list[str]:
    """Five columns for each of two keys."""
    columns = []
    for key in access_keys.of_user(ctx, user):
        used = access_keys.last_used(ctx, key.id)
        columns += [_flag(key.status == "Active"), _moment(key.created), _moment(used.get("LastUsedDate")),
                    used["Region"], used["ServiceName"]]  # fmt: skip
    return columns + ["false", NONE, NONE, NONE, NONE] * (access_keys.KEYS - len(columns) // 5)


def _certificates(ctx: Context, user: str) -> list[str]:
    """Two columns for each of two signing certificates."""
    columns = []
    for each in signing_certificates.of_user(ctx, user):
        columns += [_flag(each.status == "Active"), _moment(each.uploaded)]
    return columns + ["false", NONE] * (signing_certificates.CERTIFICATES - len(columns) // 2)
