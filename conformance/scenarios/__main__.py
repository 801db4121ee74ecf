"""``python -m conformance.scenarios NAME…``: run scenarios with the environment's credentials. No names: list them."""

import argparse
import os

from conformance.scenarios import load, names, play


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m conformance.scenarios")
    parser.add_argument("names", nargs="*", metavar="NAME", help="service/program; none: list all with their costs")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    arguments = parser.parse_args()
    for name in arguments.names:
        play(name, arguments.region)
    if not arguments.names:
        for scenario in map(load, names()):
            print(f"{scenario.name:<22}{scenario.title}. {scenario.cost}")


if __name__ == "__main__":
    main()
