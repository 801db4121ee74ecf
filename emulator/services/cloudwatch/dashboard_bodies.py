"""What is wrong in the body of a dashboard: faults that refuse it, and warnings.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from typing import Any

import orjson

WIDGETS = ("alarm", "custom", "explorer", "log", "metric", "text")
# Properties that a widget of a type must have.
NEEDED = {"text": ("markdown",), "log": ("query", "region"), "alarm": ("alarms",), "custom": ("endpoint",)}
VIEWS = ("timeSeries", "singleValue", "gauge", "bar", "pie", "table")
WIDEST, HIGHEST, MOST = 24, 1000, 500
TOP = ("widgets", "start", "end", "periodOverride", "variables")

Message = dict[str, str]


def check(text: str) -> tuple[list[Message], list[Message]]:
    """Faults and warnings, each with its DataPath and Message."""
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        return [_message("", "The field DashboardBody must be a valid JSON object")], []
    warnings = [_message(f"/{name}", f"Unknown property '{name}'") for name in body if name not in TOP]
    errors = []
    if body.get("periodOverride") not in (None, "auto", "inherit"):
        errors.append(_message("/periodOverride", "Should be equal to one of the allowed values"))
    widgets = body.get("widgets", [])
    if not isinstance(widgets, list):
        return [*errors, _message("/widgets", "Should be array")], warnings
    if len(widgets) > MOST:
        errors.append(_message("/widgets", f"Should NOT have more than {MOST} items"))
    for index, widget in enumerate(widgets):
        errors += _widget(f"/widgets/{index}", widget)
    return errors, warnings


def _message(path: str, text: str) -> Message:
    return {"DataPath": path, "Message": text}


def _widget(path: str, widget: Any) -> list[Message]:
    if not isinstance(widget, dict):
        return [_message(path, "Should be object")]
    found = [_message(path, f"Should have required property '{name}'") for name in ("type", "properties")
             if name not in widget]  # fmt: skip
    for name, least, most in (("x", 0, WIDEST - 1), ("y", 0, None), ("width", 1, WIDEST), ("height", 1, HIGHEST)):
        found += _number(f"{path}/{name}", widget.get(name), least, most)
    kind, properties = widget.get("type"), widget.get("properties")
    if kind is not None and kind not in WIDGETS:
        found.append(_message(f"{path}/type", "Should be equal to one of the allowed values"))
    if properties is not None and not isinstance(properties, dict):
        found.append(_message(f"{path}/properties", "Should be object"))
    elif properties is not None:
        found += _properties(f"{path}/properties", kind, properties)
    return found


def _number(path: str, value: Any, least: int, most: int | None) -> list[Message]:
    if value is None:
        return []
    if not isinstance(value, int) or isinstance(value, bool):
        return [_message(path, "Should be integer")]
    if value < least:
        return [_message(path, f"Should be >= {least}")]
    return [_message(path, f"Should be <= {most}")] if most is not None and value > most else []


def _properties(path: str, kind: Any, properties: dict[str, Any]) -> list[Message]:
    found = [_message(path, f"Should have required property '{name}'") for name in NEEDED.get(kind, ())
             if name not in properties]  # fmt: skip
    if kind != "metric":
        return found
    if "metrics" not in properties and "annotations" not in properties:
        found.append(_message(path, "Should have required property 'metrics'"))
    if "metrics" in properties and "region" not in properties:
        found.append(_message(path, "Should have required property 'region'"))
    if properties.get("view") not in (None, *VIEWS):
        found.append(_message(f"{path}/view", "Should be equal to one of the allowed values"))
    metrics = properties.get("metrics", [])
    if not isinstance(metrics, list):
        return [*found, _message(f"{path}/metrics", "Should be array")]
    for index, metric in enumerate(metrics):
        found += _metric(f"{path}/metrics/{index}", metric)
    return found


def _metric(path: str, metric: Any) -> list[Message]:
    """``[namespace, name, dimension, value, …, {options}]``, or ``[{expression}]``."""
    if not isinstance(metric, list) or not metric:
        return [_message(path, "Should be array")]
    names = [each for each in metric if not isinstance(each, dict)]
    if any(not isinstance(each, str) for each in names) or any(isinstance(each, dict) for each in metric[:-1]):
        return [_message(path, "Should be string")]
    if names:
        even = len(names) >= 2 and len(names) % 2 == 0
        return [] if even else [_message(path, "Should have a namespace, a name and pairs of dimensions")]
    has = {"expression", "query", "promQL"} & metric[-1].keys()
    return [] if has else [_message(path, "Should have required property 'expression'")]
