"""The report as one HTML file that needs nothing beside it."""

from lab.report.pages import page
from lab.report.result import PROVENANCES, Run


def render(run: Run) -> str:
    provenances = {name: [row for row in run.rows if row.provenance == name] for name in PROVENANCES}
    services = {name: [row for row in run.rows if row.service == name] for name in run.services()}
    return page("run.html", run=run, title=f"Parity {run.id}", services=services, provenances=provenances)
