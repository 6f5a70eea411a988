// Any two texts as the hub's supply and the register's: compared or refused with a reason, and alike both ways round.
// A line "----" parts the two; without it the text is compared with itself.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/byte_source.h"
#include "services/hub/supply_comparison.h"
#include "tests/support/fuzz_require.h"

namespace wensum::hub {
namespace {

constexpr int kCustodian = 2625;
constexpr std::string_view kParting = "\n----\n";
constexpr ComparisonLimits kLimits = {
    .records = 1'000, .differing = 100, .differing_bytes = size_t{64} << 10, .unreadable = 10};

// Null: a text that no reader takes.
struct Text {
  explicit Text(std::string_view text) {
    auto opened = ingest::ByteSource::OpenMemory(text);
    if (!opened.ok()) return;
    source = *std::move(opened);
    auto read = ingest::GazetteerReader::Open(source.get(), {.format = model::GazetteerFormat::kDtf73});
    if (read.ok()) reader = *std::move(read);
  }
  std::unique_ptr<ingest::ByteSource> source;
  std::unique_ptr<ingest::GazetteerReader> reader;
};

absl::StatusOr<SupplyComparison> Compare(std::string_view hub, std::string_view ours) {
  const Text hubs(hub);
  const Text registers(ours);
  if (hubs.reader == nullptr || registers.reader == nullptr) {
    return InvalidArgument("no gazetteer file");
  }
  return CompareSupplies(*hubs.reader, *registers.reader, kCustodian, kLimits, [] { return false; });
}

// Nothing of the hub's file was left out.
bool Whole(const SupplyComparison& found) { return found.unreadable == 0 && found.other_custodians == 0; }

std::vector<std::string> KeysOf(const SupplyComparison& found) {
  std::vector<std::string> keys;
  for (const DifferingRecord& record : found.differing) {
    keys.push_back(gazetteer::RowKey(/*reg=*/0, record.identity));
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

void RequireSound(const SupplyComparison& found) {
  Require(found.hub_records + found.other_custodians <= kLimits.records, "records are bounded");
  Require(found.differing.size() <= kLimits.differing, "differences are bounded");
  Require(found.first_unreadable.size() == std::min<uint64_t>(found.unreadable, kLimits.unreadable),
          "the first unreadable rows are kept");
  for (const UnreadableRow& row : found.first_unreadable) {
    Require(row.line > 0 && !row.why.empty(), "an unreadable row says where and why");
  }
  for (const DifferingRecord& record : found.differing) {
    Require(record.ours.has_value() || record.hubs.has_value(), "somebody has what differs");
    Require(record.hubs.has_value() == (record.line > 0), "what the hub has stands in a line of its file");
    const std::string key = gazetteer::RowKey(/*reg=*/0, record.identity);
    for (const std::optional<model::GazetteerRow>* const side : {&record.ours, &record.hubs}) {
      Require(!side->has_value() || gazetteer::RowKey(/*reg=*/0, gazetteer::IdentityOf(**side)) == key,
              "both are the same record");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t parting = text.find(kParting);
  const std::string_view hub = text.substr(0, parting == std::string_view::npos ? size : parting + 1);
  const std::string_view ours = parting == std::string_view::npos ? text : text.substr(parting + kParting.size());
  const auto found = Compare(hub, ours);
  if (!found.ok()) {
    Require(!Message(found.status()).empty(), "a refusal says why");
    return 0;
  }
  RequireSound(*found);
  const auto same = Compare(hub, hub);
  if (same.ok() && Whole(*same)) {
    Require(same->differing.empty(), "a file does not differ from itself");
  }
  const auto back = Compare(ours, hub);
  if (back.ok() && Whole(*found) && Whole(*back)) {
    Require(KeysOf(*found) == KeysOf(*back), "the same differs, whichever is the hub's");
  }
  return 0;
}

}  // namespace wensum::hub
