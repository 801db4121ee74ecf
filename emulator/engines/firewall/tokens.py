"""Tokens that a client earns by a CAPTCHA puzzle or a silent challenge, and the pages that give them.

AWS's own are opaque; these are signed texts in a cookie of the same name.
https://docs.aws.amazon.com/waf/latest/developerguide/waf-tokens-details.html
"""

import hashlib
import hmac
from urllib.parse import parse_qs

COOKIE = "aws-waf-token"
PATH = "/.aws-waf/token"  # where the pages hand in what they found, on the protected site itself


def _mac(secret: str, *parts: str) -> str:
    return hmac.new(secret.encode(), "|".join(parts).encode(), hashlib.sha256).hexdigest()[:40]


def issue(secret: str, kind: str, domain: str, now: float) -> str:
    """A token for who solved a puzzle (Captcha) or ran the challenge (Challenge) just now."""
    issued = str(int(now))
    return f"{kind}:{issued}:{domain}:{_mac(secret, kind, issued, domain)}"


def problem(secret: str, token: str | None, kind: str, domain: str, immunity: int, now: float) -> str:
    """AWS's reason why a token is not good; "" for a good one. What solved a puzzle has passed the challenge too."""
    if not token:
        return "TOKEN_MISSING"
    had, issued, where, mac = (*token.split(":"), "", "", "", "")[:4]
    if not hmac.compare_digest(mac, _mac(secret, had, issued, where)):
        return "TOKEN_INVALID"
    if where != domain:
        return "TOKEN_DOMAIN_MISMATCH"
    if now - int(issued) > immunity:
        return "TOKEN_EXPIRED"
    return "" if had in (kind, "Captcha") else "TOKEN_MISSING"


def page(secret: str, kind: str, target: str, now: float) -> bytes:
    """The page that lets a browser earn a token: a sum to type for a puzzle, nothing to do for a challenge."""
    first, second = 2 + int(now) % 7, 3 + int(now) % 5
    seal = f"{kind}:{first + second}:{int(now)}"
    hidden = f"{int(now)}.{_mac(secret, seal)}"
    ask = f"<label>{first} + {second} = <input name=answer autofocus></label><button>Continue</button>"
    run = f"<input type=hidden name=answer value={first + second}><script>document.forms[0].submit()</script>"
    form = (f"<form method=post action={PATH}><input type=hidden name=kind value={kind}>"
            f"<input type=hidden name=seal value={hidden}><input type=hidden name=target value=\"{_quoted(target)}\">")
    title = "Human Verification" if kind == "Captcha" else ""
    body = ask if kind == "Captcha" else run
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{form}{body}</form></body></html>".encode()


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def earned(secret: str, body: bytes, domain: str, now: float) -> tuple[str, str] | None:
    """What a form handed in earns: the token, and where to go on to; None for a wrong answer."""
    form = {name: found[0] for name, found in parse_qs(body.decode("latin-1")).items()}
    moment, _, mac = form.get("seal", "").partition(".")
    kind, answer = form.get("kind", ""), form.get("answer", "").strip()
    if not moment.isdecimal() or now - int(moment) > 300 or kind not in ("Captcha", "Challenge"):
        return None
    if not hmac.compare_digest(mac, _mac(secret, f"{kind}:{answer}:{moment}")):
        return None
    target = form.get("target", "/")
    return issue(secret, kind, domain, now), target if target.startswith("/") and target[1:2] != "/" else "/"
