"""Between Route 53's texts and DNS's wire: names, values and record sets as dnspython has them.

Route 53 writes unusual bytes as octal codes (``\\052``), DNS's master files as decimal ones.
"""

import re
from typing import TYPE_CHECKING

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.SPF import SPF
from dns.rdtypes.ANY.TXT import TXT

from emulator.engines.dns_values import strings

if TYPE_CHECKING:
    from emulator.engines.dns_resolution import Data

_OCTAL = re.compile(r"\\([0-7]{3})")


def name(text: str) -> dns.name.Name:
    """A name that is written in full."""
    plain = [_OCTAL.sub(lambda code: chr(int(code[1], 8)), label) for label in text.rstrip(".").split(".")]
    return dns.name.Name([*(label.encode("latin-1") for label in plain if label), b""])


def text(name: dns.name.Name) -> str:
    """The name of a question as Route 53 writes it."""
    labels = ["".join(chr(each) if (chr(each).isalnum() and each < 128) or each in b"-_" else f"\\{each:03o}"
                      for each in label.lower()) for label in name.labels if label]
    return ".".join(labels) + "."


def rdata(type: str, value: str) -> dns.rdata.Rdata:
    """A value of a type. Raises dns.exception.SyntaxError for one that has not its form."""
    kind = dns.rdatatype.from_text(type)
    if type in ("TXT", "SPF"):
        return {"TXT": TXT, "SPF": SPF}[type](dns.rdataclass.IN, kind, strings(value))
    return dns.rdata.from_text(dns.rdataclass.IN, kind, value, origin=dns.name.root, relativize=False)


def rrset(data: "Data") -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(name(data.name), data.ttl, [rdata(data.type, each) for each in data.values])
