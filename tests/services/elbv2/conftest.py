"""A load balancer with what belongs to it, made anew for each test."""

import datetime
import gzip
import json
import shlex
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SUBNETS = ["subnet-0a", "subnet-0b"]


@pytest.fixture
def elb(client):
    return client("elbv2")


@pytest.fixture
def balancer(elb):
    """``balancer(Type="network", …)`` gives the ARN of a new load balancer."""
    count = iter(range(100))

    def make(**given):
        made = elb.create_load_balancer(**{"Name": f"lb{next(count)}", "Subnets": SUBNETS, **given})
        return made["LoadBalancers"][0]["LoadBalancerArn"]

    return make


@pytest.fixture
def group(elb):
    """``group(Protocol="TCP", …)`` gives the ARN of a new target group."""
    count = iter(range(100))

    def make(**given):
        given = {"Name": f"tg{next(count)}", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-0a", "TargetType": "ip",
                 **given}
        given = {name: value for name, value in given.items() if value is not None}
        return elb.create_target_group(**given)["TargetGroups"][0]["TargetGroupArn"]

    return make


@pytest.fixture
def listener(elb, balancer):
    """``listener(actions, …)`` gives the ARN of a new listener, of a new load balancer unless one is given."""

    def make(actions, **given):
        given = {"Protocol": "HTTP", "Port": 80, **given}
        if "LoadBalancerArn" not in given:
            given["LoadBalancerArn"] = balancer()
        return elb.create_listener(DefaultActions=actions, **given)["Listeners"][0]["ListenerArn"]

    return make


class Authority:
    """A CA of this test, with what it signs, in PEM."""

    def __init__(self, name: str = "Test CA"):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._sign(self._name, self._key.public_key(), ca=True)

    def _sign(self, subject, key, *, ca: bool, names: tuple[str, ...] = (), days: int = 30) -> str:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key)
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=2))
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )  # fmt: skip
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, *names: str, days: int = 30) -> tuple[str, str]:
        """A certificate for these names that is valid for so many days, and its private key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption()).decode()
        return self._sign(subject, key.public_key(), ca=False, names=names, days=days), pem

    def revoke(self, *certificates: str) -> str:
        """A revocation list of certificates."""
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self._name).last_update(now).next_update(
            now + datetime.timedelta(days=1))
        for each in certificates:
            serial = x509.load_pem_x509_certificate(each.encode()).serial_number
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build())
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="session")
def authority():
    return Authority()


@pytest.fixture
def server_certificate(client, authority):
    """``server_certificate("a.example.com")`` gives the ARN of a certificate that IAM has."""

    def make(*names):
        body, key = authority.issue(*names)
        made = client("iam").upload_server_certificate(
            ServerCertificateName=names[0].replace("*", "any"), CertificateBody=body, PrivateKey=key)
        return made["ServerCertificateMetadata"]["Arn"]

    return make


@pytest.fixture
def refused():
    """``refused(call, Member=…)``: status, code and message of the error that a call ends in."""

    def call(operation, *places, **given):
        with pytest.raises(ClientError) as caught:
            operation(*places, **given)
        answer = caught.value.response
        return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"]

    return call


OK = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "MessageBody": "ok"}}]


@pytest.fixture
def ok():
    """Actions that answer 200."""
    return OK


def curl(url, *options):
    """Status, headers (lower case, joined by newlines where repeated) and body of an answer."""
    done = subprocess.run(["curl", "-s", "-m", "10", "-i", *options, url], capture_output=True, check=True)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        headers[name.lower()] = f"{headers[name.lower()]}\n{value}" if name.lower() in headers else value
    return int(lines[0].split()[1]), headers, body.decode(errors="replace")


@pytest.fixture
def data_plane(emulator):
    """Load balancers listen on ports of this machine."""
    emulator.settings["elbv2.data-plane"] = "on"
    yield
    del emulator.settings["elbv2.data-plane"]


@pytest.fixture
def free():
    """A port that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def address(endpoint):
    """``address(listener)``: where a listener is reached, once it is."""

    def find(listener):
        for _ in range(100):
            found = json.loads(curl(f"{endpoint}/_elbv2/listeners")[2]).get(listener)
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{listener} does not listen")

    return find


class Target(BaseHTTPRequestHandler):
    """Tells what it was asked, as JSON; /status/N answers with a status, /app sets a cookie."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("content-length") or 0)
        told = {"server": self.server.server_port, "method": self.command, "path": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": self.rfile.read(length).decode()}
        body = json.dumps(told).encode()
        status = int(self.path.rpartition("/")[2]) if self.path.startswith("/status/") else self.server.status
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        if self.path == "/app":
            self.send_header("set-cookie", "session=1")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    """``serve()`` gives the port of a new HTTP server of this test; ``serve.last.status`` is what it answers."""
    running = []

    def start():
        server = ThreadingHTTPServer(("127.0.0.1", 0), Target)
        server.status = 200
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        start.last = server
        return server.server_port

    yield start
    for each in running:
        each.shutdown()
        each.server_close()


@pytest.fixture
def to(elb, group):
    """``to(port, …)``: the ARN of a target group with targets at ports of this machine."""

    def make(*ports, **given):
        arn = group(**given)
        if ports:
            elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": "127.0.0.1", "Port": port} for port in ports])
        return arn

    return make


@pytest.fixture
def logged(elb, client, emulator):
    """``logged(balancer, kind)`` turns a log on; it gives what writes it and gives the first
    file's key and all entries.
    """
    emulator.freeze(1_800_000_000)
    s3 = client("s3")
    s3.create_bucket(Bucket="logs")

    def start(balancer, kind):
        elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[
            {"Key": f"{kind}.s3.enabled", "Value": "true"}, {"Key": f"{kind}.s3.bucket", "Value": "logs"},
            {"Key": f"{kind}.s3.prefix", "Value": kind}])

        def written():
            emulator.advance(301)
            keys = [each["Key"] for each in s3.list_objects_v2(Bucket="logs", Prefix=kind).get("Contents", ())]
            content = b"".join(s3.get_object(Bucket="logs", Key=key)["Body"].read() for key in keys)
            return "".join(keys[:1]), [shlex.split(line) for line in gzip.decompress(content).decode().splitlines()]

        return written

    return start


def forward(*arns, **more):
    weighted = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in arns]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": weighted, **more}}]


def say(text):
    return [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "MessageBody": text}}]


def until(test, seconds=5.0):
    end = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
