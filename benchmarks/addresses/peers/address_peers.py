#!/usr/bin/env python3
"""Measures `wensum address match`, uk-address-matcher and pg_trgm side by side: the same files, machine and threads, one after the other.

Usage: address_peers.py [--wensum BINARY] [--bench BINARY] [--peers NAMES] [--threads N] [--environment DIR] [-- BENCH OPTIONS]

The list and the rows are those that addresses_bench writes with the options after "--", for example `--set redbridge --rows 20000`;
without them errors are made in the synthetic city. Each row counts once: right, wrong, refused though listed, refused rightly, matched
though absent. P = right / matched, R = right / rows whose property is listed; of each matcher's own score the best cut is taken for R at
99.5 and 99.9 % precision. uk-address-matcher runs in a virtual environment that is made on first use, outside the project, from the
package index that pip is set up for; what it matches is cut as its guide recommends (weight 10, distinguishability 1). pg_trgm needs
root and installs PostgreSQL; leave it out with --peers ukam. Prints JSON. No test runs this.
"""

import argparse
import collections
import csv
import json
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[2]
sys.path.insert(0, str(PROJECT / "benchmarks" / "support"))

import peer_runs

FILES = {"with_postcode": "input.csv", "without_postcode": "bare.csv"}


def default_environment():
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(cache) / "wensum" / "address-peer"


def options():
    parser = argparse.ArgumentParser(description="Wensum beside uk-address-matcher and pg_trgm")
    parser.add_argument("--wensum", type=pathlib.Path, default=PROJECT / "build/release/wensum")
    parser.add_argument("--bench", type=pathlib.Path, default=PROJECT / "build/release/benchmarks/addresses_bench")
    parser.add_argument("--peers", default="ukam,trigram", help="names with commas between them")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--environment", type=pathlib.Path, default=default_environment())
    parser.add_argument("bench_options", nargs="*", metavar="BENCH OPTIONS")
    chosen = parser.parse_args()
    if chosen.environment.resolve().is_relative_to(PROJECT):
        parser.error("the environment must lie outside the project")
    for binary in (chosen.wensum, chosen.bench):
        if not binary.exists():
            parser.error(f"there is no {binary}: ./dev build makes it")
    return chosen


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def recall_at(matches, present, precision):
    """The greatest recall of a cut by score that has the precision; matches of one score are cut together."""
    right = best = 0
    ordered = sorted(matches, reverse=True)
    for place, (score, good) in enumerate(ordered, start=1):
        right += good
        last = place == len(ordered) or ordered[place][0] < score
        if last and right >= precision * place:
            best = right
    return best / present if present else 0


def judge(rows, answers):
    """Figures of answers: {unique_id: (matched id or "", score of the candidate or None, candidate)}."""
    counts = collections.Counter()
    classes = collections.defaultdict(collections.Counter)
    matches = []
    for row in rows:
        matched, score, candidate = answers.get(row["unique_id"], ("", None, ""))
        if score is not None:
            matches.append((score, candidate == row["truth"]))
        if row["truth"]:
            verdict = "refused" if not matched else "right" if matched == row["truth"] else "wrong"
        else:
            verdict = "false" if matched else "refused_rightly"
        counts[verdict] += 1
        classes[row["class"]][verdict] += 1
    present = counts["right"] + counts["wrong"] + counts["refused"]
    absent = counts["false"] + counts["refused_rightly"]
    answered = counts["right"] + counts["wrong"] + counts["false"]
    return {
        "rows": len(rows),
        **{name: counts[name] for name in ("right", "wrong", "refused", "false", "refused_rightly")},
        "precision": counts["right"] / answered if answered else 1,
        "recall": counts["right"] / present if present else 1,
        "right_refusals": counts["refused_rightly"] / absent if absent else 1,
        "recall_at_99_5": recall_at(matches, present, 0.995),
        "recall_at_99_9": recall_at(matches, present, 0.999),
        "by_class": {name: dict(verdicts) for name, verdicts in sorted(classes.items())},
    }


def wensum(chosen, work, source):
    out = work / "wensum.csv"
    command = [chosen.wensum, "address", "match", "--canonical", work / "canonical.csv", "--input", source]
    summary = peer_runs.run(command + ["--out", out, "--threads", chosen.threads])
    answers = {}
    for row in read(out):
        candidate = row["matched_id"] or row["second_id"]
        score = float(row["confidence"]) if row["confidence"] else None
        answers[row["unique_id"]] = (row["matched_id"], score, candidate)
    figures = {"total_seconds": summary["seconds"]["total"], "peak_memory_bytes": summary["peak_memory_bytes"]}
    return figures | {"match_seconds": summary["seconds"]["match"]}, answers


def peer(command, out, accept):
    figures = peer_runs.run(command)
    answers = {}
    for row in read(out):
        score = float(row["score"]) if row["score"] else None
        margin = float(row["margin"]) if row["margin"] else None
        accepted = row["matched_id"] and score is not None and accept(score, margin)
        answers[row["unique_id"]] = (row["matched_id"] if accepted else "", score, row["matched_id"])
    return figures, answers


def main():
    chosen = options()
    peers = chosen.peers.split(",")
    python = peer_runs.python_of(chosen.environment, HERE / "requirements.txt") if "ukam" in peers else None
    result = {"threads": chosen.threads, "bench_options": chosen.bench_options, "files": {}}
    with tempfile.TemporaryDirectory() as directory:
        work = pathlib.Path(directory)
        peer_runs.run([chosen.bench, *chosen.bench_options, "--calibration-rows", 0, "--write-rows", work])
        for name, file in FILES.items():
            source = work / file
            rows = read(source)
            runs = {"wensum": wensum(chosen, work, source)}
            if python:
                command = [python, HERE / "ukam_match.py", work / "canonical.csv", source, work / "ukam.csv", chosen.threads]
                runs["uk_address_matcher"] = peer(
                    command, work / "ukam.csv", lambda score, margin: score >= 10 and (margin is None or margin >= 1)
                )
            if "trigram" in peers:
                command = [HERE / "trigram_peer.sh", work / "canonical.csv", source, work / "trigram.csv"]
                runs["pg_trgm"] = peer(
                    command, work / "trigram.csv", lambda score, margin: score >= 0.5 and (margin is None or margin >= 0.05)
                )
            result["files"][name] = {
                who: figures | {"rows_per_second": len(rows) / figures["total_seconds"]} | judge(rows, answers)
                for who, (figures, answers) in runs.items()
            }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
