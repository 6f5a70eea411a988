#!/usr/bin/env python3
"""Prints what Wensum and PostgreSQL took for the same questions, and how many times more PostgreSQL took.

Usage: compare.py WENSUM_JSON FOLDER SIZE...

PostgreSQL's times are those of a client on a local socket, less the round trip of an empty query; Wensum's those of the
handler in its own process. Loading is from a file to ready: Wensum's is DTF 7.3 with every record, row checks and
history, PostgreSQL's one table of what the questions need.
"""

import json
import pathlib
import sys

TARGETS = {"Suggest": 10}  # times faster


def main():
    wensum, folder, sizes = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    results = {result["name"]: result["value"] for result in json.loads(pathlib.Path(wensum).read_text())["results"]}
    print(f"{'':22}{'Wensum':>14}{'PostgreSQL':>14}{'ratio':>9}")
    for size in sizes:
        peer = json.loads((folder / f"{size}.json").read_text())
        own = results[f"{size} load"]
        print(f"{size + ' load, s':22}{own:14.1f}{peer['load']:14.1f}{peer['load'] / own:9.2f}")
        empty = peer["round trip"]["p50"]
        for call in ("Suggest", "Nearby"):
            for figure in ("mean", "p50", "p99"):
                own = results[f"{size} {call} {figure}"]
                other = max(peer[call][figure] - empty, 0)
                target = TARGETS.get(call) if figure == "mean" else None
                verdict = "" if target is None else f"  (at least {target}: {'yes' if other >= target * own else 'no'})"
                print(f"{f'{size} {call} {figure}, us':22}{own:14.1f}{other:14.1f}{other / own:9.2f}{verdict}")


if __name__ == "__main__":
    main()
