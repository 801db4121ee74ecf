"""YAML as the tools of VCR's family write it: block style, keys in the order given, long strings in one line."""

from typing import Any

import yaml

DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def dump(data: Any) -> bytes:
    return yaml.dump(data, Dumper=DUMPER, sort_keys=False, allow_unicode=True, width=2**20).encode()
