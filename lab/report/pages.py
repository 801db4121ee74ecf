"""Jinja2 as the pages use it: autoescape on, the one style sheet inlined, no script or font from elsewhere."""

import re
from functools import cache
from importlib import resources
from typing import Any

from lab.errors import LabError
from lab.report.result import PROVENANCES, VERDICTS
from lab.report.text import sentence
from lab.report.values import dump


class SiteExtraMissing(LabError):
    """Jinja2 is not installed."""


@cache
def environment(package: str) -> Any:
    """The templates of ``package``, and under them this package's own (base page, parts, style)."""
    try:
        import jinja2
    except ImportError as error:
        raise SiteExtraMissing("HTML needs Jinja2: pip install 'paritylab[site]'") from error
    loader = jinja2.ChoiceLoader([jinja2.PackageLoader(name) for name in dict.fromkeys((package, "lab.report"))])
    built = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True,
                               undefined=jinja2.StrictUndefined)
    built.globals.update(VERDICTS=VERDICTS, PROVENANCES=PROVENANCES)
    built.globals.update(style=asset("style.css"), filter=asset("filter.js"))
    built.filters.update(sentence=sentence, marked=marked, pretty=lambda value: dump(value, indent=2))
    return built


def marked(text: str) -> Any:
    """Escaped text in which what stands between backticks is code."""
    from markupsafe import Markup, escape

    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def asset(name: str) -> Any:
    """A file of the templates' folder that stands in every page as it is."""
    from markupsafe import Markup

    return Markup((resources.files("lab.report") / "templates" / name).read_text(encoding="utf-8"))


def page(template: str, package: str = "lab.report", **values: Any) -> str:
    """One page as HTML. Raises SiteExtraMissing when Jinja2 is absent."""
    return environment(package).get_template(template).render(**values)
