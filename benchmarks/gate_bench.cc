// Speed of the gate that every extract passes before anything of it is written: an extract of 20 columns under a
// contract of five rules, in each format, and joint names alone. Each benchmark checks its answer.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/micro.h"
#include "import/byte_source.h"
#include "import/joint_names.h"
#include "import/mapped_reader.h"
#include "import/mapping.h"

namespace wensum::benchmarks {
namespace {

constexpr uint64_t kRows = 100'000;
constexpr size_t kColumns = 20;

constexpr std::string_view kContract = R"yaml(
version: 1
feed: rents
source: housing
kind: person
contract:
  rows: {at_least: 1}
  rejected_at_most_percent: 1
  rules:
    - {name: there, severity: stop, required: [C0, C1, C2]}
    - {name: account, severity: reject, matches: {column: C0, pattern: 'A\d{7}'}}
    - {name: band, severity: flag, one_of: {column: C2, values: [A, B, C, D, E, F, G, H]}}
    - {name: born, severity: flag, date_between: {column: C3, date: DD/MM/YYYY, from: 1900-01-01, to: today}}
    - {name: due, severity: flag, number_between: {column: C4, from: 0, to: 100000}}
records:
  - {key: "{C0}", fields: {name.full: {column: C1}}}
)yaml";

struct Extract {
  ingest::Mapping mapping;
  std::string text;
};

struct Inputs {
  Extract csv, fixed, json_lines, xml;
};

std::vector<std::string> Values(uint64_t row, Random& random) {
  std::vector<std::string> values = {
      Cat("A", 1'000'000 + row), Cat("MR J & MRS P SMITH", random.Below(1000)),
      std::string(1, static_cast<char>('A' + random.Below(8))),
      Cat(10 + random.Below(18), "/0", 1 + random.Below(9), "/19", 10 + random.Below(90)),
      Cat(random.Below(1000), ".", 10 + random.Below(90))};
  while (values.size() < kColumns) values.push_back(Cat("value ", random.Below(100'000)));
  return values;
}

constexpr size_t kWidth = 24;

// The rows in a format: `begin` of the text, then each row by `append`, then `end`.
template <typename Append>
absl::StatusOr<Extract> Write(const std::string& format_yaml, std::string begin, const Append& append,
                              std::string_view end) {
  Extract extract;
  WENSUM_ASSIGN_OR_RETURN(extract.mapping, ingest::ParseMapping(Cat(kContract, format_yaml)));
  Random random(7);
  for (uint64_t row = 0; row < kRows; ++row) append(Values(row, random), begin);
  extract.text = std::move(begin);
  extract.text += end;
  return extract;
}

absl::StatusOr<Inputs> MakeInputs() {
  Inputs inputs;
  std::string header;
  std::string layout = "fixed: {columns: [";
  for (size_t i = 0; i < kColumns; ++i) {
    AppendTo(header, i == 0 ? "" : ",", "C", i);
    AppendTo(layout, i == 0 ? "" : ", ", "{name: C", i, ", start: ", i * kWidth + 1, ", width: ", kWidth, "}");
  }
  const auto csv = [](const std::vector<std::string>& values, std::string& out) {
    for (size_t i = 0; i < kColumns; ++i) AppendTo(out, i == 0 ? "" : ",", values[i]);
    out += '\n';
  };
  const auto fixed = [](std::vector<std::string> values, std::string& out) {
    for (std::string& value : values) {
      value.resize(kWidth, ' ');
      out += value;
    }
    out += '\n';
  };
  const auto json = [](const std::vector<std::string>& values, std::string& out) {
    for (size_t i = 0; i < kColumns; ++i) AppendTo(out, i == 0 ? "{" : ",", "\"C", i, "\":\"", values[i], "\"");
    out += "}\n";
  };
  const auto xml = [](std::vector<std::string> values, std::string& out) {
    values[1] = "MR J &amp; MRS P SMITH";
    out += "<A>";
    for (size_t i = 0; i < kColumns; ++i) AppendTo(out, "<C", i, ">", values[i], "</C", i, ">");
    out += "</A>\n";
  };
  WENSUM_ASSIGN_OR_RETURN(inputs.csv, Write("", header + "\n", csv, ""));
  WENSUM_ASSIGN_OR_RETURN(inputs.fixed, Write(layout + "]}\n", "", fixed, ""));
  WENSUM_ASSIGN_OR_RETURN(inputs.json_lines, Write("jsonl: {}\n", "", json, ""));
  WENSUM_ASSIGN_OR_RETURN(inputs.xml, Write("xml: {record: /E/A}\n", "<E>", xml, "</E>"));
  return inputs;
}

const Inputs& Made() {
  static const Inputs& inputs = InputOrExit(MakeInputs());
  return inputs;
}

// As InspectFile does it, but from memory: the disk is not what is measured.
absl::StatusOr<ingest::MappedFacts> Inspect(const Extract& extract) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::ByteSource> source,
                          ingest::ByteSource::OpenMemory(extract.text));
  WENSUM_ASSIGN_OR_RETURN(
      const std::unique_ptr<ingest::MappedReader> reader,
      ingest::MappedReader::Open(&extract.mapping, source.get(), {.today = {2026, 11, 24}, .structure_only = true}));
  ingest::MappedRow row;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, reader->Next(row));
    if (!more) return reader->facts();
  }
}

void Gate(benchmark::State& state, const Extract& extract) {
  for (auto _ : state) {
    const absl::StatusOr<ingest::MappedFacts> facts = Inspect(extract);
    if (!facts.ok()) {
      Fail(state, std::string(Message(facts.status())));
      return;
    }
    bool held = facts->data_rows == kRows && facts->stop() == nullptr;
    for (const ingest::RuleFailures& rule : facts->contract) held = held && rule.rows == 0;
    if (!held) Fail(state, "the gate did not find what was written");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(extract.text.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRows));
}

void GateCsv(benchmark::State& state) { Gate(state, Made().csv); }
void GateFixed(benchmark::State& state) { Gate(state, Made().fixed); }
void GateJsonLines(benchmark::State& state) { Gate(state, Made().json_lines); }
void GateXml(benchmark::State& state) { Gate(state, Made().xml); }

void JointNames(benchmark::State& state) {
  constexpr std::string_view kTexts[] = {"MR J & MRS P SMITH", "SMITH, JOHN", "J SMITH AND P JONES",
                                         "EXORS OF J SMITH DECD"};
  size_t people = 0;
  GoRound(state, std::size(kTexts), [&](size_t i) { people += ingest::ReadJointNames(kTexts[i]).people.size(); });
  if (people < static_cast<size_t>(state.iterations())) Fail(state, "names are missing");
}

BENCHMARK(GateCsv)->Unit(benchmark::kMillisecond);
BENCHMARK(GateFixed)->Unit(benchmark::kMillisecond);
BENCHMARK(GateJsonLines)->Unit(benchmark::kMillisecond);
BENCHMARK(GateXml)->Unit(benchmark::kMillisecond);
BENCHMARK(JointNames);

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) { return wensum::benchmarks::RunBenchmarks(argc, argv); }
