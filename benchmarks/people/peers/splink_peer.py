#!/usr/bin/env python3
"""Measures `wensum people dedupe` and Splink side by side: the same files, the same number of threads, the same run.

Usage: splink_peer.py [--wensum BINARY] [--data DIR] [--sets NAMES] [--threads N] [--repeat N] [--environment DIR]

Prints JSON. Splink runs with the model of its own documentation for each set (splink_models.py), in a virtual environment
that is made on first use, outside the project, from the package index that pip is set up for. Both results are judged by
`wensum people evaluate`; of Splink's clusterings at several thresholds the one with the best F1 of cluster pairs counts.
Times are the shortest of the repeats, from reading the files to having the clusters, without the start of the program.
No test runs this.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[2]
sys.path.insert(0, str(PROJECT / "benchmarks" / "support"))

import peer_runs


# Files, configuration, the columns of the true person and what in it names the person.
SETS = {
    "fake_1000": (["fake_1000.csv"], "fake_1000.yaml", "unique_id", "cluster", ""),
    "febrl3": (["febrl_dataset3.csv"], "febrl3.yaml", "rec_id", "rec_id", "rec-([0-9]+)"),
    "febrl4": (["febrl_dataset4a.csv", "febrl_dataset4b.csv"], "febrl4.yaml", "rec_id", "rec_id", "rec-([0-9]+)"),
    "historical_dev": (["historical_dev.csv"], "historical.yaml", "unique_id", "cluster", ""),
}


def default_environment():
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(cache) / "wensum" / "splink-peer"


def options():
    parser = argparse.ArgumentParser(description="Wensum beside Splink on labelled sets of people")
    parser.add_argument("--wensum", type=pathlib.Path, default=PROJECT / "build/release/wensum")
    parser.add_argument(
        "--data",
        type=pathlib.Path,
        default=pathlib.Path(os.environ.get("WENSUM_TEST_DATA", PROJECT.parent / "shared/data")),
        help="folder of public test data; WENSUM_TEST_DATA names it too",
    )
    parser.add_argument("--sets", default=",".join(SETS), help="names with commas between them")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--environment", type=pathlib.Path, default=default_environment())
    chosen = parser.parse_args()
    unknown = set(chosen.sets.split(",")) - SETS.keys()
    if unknown:
        parser.error(f"there is no set {', '.join(sorted(unknown))}; there are {', '.join(SETS)}")
    if chosen.environment.resolve().is_relative_to(PROJECT):
        parser.error("the environment must lie outside the project")
    if not chosen.wensum.exists():
        parser.error(f"there is no {chosen.wensum}: ./dev build makes it")
    return chosen


def fastest(runs):
    return min(runs, key=lambda one: one["total_seconds"])


def compare(chosen, python, name, work):
    names, config, truth_id, truth_entity, pattern = SETS[name]
    files = [chosen.data / "persons" / file for file in names]

    def judge(clusters, pairs):
        command = [chosen.wensum, "people", "evaluate", "--clusters", clusters, "--pairs", pairs, "--truth", *files]
        command += ["--truth-id", truth_id, "--truth-entity", truth_entity]
        fit = peer_runs.run(command + (["--entity-pattern", pattern] if pattern else []))
        return {key: fit[key] for key in ("edges", "cluster_pairs", "b_cubed", "false_pairs", "missed_pairs")}

    dedupe = [chosen.wensum, "people", "dedupe", "--config", HERE.parent / config, *files, "--threads", chosen.threads]
    dedupe += ["--out", work / "clusters.csv"]
    learn, frozen = dedupe + ["--model-out", work / "model.json"], dedupe + ["--model", work / "model.json"]
    splink = [python, HERE / "splink_models.py", name, work, chosen.threads, *files]
    ours, ours_frozen, theirs = [], [], []
    for _ in range(chosen.repeat):  # in turns, so that a busy machine hits all
        ours.append(peer_runs.run(learn))
        theirs.append(peer_runs.run(splink))
        ours_frozen.append(peer_runs.run(frozen))
    peer_runs.run(dedupe + ["--pairs", work / "wensum_pairs.csv"])
    wensum = {key: fastest(ours)[key] for key in ("records", "pairs", "total_seconds", "cpu_seconds", "peak_memory_bytes")}
    wensum["frozen_model"] = {key: fastest(ours_frozen)[key] for key in ("total_seconds", "cpu_seconds")}
    wensum["accuracy"] = judge(work / "clusters.csv", work / "wensum_pairs.csv")
    peer = fastest(theirs)
    fits = {threshold: judge(work / f"clusters-{threshold}.csv", work / "pairs.csv") for threshold in peer.pop("thresholds")}
    best = max(fits, key=lambda threshold: fits[threshold]["cluster_pairs"]["f1"])
    peer["threshold"] = best
    peer["accuracy"] = fits[best]
    peer["cluster_pairs_f1_by_threshold"] = {str(threshold): fit["cluster_pairs"]["f1"] for threshold, fit in fits.items()}
    untrained = peer["total_seconds"] - peer["seconds"]["train"]
    ratios = {key: peer[key] / wensum[key] for key in ("total_seconds", "cpu_seconds", "peak_memory_bytes")}
    ratios["total_seconds_with_the_model_at_hand"] = untrained / wensum["frozen_model"]["total_seconds"]
    return {
        "set": name,
        "wensum": wensum,
        "splink": peer,
        "splink_by_wensum": ratios,
        "f1_gained": wensum["accuracy"]["cluster_pairs"]["f1"] - peer["accuracy"]["cluster_pairs"]["f1"],
    }


def main():
    chosen = options()
    python = peer_runs.python_of(chosen.environment, HERE / "requirements.txt")
    rows, absent = [], []
    for name in chosen.sets.split(","):
        if not all((chosen.data / "persons" / file).exists() for file in SETS[name][0]):
            print(f"Skipping {name}: its files are not in {chosen.data / 'persons'}", file=sys.stderr)
            absent.append(name)
            continue
        print(f"Measuring {name}", file=sys.stderr)
        with tempfile.TemporaryDirectory() as work:
            rows.append(compare(chosen, python, name, pathlib.Path(work)))
    peer = [line for line in (HERE / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    print(json.dumps({"peer": peer, "threads": chosen.threads, "absent_sets": absent, "sets": rows}, indent=2))


if __name__ == "__main__":
    main()
