"""Matches one file with uk-address-matcher; runs in the environment that address_peers.py makes.

Usage: ukam_match.py CANONICAL INPUT OUT THREADS

OUT gets unique_id,matched_id,score,margin: match weight and distinguishability, blank where there is none; exact matches have no weight
and come first. Prints the seconds as JSON. Stages are the package's own default.
"""

import csv
import json
import resource
import sys
import time

import duckdb
from uk_address_matcher import AddressMatcher

EXACT = 1000  # above every match weight


def main():
    canonical, source, out, threads = sys.argv[1:5]
    start = time.perf_counter()
    con = duckdb.connect(config={"threads": int(threads)})
    # Labels and classes stay out of the package's sight.
    columns = "SELECT unique_id, address_concat, nullif(postcode, '') AS postcode FROM read_csv(?, all_varchar = true, header = true)"
    con.execute(f"CREATE TABLE canonical AS {columns}", [canonical])
    con.execute(f"CREATE TABLE messy AS {columns}", [source])
    matcher = AddressMatcher(
        canonical_addresses=con.table("canonical"), addresses_to_match=con.table("messy"), con=con, show_progress="off"
    )
    relation = matcher.match().matches()
    rows = relation.fetchall()
    names = relation.columns
    seconds = time.perf_counter() - start
    place = {name: names.index(name) for name in names}
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["unique_id", "matched_id", "score", "margin"])
        for row in rows:
            matched = row[place["resolved_canonical_id"]]
            weight = row[place["match_weight"]] if "match_weight" in place else None
            margin = row[place["distinguishability"]] if "distinguishability" in place else None
            score = "" if matched is None else EXACT if weight is None else weight
            writer.writerow([row[place["unique_id"]], matched or "", score, "" if margin is None else margin])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"total_seconds": seconds, "peak_memory_bytes": peak}))


if __name__ == "__main__":
    main()
