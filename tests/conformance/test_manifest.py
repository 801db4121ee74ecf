"""Planes and pins."""

import json

from conformance.manifest import pins
from conformance.manifest.planes import plane_of
from lab.cli import main


def test_planes_have_reasons():
    assert plane_of("s3", "PutObject").plane == "data"
    assert plane_of("s3", "PutBucketCors").plane == "control"
    assert plane_of("sqs", "ReceiveMessage").plane == "data"
    assert plane_of("sqs", "CreateQueue").plane == "control"
    assert all(plane_of("kms", name).reason for name in ("Encrypt", "CreateKey"))


def test_a_diff_tells_what_changed(tmp_path, capsys):
    old = pins.pin(["scheduler"])
    new = json.loads(json.dumps(old))
    del new["operations"]["scheduler.TagResource"]
    new["operations"]["scheduler.New"] = old["operations"]["scheduler.GetSchedule"]
    new["operations"]["scheduler.GetSchedule"] = old["operations"]["scheduler.GetSchedule"] | {"verb": "POST"}
    assert [(each.operation, each.kind) for each in pins.diff(old, new)] == [
        ("scheduler.GetSchedule", "changed"), ("scheduler.New", "added"), ("scheduler.TagResource", "removed")]
    for name, data in (("old", old), ("new", new)):
        pins.write(data, tmp_path / name)
    assert main(["manifest", "diff", str(tmp_path / "old"), str(tmp_path / "old")]) == 0
    assert main(["manifest", "diff", str(tmp_path / "old"), str(tmp_path / "new")]) == 1
    assert "changed  scheduler.GetSchedule: verb GET → POST" in capsys.readouterr().out
