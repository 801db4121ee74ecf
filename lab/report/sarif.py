"""SARIF 2.1.0, for code hosts that show findings beside the code: a rule per operation, a result per failing step."""

from lab.report.result import Run
from lab.report.text import describe
from lab.report.values import dump

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(run: Run) -> str:
    failed = run.failed()
    results = [{
        "ruleId": f"{row.service}.{row.operation}",
        "level": "error" if row.verdict == "different" else "warning",
        "message": {"text": "\n".join(describe(row))},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": row.cassette}}}],
        "partialFingerprints": {"step": f"{row.cassette}#{row.step}"},
        "properties": {"verdict": row.verdict, "provenance": row.provenance},
    } for row in failed]
    rules = [{"id": name} for name in sorted({each["ruleId"] for each in results})]
    driver = {"name": "paritylab", "version": run.versions.get("paritylab", "0"), "rules": rules}
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]},
                indent=2) + "\n"
