#!/usr/bin/env python3
"""Loads the properties of one folder into PostgreSQL and asks it what gazetteer_find_bench asks; prints JSON.

Usage: postgres_peer.py SOCKET_FOLDER FILES
"""

import csv
import json
import math
import sys
import time

import psycopg2

SCHEMA = """
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
DROP TABLE IF EXISTS property;
CREATE TABLE property (uprn bigint, address text, postcode text, easting float8, northing float8);
"""
INDEXES = """
ALTER TABLE property ADD PRIMARY KEY (uprn);
ALTER TABLE property ADD COLUMN place geometry(Point, 27700);
UPDATE property SET place = ST_SetSRID(ST_MakePoint(easting, northing), 27700);
CREATE INDEX property_place ON property USING gist (place);
CREATE INDEX property_address ON property USING gin (address gin_trgm_ops);
"""
# What was typed as it stands, and only if that finds nothing, what is like it.
SUGGEST = """
PREPARE suggest(text) AS
  SELECT uprn, address FROM property WHERE address ILIKE '%' || $1 || '%' ORDER BY address LIMIT 10;
PREPARE suggest_like(text) AS
  SELECT uprn, address FROM property WHERE $1 <% address ORDER BY word_similarity($1, address) DESC, address LIMIT 10;
PREPARE nearby(float8, float8) AS
  SELECT uprn, address, ST_Distance(place, ST_SetSRID(ST_MakePoint($1, $2), 27700)) FROM property
  WHERE ST_DWithin(place, ST_SetSRID(ST_MakePoint($1, $2), 27700), 1000)
  ORDER BY place <-> ST_SetSRID(ST_MakePoint($1, $2), 27700) LIMIT 100;
PREPARE nothing AS SELECT 1;
"""
WARMING = 200


def percentiles(seconds):
    ordered = sorted(seconds)

    def at(share):
        return 1e6 * ordered[max(0, math.ceil(share * len(ordered)) - 1)]

    return {"mean": 1e6 * sum(ordered) / len(ordered), "p50": at(0.5), "p99": at(0.99)}


def measure(questions, ask):
    for question in questions[:WARMING]:
        ask(question)
    taken = []
    for question in questions:
        start = time.perf_counter()
        ask(question)
        taken.append(time.perf_counter() - start)
    return percentiles(taken)


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def main():
    socket, files = sys.argv[1:]
    connection = psycopg2.connect(host=socket, dbname="postgres")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(SCHEMA)
    start = time.perf_counter()
    with open(f"{files}/properties.csv", encoding="utf-8") as file:
        cursor.copy_expert("COPY property FROM STDIN WITH (FORMAT csv)", file)
    cursor.execute(INDEXES)
    cursor.execute("VACUUM ANALYZE property")
    load = time.perf_counter() - start
    cursor.execute("SET pg_trgm.word_similarity_threshold = 0.6")
    cursor.execute(SUGGEST)

    def suggest(row):
        cursor.execute("EXECUTE suggest(%s)", (row[1].replace("\\", "").replace("%", "").replace("_", " "),))
        if not cursor.fetchall():
            cursor.execute("EXECUTE suggest_like(%s)", (row[1],))
            cursor.fetchall()

    def nearby(row):
        cursor.execute("EXECUTE nearby(%s, %s)", (float(row[0]), float(row[1])))
        if not cursor.fetchall():
            sys.exit(f"PostgreSQL finds nothing near {row}")

    def nothing(_):
        cursor.execute("EXECUTE nothing")
        cursor.fetchall()

    places = rows(f"{files}/nearby.csv")
    json.dump({"load": load, "round trip": measure(places, nothing),
               "Suggest": measure(rows(f"{files}/suggest.csv"), suggest), "Nearby": measure(places, nearby)},
              sys.stdout, indent=2)


if __name__ == "__main__":
    main()
