"""Documents, maintenance windows, patch baselines, work items."""

import json

from conformance.probes import probe

API = "https://docs.aws.amazon.com/systems-manager/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
STEP = {"name": "run", "action": "aws:runShellScript", "inputs": {"runCommand": ["true"]}}


def content(**more) -> str:
    return json.dumps({"schemaVersion": "2.2", "mainSteps": [STEP], **more})


def document(trial):
    name = trial.unique("probe")
    trial.ask("CreateDocument", Name=name, Content=content(), DocumentType="Command")
    trial.later(lambda: trial.call("DeleteDocument", Name=name))
    return name


@probe("ssm", "UpdateDocument", "A new version does not become the default by itself", API + "API_UpdateDocument.html")
def the_default_stays(trial):
    name = document(trial)
    trial.ask("UpdateDocument", Name=name, Content=content(description="two"), DocumentVersion="$LATEST")
    found = trial.ask("DescribeDocument", Name=name)["Document"]
    assert (found["DefaultVersion"], found["LatestVersion"]) == ("1", "2"), found


@probe("ssm", "UpdateDocument", "The same content again is refused", API + "API_UpdateDocument.html")
def content_is_new(trial):
    name = document(trial)
    trial.refused("UpdateDocument", "DuplicateDocumentContent", 400, Name=name, Content=content(),
                  DocumentVersion="$LATEST")


@probe("ssm", "CreateDocument", "Content that is no JSON is refused", API + "API_CreateDocument.html")
def content_is_read(trial):
    trial.refused("CreateDocument", "InvalidDocumentContent", 400, Name=trial.unique("probe"), Content="{",
                  DocumentType="Command")


@probe("ssm", "GetDocument", "Content is given in the format that is asked for", API + "API_GetDocument.html")
def formats_are_converted(trial):
    found = trial.ask("GetDocument", Name=document(trial), DocumentFormat="YAML")
    assert found["DocumentFormat"] == "YAML" and "schemaVersion:" in found["Content"], found


def window(trial, **more):
    made = trial.ask("CreateMaintenanceWindow", **{
        "Name": trial.unique("probe"), "Schedule": "cron(0 2 * * ? *)", "Duration": 2, "Cutoff": 1,
        "AllowUnassociatedTargets": False, **more})["WindowId"]
    trial.later(lambda: trial.call("DeleteMaintenanceWindow", WindowId=made))
    return made


@probe("ssm", "GetMaintenanceWindow", "A window that is not there is refused as not existing",
       API + "API_GetMaintenanceWindow.html")
def windows_exist(trial):
    trial.refused("GetMaintenanceWindow", "DoesNotExistException", 400, WindowId="mw-00000000000000000")


@probe("ssm", "UpdateMaintenanceWindow", "With Replace what an update leaves out is gone",
       API + "API_UpdateMaintenanceWindow.html")
def updates_replace(trial):
    made = window(trial, Description="first")
    kept = trial.ask("UpdateMaintenanceWindow", WindowId=made, Cutoff=0)
    assert kept["Description"] == "first"
    replaced = trial.ask("UpdateMaintenanceWindow", WindowId=made, Name="probe", Schedule="rate(1 day)", Duration=1,
                         Cutoff=0, AllowUnassociatedTargets=True, Replace=True)
    assert "Description" not in replaced, replaced


@probe("ssm", "DeleteMaintenanceWindow", "Deleting a window that is gone is no error",
       API + "API_DeleteMaintenanceWindow.html")
def deleting_is_idempotent(trial):
    made = window(trial)
    for _ in range(2):
        assert trial.ask("DeleteMaintenanceWindow", WindowId=made)["WindowId"] == made


@probe("ssm", "RegisterPatchBaselineForPatchGroup", "A patch group has one baseline for an operating system",
       API + "API_RegisterPatchBaselineForPatchGroup.html")
def groups_have_one_baseline(trial):
    baseline = trial.ask("CreatePatchBaseline", Name=trial.unique("probe"))["BaselineId"]
    trial.later(lambda: trial.call("DeletePatchBaseline", BaselineId=baseline))
    group = trial.unique("group")
    trial.ask("RegisterPatchBaselineForPatchGroup", BaselineId=baseline, PatchGroup=group)
    trial.refused("RegisterPatchBaselineForPatchGroup", "AlreadyExistsException", 400, BaselineId=baseline,
                  PatchGroup=group)
    trial.ask("DeregisterPatchBaselineForPatchGroup", BaselineId=baseline, PatchGroup=group)


@probe("ssm", "UpdateOpsItem", "Operational data is merged key by key", GUIDE + "OpsCenter-working-with-OpsItems.html")
def data_is_merged(trial):
    item = trial.ask("CreateOpsItem", Title="probe", Description="probe", Source="probe",
                     OperationalData={"a": {"Value": "1"}})["OpsItemId"]
    trial.later(lambda: trial.call("DeleteOpsItem", OpsItemId=item))
    trial.ask("UpdateOpsItem", OpsItemId=item, OperationalData={"b": {"Value": "2"}})
    data = trial.ask("GetOpsItem", OpsItemId=item)["OpsItem"]["OperationalData"]
    assert sorted(data) == ["a", "b"], data


@probe("ssm", "SendCommand", "A command to a node that is not there is refused", API + "API_SendCommand.html")
def nodes_exist(trial):
    trial.refused("SendCommand", "InvalidInstanceId", 400, DocumentName="AWS-RunShellScript",
                  InstanceIds=["mi-00000000000000000"], Parameters={"commands": ["true"]})


@probe("ssm", "StartSession", "A session with a node that is not connected is refused", API + "API_StartSession.html")
def sessions_need_nodes(trial):
    trial.refused("StartSession", "TargetNotConnected", 400, Target="mi-00000000000000000")


def calendar(trial, kind):
    """A change calendar with one event, on the first of January 2030."""
    name = trial.unique("calendar")
    lines = ("BEGIN:VCALENDAR", "PRODID:-//probe//EN", "VERSION:2.0", f"X-CALENDAR-TYPE:{kind}", "BEGIN:VEVENT",
             "UID:1", "DTSTAMP:20300101T000000Z", "DTSTART:20300101T000000Z", "DTEND:20300102T000000Z", "SUMMARY:day",
             "END:VEVENT", "END:VCALENDAR", "")
    trial.ask("CreateDocument", Name=name, Content="\r\n".join(lines), DocumentType="ChangeCalendar",
              DocumentFormat="TEXT")
    trial.later(lambda: trial.call("DeleteDocument", Name=name))
    return name


@probe("ssm", "GetCalendarState", "An event closes a calendar that is open by default until the event ends",
       API + "API_GetCalendarState.html")
def events_close(trial):
    found = trial.ask("GetCalendarState", CalendarNames=[calendar(trial, "DEFAULT_OPEN")],
                      AtTime="2030-01-01T12:00:00Z")
    assert (found["State"], found["NextTransitionTime"]) == ("CLOSED", "2030-01-02T00:00:00Z"), found


@probe("ssm", "GetCalendarState", "Several calendars are open only when all of them are",
       API + "API_GetCalendarState.html")
def all_must_be_open(trial):
    names = [calendar(trial, kind) for kind in ("DEFAULT_OPEN", "DEFAULT_CLOSED")]
    found = trial.ask("GetCalendarState", CalendarNames=names, AtTime="2030-01-01T12:00:00Z")
    assert found["State"] == "CLOSED", found


@probe("ssm", "GetExecutionPreview", "A step that calls a Describe operation counts as not mutating",
       API + "API_AutomationExecutionPreview.html")
def looking_changes_nothing(trial):
    name = trial.unique("runbook")
    trial.ask("CreateDocument", Name=name, DocumentType="Automation", Content=json.dumps({
        "schemaVersion": "0.3", "mainSteps": [{"name": call, "action": "aws:executeAwsApi", "inputs": {
            "Service": "ec2", "Api": call}} for call in ("DescribeTags", "CreateTags")]}))
    trial.later(lambda: trial.call("DeleteDocument", Name=name))
    made = trial.ask("StartExecutionPreview", DocumentName=name)["ExecutionPreviewId"]
    found = trial.world.wait(lambda: trial.ask("GetExecutionPreview", ExecutionPreviewId=made),
                             lambda found: found["Status"] == "Success")
    steps = found["ExecutionPreview"]["Automation"]["StepPreviews"]
    assert steps == {"NonMutating": 1, "Mutating": 1}, steps
