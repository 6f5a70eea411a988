#!/usr/bin/env python3
"""Runs tools/demo/run on a small city and checks that it shows what it promises.

Usage: demo_test.py ROOT PROGRAM
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

PEOPLE = 600


def check(ok, what, output):
    if not ok:
        print(output)
        sys.exit(f"the demo does not show {what}")


def main():
    root, program = sys.argv[1:]
    try:
        subprocess.run(["/usr/bin/python3", "-c", "import grpc, google.protobuf"], check=True, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        print("SKIPPED: needs Debian's python3-grpcio and python3-protobuf (./dev setup run)")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, WENSUM_DEMO_PEOPLE=str(PEOPLE), WENSUM_DEMO_DIR=folder + "/demo",
                           WENSUM_DEMO_PROGRAM=program)
        done = subprocess.run([pathlib.Path(root, "tools/demo/run"), "--exit"], env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    output = done.stdout
    check(done.returncode == 0, f"a good end (exit code {done.returncode})", output)

    runs = re.findall(r"^importRuns/\d+  feed (\w+) .* SUCCEEDED$", output, re.MULTILINE)
    check("gazetteer" in runs and len(runs) >= 6, "the gazetteer and at least five feeds imported", output)
    for counts in re.findall(r"read (\d+) = inserted (\d+) \+ updated (\d+) \+ unchanged (\d+) \+ deleted (\d+) "
                             r"\+ rejected (\d+) \+ held (\d+)", output):
        read, *parts = map(int, counts)
        check(read > 0 and read == sum(parts), "runs that reconcile", output)
    for title in ("Admin.Stats", "People.Lookup", "People.Search", "Properties.Match", "Properties.Suggest", "Changes."):
        check(f"--- {title}" in output, title, output)
    check("golden values, each with its source and rule" in output, "lineage", output)
    check("<- the same person" in output, "that the misspelt person is found", output)
    check("ADDRESS_OUTCOME_MATCHED" in output, "a messy address matched", output)

    people = re.search(r"pairs: precision ([\d.]+), recall ([\d.]+)", output)
    addresses = re.search(r"addresses .*\(precision ([\d.]+), recall ([\d.]+)\)", output)
    check(people and addresses, "accuracy against the truth file", output)
    check(float(people[1]) >= 0.99 and float(people[2]) >= 0.6, "accurate matches of people", output)
    check(float(addresses[1]) >= 0.998 and float(addresses[2]) >= 0.95, "accurate matches of addresses", output)
    for client in ("CLI", "grpcurl", "Python"):
        check(re.search(rf"^{client} ", output, re.MULTILINE), f"how to go on with {client}", output)


if __name__ == "__main__":
    main()
