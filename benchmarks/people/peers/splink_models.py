#!/usr/bin/env python3
"""Resolves one set of people with Splink, by the model that Splink's own documentation shows for that set.

Usage: splink_models.py SET OUT_DIR THREADS FILE...

Run by splink_peer.py inside the environment of requirements.txt. Writes pairs.csv and clusters-THRESHOLD.csv into OUT_DIR in
the form of `wensum people dedupe`, and prints JSON: seconds by phase and peak memory. Only the first threshold's clustering
counts as time: the others are there so that accuracy is compared at Splink's best one.
"""

import dataclasses
import json
import pathlib
import resource
import sys
import time
import warnings

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

PREDICT_FROM = 0.2  # probability; pairs below it are neither in the files nor in clusters


@dataclasses.dataclass(frozen=True)
class Model:
    """What the documented example of one set says: comparisons, blocking, and how the parameters are estimated."""

    comparisons: list
    blocking: list
    rules: list  # deterministic: true of nearly only matches ...
    rules_recall: float  # ... and of this share of them
    u_pairs: float
    sessions: list  # blocking rules of the runs of expectation maximisation
    thresholds: tuple  # probabilities to cluster at, the documented or the best known one first
    id_column: str = "unique_id"
    columns: str = "*"  # of the input
    frequencies_in_training: bool = False


def with_frequencies(comparison):
    return comparison.configure(term_frequency_adjustments=True)


def historical():
    postcode_area = "substr(postcode_fake,1,3)"
    return Model(
        columns="*, first_name || ' ' || surname as first_and_last",
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="first_and_last"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            with_frequencies(cl.ExactMatch("birth_place")),
            with_frequencies(cl.ExactMatch("occupation")),
        ],
        blocking=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
            block_on("dob", "birth_place"),
            *(block_on(name, "dob") for name in ("surname", "first_name")),
            *(block_on("postcode_fake", name) for name in ("surname", "first_name")),
            *(block_on(postcode_area, other) for other in ("dob", "first_name", "surname")),
        ],
        rules=[
            block_on("first_name", "surname", "dob"),
            block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
            block_on("dob", "postcode_fake"),
        ],
        rules_recall=0.6,
        u_pairs=1e7,
        sessions=[block_on("first_name", "surname"), block_on("dob")],
        thresholds=(0.95, 0.5, 0.9, 0.99),
    )


def febrl3():
    return Model(
        id_column="rec_id",
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            with_frequencies(cl.ExactMatch("street_number")),
            with_frequencies(cl.ExactMatch("postcode")),
        ],
        blocking=[block_on(column) for column in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")],
        rules=[
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
            "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth",
        ],
        rules_recall=0.9,
        u_pairs=1e6,
        sessions=[block_on("date_of_birth"), block_on("postcode")],
        thresholds=(0.5, 0.9, 0.95, 0.99),
        frequencies_in_training=True,
    )


def febrl4():
    return Model(
        id_column="rec_id",
        comparisons=[
            with_frequencies(cl.NameComparison("given_name")),
            with_frequencies(cl.NameComparison("surname")),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            with_frequencies(cl.ExactMatch("street_number")),
            with_frequencies(cl.DamerauLevenshteinAtThresholds("postcode", [1, 2])),
        ],
        blocking=[
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        rules=[block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        rules_recall=0.8,
        u_pairs=1e6,
        sessions=[block_on("date_of_birth"), block_on("postcode")],
        thresholds=(0.99, 0.5, 0.9, 0.95),
    )


def fake_1000():
    near_dates = "levenshtein(l.dob, r.dob) <= 1"
    return Model(
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            with_frequencies(cl.ExactMatch("city")),
            cl.EmailComparison("email"),
        ],
        blocking=[block_on(column) for column in ("first_name", "surname", "dob", "email")],
        rules=[
            f"l.first_name = r.first_name and {near_dates}",
            f"l.surname = r.surname and {near_dates}",
            "l.first_name = r.first_name and levenshtein(l.surname, r.surname) <= 2",
            block_on("email"),
        ],
        rules_recall=0.7,
        u_pairs=1e6,
        sessions=[block_on("dob"), block_on("email"), block_on("first_name", "surname")],
        thresholds=(0.5, 0.9, 0.95, 0.99),
    )


MODELS = {"historical_dev": historical, "febrl3": febrl3, "febrl4": febrl4, "fake_1000": fake_1000}


class Clock:
    """Seconds by phase; `cpu_seconds`, of all threads, says more on a machine that others use too."""

    def __init__(self):
        self.seconds = {}
        self._last = time.monotonic()
        self._cpu_start = time.process_time()
        self.cpu_seconds = 0

    def phase(self, name):
        """Books the time since the last call under `name`."""
        now = time.monotonic()
        self.seconds[name] = self.seconds.get(name, 0) + now - self._last
        self._last = now
        self.cpu_seconds = time.process_time() - self._cpu_start


def read(connection, api, model, path, prefix):
    """Registers one CSV file: texts trimmed, blank ones null, ids as `wensum people dedupe` calls them."""
    table = f"input_{pathlib.Path(path).stem}"
    connection.read_csv(path, header=True, all_varchar=True).create_view(f"{table}_raw")
    raw = connection.table(f"{table}_raw").columns
    columns = ", ".join(f"nullif(trim(\"{name}\"), '') as \"{name.strip()}\"" for name in raw)
    connection.sql(f"create table {table}_clean as select {columns} from {table}_raw")
    connection.sql(f"update {table}_clean set {model.id_column} = '{prefix}' || {model.id_column}")
    connection.sql(f"create table {table} as select {model.columns} from {table}_clean")
    return api.register(connection.table(table))


def train(linker, model):
    training = linker.training
    training.estimate_probability_two_random_records_match(model.rules, recall=model.rules_recall)
    training.estimate_u_using_random_sampling(max_pairs=model.u_pairs, seed=1)
    for rule in model.sessions:
        training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=not model.frequencies_in_training
        )


def main():
    name, out, threads, *files = sys.argv[1:]
    model = MODELS[name]()
    warnings.filterwarnings("ignore")
    clock = Clock()
    connection = duckdb.connect(config={"threads": int(threads)})
    api = DuckDBAPI(connection=connection)
    prefixes = [pathlib.Path(path).stem + ":" if len(files) > 1 else "" for path in files]
    tables = [read(connection, api, model, path, prefix) for path, prefix in zip(files, prefixes)]
    clock.phase("read")
    settings = SettingsCreator(
        link_type="dedupe_only" if len(files) == 1 else "link_only",
        unique_id_column_name=model.id_column,
        comparisons=model.comparisons,
        blocking_rules_to_generate_predictions=model.blocking,
    )
    linker = Linker(tables[0] if len(tables) == 1 else tables, settings, log_level="ERROR")
    train(linker, model)
    clock.phase("train")
    pairs = linker.inference.predict(threshold_match_probability=PREDICT_FROM)
    clock.phase("predict")
    for number, threshold in enumerate(model.thresholds):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=threshold)
        relation = clusters.as_duckdbpyrelation()
        relation.project(f"{model.id_column} as record_id, cluster_id as entity_id").write_csv(f"{out}/clusters-{threshold}.csv")
        if number == 0:
            clock.phase("cluster")
    ids = f"{model.id_column}_l as record_id_a, {model.id_column}_r as record_id_b"
    scores = "match_weight as weight, match_probability as probability"
    pairs.as_duckdbpyrelation().project(f"{ids}, {scores}").write_csv(f"{out}/pairs.csv")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "thresholds": model.thresholds,
                "seconds": clock.seconds,
                "total_seconds": sum(clock.seconds.values()),
                "cpu_seconds": clock.cpu_seconds,
                "peak_memory_bytes": usage.ru_maxrss * 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
