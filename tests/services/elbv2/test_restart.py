"""Listeners listen again after a restart."""

import json
import shutil
import socket
import time

import boto3
import pytest

from emulator.testing import InProcess
from tests.services.elbv2.conftest import OK, curl

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


def test_listeners_listen_again(tmp_path):
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        free = one.getsockname()[1]
    for run in range(2):
        emulator = InProcess(data_dir=tmp_path, settings={"elbv2.data-plane": "on"}).start()
        try:
            elb = boto3.client("elbv2", endpoint_url=emulator.url, region_name="eu-west-1",
                               aws_access_key_id="111122223333", aws_secret_access_key="test")
            if run == 0:
                made = elb.create_load_balancer(Name="lb", Subnets=["subnet-0a", "subnet-0b"])["LoadBalancers"][0]
                elb.create_listener(LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=free,
                                    DefaultActions=OK)
            for _ in range(100):
                where = json.loads(curl(f"{emulator.url}/_elbv2/listeners")[2])
                if where:
                    break
                time.sleep(0.02)
            assert curl(f"http://127.0.0.1:{free}/")[2] == "ok"
        finally:
            emulator.stop()
