"""Shows Wensum's API on a freshly imported sample city and measures it against the city's truth file.

Needs python3-grpcio, python3-protobuf and the messages that protoc made of proto/ (see tools/demo/run).
"""

import argparse
import collections
import csv
import itertools
import sys

import grpc
from google.protobuf import text_format
from wensum.v1 import address_match_pb2, admin_pb2, changes_pb2, common_pb2, matching_pb2, people_pb2, properties_pb2, source_records_pb2

# A purpose that may see all that the source says, by source; others are seen under the server's default purpose.
PURPOSE = {"electoral_register": "electoral", "housing_benefit": "benefits", "council_tax": "council_tax"}


class Api:
    """Calls methods by name, without generated stubs."""

    def __init__(self, address):
        self._channel = grpc.insecure_channel(address)

    def call(self, method, request, response_type, purpose=None):
        metadata = [("x-wensum-purpose", purpose)] if purpose else None
        stub = self._channel.unary_unary(
            f"/wensum.v1.{method}", type(request).SerializeToString, response_type.FromString)
        return stub(request, metadata=metadata, timeout=60)

    def stream(self, method, request, response_type):
        stub = self._channel.unary_stream(
            f"/wensum.v1.{method}", type(request).SerializeToString, response_type.FromString)
        return stub(request, timeout=60)


def show(title, message):
    print(f"\n--- {title}")
    print(text_format.MessageToString(message, as_utf8=True).rstrip())


def date_text(date):
    return "-".join(f"{part:02}" for part in (date.year, date.month, date.day) if part)


def show_stats(stats):
    print("\n--- Admin.Stats")
    print(f"revision {stats.revision}: {stats.source_records} source records, {stats.people} people and organisations, "
          f"{stats.properties} properties on {stats.streets} streets")
    print("by source: " + ", ".join(f"{name} {n}" for name, n in sorted(stats.source_records_by_source.items())))
    print(f"{stats.resident_bytes / 2**20:.0f} MiB of memory, {stats.disk_bytes / 2**20:.0f} MiB on disk, "
          f"started in {stats.start_seconds:.2f} s")


def show_person(person):
    """The golden record as a steward would read it: each value, who says so, and who says otherwise."""
    print(f"{person.name}  etag {person.etag}  from {len(person.contributors)} source records:")
    for contributor in person.contributors:
        print(f"  {contributor.source_key.source:20} {contributor.source_key.key:22} "
              f"as of {contributor.source_time.ToDatetime().date()}")
    print("golden values, each with its source and rule:")
    for lineage in person.lineage:
        print(f"  {lineage.field:28} {lineage.value}   <- {lineage.source_key.source}, {lineage.rule}")
        for losing in lineage.losing_values:
            print(f"  {'':28}   not {losing.value!r} of {losing.source_key.source}")


def show_explanations(api, person):
    """Why the records of a person are one, and what waits for a steward."""
    # Contact centre and housing first: the default purpose may see the whole of them, and nothing is withheld.
    keys = sorted((c.source_key for c in person.contributors),
                  key=lambda key: key.source not in ("contact_centre", "housing"))
    a, b = (matching_pb2.ExplainPairRequest.Side(source_key=key) for key in keys[:2])
    pair = api.call("Matching/ExplainPair", matching_pb2.ExplainPairRequest(a=a, b=b), matching_pb2.PairExplanation)
    print("\n--- Matching.ExplainPair of two of these records")
    print(pair.sentence)
    if not pair.withheld:
        print(f"  {'prior':24} {pair.prior:+6.1f}")
        for evidence in pair.evidence:
            if evidence.weight:
                print(f"  {evidence.attribute:24} {evidence.weight:+6.1f}  {evidence.phrase}")
        print(f"  {'score':24} {pair.score:+6.1f}  probability {pair.probability:.4f}")
    waiting = api.call("Matching/ListReviewPairs", matching_pb2.ListReviewPairsRequest(with_sentences=True, page_size=50),
                       matching_pb2.ListReviewPairsResponse)
    print("\n--- Matching.ListReviewPairs, the first of those that wait for a steward")
    for review in waiting.pairs[:3]:
        print(f"{review.score:+.1f}  {review.sentence}")


def full_name(person):
    name = person.person_name
    return name.full or f"{name.forenames} {name.surname}".strip() or person.organisation_name


def show_property_facts(api):
    """What the systems say of a property, by the name that one of their records minted."""
    page = api.call("SourceRecords/List", source_records_pb2.ListSourceRecordsRequest(source="asset_register", page_size=100),
                    source_records_pb2.ListSourceRecordsResponse)
    placed = [record for record in page.records if record.property != record.minted_name]
    record = placed[0]
    print(f"\n--- Properties.Get of {record.minted_name}: record {record.source_key.key} of the asset register")
    property_ = api.call("Properties/Get",
                         properties_pb2.GetPropertyRequest(name=record.minted_name, view=properties_pb2.PROPERTY_VIEW_FULL),
                         properties_pb2.Property)
    print(f"{property_.name}  {property_.address}")
    for attribute in property_.facts.attributes:
        source = next((line.source_key.source for line in property_.facts.lineage
                       if line.field == f"attributes.{attribute.name}"), "")
        print(f"  {attribute.name:<15} {attribute.value:<15} {source}")
    unplaced = api.call("Properties/ListUnplaced", properties_pb2.ListUnplacedPropertiesRequest(page_size=1000),
                        properties_pb2.ListPropertiesResponse)
    print(f"{len(unplaced.properties)} records of the asset register wait for a property:")
    for waiting in unplaced.properties[:3]:
        print(f"  {waiting.name}  {waiting.address}  {waiting.postcode}")


def read_truth(city):
    with open(f"{city}/truth.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def all_records(api, sources):
    """Every live source record of the sources, as (source, key) -> record."""
    records = {}
    for source in sources:
        token = ""
        while True:
            page = api.call(
                "SourceRecords/List",
                source_records_pb2.ListSourceRecordsRequest(source=source, page_size=1000, page_token=token),
                source_records_pb2.ListSourceRecordsResponse,
                PURPOSE.get(source))
            for record in page.records:
                records[source, record.source_key.key] = record
            token = page.next_page_token
            if not token:
                break
    return records


def pairs(counts):
    return sum(n * (n - 1) // 2 for n in counts)


def accuracy(truth, records):
    """Precision and recall of the pairs that the golden records imply, and of the addresses' UPRNs."""
    both, found, true = collections.Counter(), collections.Counter(), collections.Counter()
    right = wrong = missed = 0
    for row in truth:
        record = records.get((row["source"], row["source_key"]))
        if record is None:
            sys.exit(f"record {row['source']}/{row['source_key']} of the truth file is not in the register")
        both[record.person, row["person_id"]] += 1
        found[record.person] += 1
        true[row["person_id"]] += 1
        if row["uprn"] and record.details.addresses:
            uprn = record.details.addresses[0].uprn
            right += uprn == int(row["uprn"])
            wrong += uprn not in (0, int(row["uprn"]))
            missed += uprn == 0
    hit = pairs(both.values())
    precision = hit / max(1, pairs(found.values()))
    recall = hit / max(1, pairs(true.values()))
    print(f"people     {len(true)} in truth, {len(found)} golden records from {len(truth)} source records")
    print(f"           pairs: precision {precision:.5f}, recall {recall:.5f}")
    print(f"addresses  {right + wrong + missed} with a known UPRN: {right} right, {wrong} wrong, {missed} not matched"
          f" (precision {right / max(1, right + wrong):.5f}, recall {right / max(1, right + wrong + missed):.5f})")


def misspell(name):
    """Two neighbouring letters exchanged, as quick fingers do."""
    middle = len(name) // 2
    return name[:middle - 1] + name[middle] + name[middle - 1] + name[middle + 1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True)
    parser.add_argument("--city", required=True)
    arguments = parser.parse_args()
    api = Api(arguments.server)
    truth = read_truth(arguments.city)

    show_stats(api.call("Admin/Stats", admin_pb2.StatsRequest(), admin_pb2.StatsResponse))

    by_person = collections.defaultdict(list)
    for row in truth:
        by_person[row["person_id"]].append(row)
    # Somebody whom many systems know, with a name long enough to misspell.
    person = None
    for rows in by_person.values():
        housing = [row for row in rows if row["source"] == "housing"]
        if len(rows) < 5 or not housing:
            continue
        key = common_pb2.SourceKey(source="housing", key=housing[0]["source_key"])
        found = api.call("People/Lookup",
                         people_pb2.LookupPeopleRequest(source_key=key, view=people_pb2.PERSON_VIEW_FULL),
                         people_pb2.LookupPeopleResponse)
        person = found.people[0]
        name = person.person_name
        if len(person.contributors) >= 4 and len(name.forenames) >= 5 and len(name.surname) >= 6:
            break
    print(f"\n--- People.Lookup by {key.source} {key.key}")
    show_person(person)

    show_explanations(api, person)

    query = f"{person.person_name.forenames.split()[0].lower()} {misspell(person.person_name.surname.lower())}"
    hits = api.call("People/Search", people_pb2.SearchPeopleRequest(query=query, page_size=5),
                    people_pb2.SearchPeopleResponse)
    print(f"\n--- People.Search for the misspelt {query!r}")
    for hit in hits.hits:
        mark = "  <- the same person" if hit.person.name == person.name else ""
        print(f"{hit.score:.3f}  {hit.person.name}  {full_name(hit.person)}  {date_text(hit.person.date_of_birth)}{mark}")

    records = all_records(api, sorted({row["source"] for row in truth}))
    messy = next((record, row) for row in truth if row["source"] == "contact_centre" and row["uprn"]
                 for record in [records[row["source"], row["source_key"]]]
                 if record.details.addresses and record.details.addresses[0].uprn == int(row["uprn"])
                 and not record.details.addresses[0].postcode)
    text = messy[0].details.addresses[0].text
    match = api.call("Properties/Match", address_match_pb2.MatchAddressRequest(address=text, max_candidates=3),
                     address_match_pb2.MatchAddressResponse)
    show(f"Properties.Match of {text!r} (truth: UPRN {messy[1]['uprn']})", match)

    property_ = api.call("Properties/Get", properties_pb2.GetPropertyRequest(name=match.property),
                         properties_pb2.Property)
    show("Properties.Get", property_)
    show_property_facts(api)
    typed = property_.address[:max(6, property_.address.find(" ") + 5)].lower()
    suggestions = api.call("Properties/Suggest", properties_pb2.SuggestPropertiesRequest(input=typed, max_results=5),
                           properties_pb2.SuggestPropertiesResponse)
    print(f"\n--- Properties.Suggest after typing {typed!r}")
    for suggestion in suggestions.suggestions:
        print(f"{suggestion.uprn:>12}  {suggestion.address}")

    print("\n--- Changes.Watch, the last events")
    head = found.revision
    events = api.stream("Changes/Watch", changes_pb2.WatchChangesRequest(after_revision=max(0, head - 1), stop_at_head=True),
                        changes_pb2.ChangeEvent)
    for event in itertools.islice(events, 5):
        print(f"revision {event.revision}  {changes_pb2.ChangeKind.Name(event.kind)}  {event.name}"
              f"{'  merged into ' + event.merged_into if event.merged_into else ''}")
    events.cancel()

    events = api.stream("Changes/Watch", changes_pb2.WatchChangesRequest(
        kinds=[changes_pb2.CHANGE_KIND_PERSON_MERGED], stop_at_head=True), changes_pb2.ChangeEvent)
    for event in itertools.islice(events, 2):
        print(f"revision {event.revision}  {changes_pb2.ChangeKind.Name(event.kind)}  {event.name}"
              f"  merged into {event.merged_into}")
    events.cancel()

    print("\n--- Accuracy against the truth file (automatic matches alone)")
    accuracy(truth, records)


if __name__ == "__main__":
    main()
