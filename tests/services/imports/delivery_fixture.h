// A feed of cards, one extract a night, for tests of what follows from the order of extracts.
#ifndef WENSUM_TESTS_SERVICES_IMPORTS_DELIVERY_FIXTURE_H_
#define WENSUM_TESTS_SERVICES_IMPORTS_DELIVERY_FIXTURE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "storage/import_keys.h"
#include "storage/keys.h"
#include "tests/services/imports/run_engine_fixture.h"
#include "wensum/storage/v1/imports.pb.h"

namespace wensum::imports {

inline constexpr std::string_view kDeliveryMapping = R"(
version: 1
feed: cards
source: contact
kind: person
records:
  - key: "{ID}"
    fields:
      name.forenames: {column: FORENAMES}
      name.surname: {column: SURNAME}
      date_of_birth: {column: BORN, date: ["YYYY-MM-DD"]}
      emails: [{column: EMAIL}]
)";
inline constexpr std::string_view kComplete = R"(
delivery: {extracts: complete, delete_after: 2, delete_at_most: 5, delete_at_most_percent: 50}
)";
inline constexpr int64_t kNight = int64_t{24} * 3'600 * 1'000'000;

inline std::string Row(int i, std::string_view surname = "") {
  return Cat("C", i, ",Forename", i, ",", surname.empty() ? Cat("Surname", i) : std::string(surname), ",",
             1930 + i % 70, "-0", 1 + i % 9, "-1", i % 9, ",\n");
}

class DeliveryRunTest : public RunEngineFixture {
 protected:
  // The extract of a night with these rows.
  StartSpec Extract(std::string_view rows, std::string_view more_mapping = kComplete) {
    clock_.Advance(kNight);
    StartSpec spec;
    spec.feed = "cards";
    spec.mapping_yaml = Cat(kDeliveryMapping, more_mapping);
    spec.path = WriteFile(Cat("cards", files_++, ".csv"), Cat("ID,FORENAMES,SURNAME,BORN,EMAIL\n", rows));
    spec.extract_time = clock_.Now();
    return spec;
  }
  // Those of the cards that are not in `without`.
  StartSpec Cards(int count, const std::set<int>& without = {}) {
    std::string rows;
    for (int i = 0; i < count; ++i) {
      if (!without.contains(i)) {
        rows += Row(i);
      }
    }
    return Extract(rows);
  }
  storage::v1::ImportRun Succeed(const StartSpec& spec) {
    storage::v1::ImportRun run = RunToEnd(spec);
    EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
    return run;
  }
  bool Live(std::string_view key) {
    const auto version = register_->GetSource(*register_->OpenView({}), {.source = "contact", .key = std::string(key)});
    EXPECT_TRUE(version.ok()) << version.status();
    return version.ok() && !version->stored.deleted();
  }
  std::optional<storage::v1::Delivered> Stored(std::string_view key) {
    const std::string hash = register_->HashSourceKey({.source = "contact", .key = std::string(key)});
    const auto value =
        store_.Get(storage::Family::kImportRun, storage::DeliveredKey(register_->register_id(), "cards", hash));
    storage::v1::Delivered delivered;
    if (!value->has_value() || !delivered.ParseFromString(**value)) {
      return std::nullopt;
    }
    return delivered;
  }
  // All of the store but the runs, and what is known of the feed.
  std::string StateBesidesRuns() {
    std::string state;
    for (size_t i = 0; i < storage::kFamilyCount; ++i) {
      const auto family = static_cast<storage::Family>(i);
      const auto iterator = store_.NewIterator(family, {});
      for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
        if (!storage::ParseImportRunKey(iterator->key()).ok() && !storage::ParseFeedKey(iterator->key()).ok()) {
          AppendTo(state, i, ":", HexEncode(iterator->key()), "=", HexEncode(iterator->value()), "\n");
        }
      }
    }
    return state;
  }
};

}  // namespace wensum::imports

#endif  // WENSUM_TESTS_SERVICES_IMPORTS_DELIVERY_FIXTURE_H_
