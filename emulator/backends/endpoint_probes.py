"""One look at an endpoint, as Route 53's checkers take it, blocking; and the addresses of the checkers.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
"""

from emulator.backends import http, tcp

TIMEOUT = 6.0  # seconds: four to connect, two for the answer
BODY = 5120  # bytes of an answer in which the string must stand
#: Each region's checker, an address of those that AWS publishes for it.
CHECKERS = {
    "us-east-1": "54.243.31.192", "us-west-1": "54.183.255.128", "us-west-2": "54.244.52.192",
    "eu-west-1": "176.34.159.192", "ap-southeast-1": "54.255.254.192", "ap-southeast-2": "54.252.254.192",
    "ap-northeast-1": "54.250.253.192", "sa-east-1": "177.71.207.128",
}
RANGES = (
    "15.177.0.0/18", "54.183.255.128/26", "54.228.16.0/26", "54.232.40.64/26", "54.241.32.64/26", "54.243.31.192/26",
    "54.244.52.192/26", "54.245.168.0/26", "54.248.220.0/26", "54.250.253.192/26", "54.251.31.128/26",
    "54.252.79.128/26", "54.252.254.192/26", "54.255.2.128/26", "54.255.254.192/26", "107.23.255.0/26",
    "176.34.159.192/26", "177.71.207.128/26",
)


def look(config: dict, anywhere: bool) -> tuple[str, bool]:
    """One look at an endpoint, blocking: AWS's words for what was found, and whether it is a success."""
    host = config.get("IPAddress") or config["FullyQualifiedDomainName"]
    if config["Type"] == "TCP":
        reason = tcp.connect(host, config["Port"], TIMEOUT, anywhere)
        return (f"Failure: {reason}", False) if reason else ("Success: TCP connection established.", True)
    scheme = "https" if config["Type"].startswith("HTTPS") else "http"
    name = f"[{host}]" if ":" in host else host
    path = config.get("ResourcePath", "/")
    url = f"{scheme}://{name}:{config['Port']}{path if path.startswith('/') else '/' + path}"
    headers = {"User-Agent": "Amazon-Route53-Health-Check-Service", "Connection": "close"}
    if config.get("IPAddress") and config.get("FullyQualifiedDomainName"):
        headers["Host"] = config["FullyQualifiedDomainName"]
    found = http.request("GET", url, headers, b"", TIMEOUT, anywhere)
    if found.status == 0:
        return f"Failure: {found.reason}", False
    told = f"HTTP Status Code {found.status}"
    if not 200 <= found.status < 400:
        return f"Failure: {told}", False
    if config["Type"].endswith("STR_MATCH") and config["SearchString"].encode() not in found.body[:BODY]:
        return f"Failure: {told}. The specified string was not found in the response body.", False
    return f"Success: {told}", True
