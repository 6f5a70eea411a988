// Random histories of a small gazetteer.
#ifndef WENSUM_TESTS_SERVICES_EXPORTS_RANDOM_HISTORY_H_
#define WENSUM_TESTS_SERVICES_EXPORTS_RANDOM_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/random.h"
#include "model/gazetteer.h"
#include "services/gazetteer/row_codec.h"
#include "tests/gazetteer/format/random_dtf_rows.h"
#include "tests/services/exports/test_gazetteer.h"

namespace wensum::exports {

// Makes random commits of rows of few streets and properties, so that they meet each other.
class RandomHistory {
 public:
  explicit RandomHistory(uint64_t seed) : random_(seed) {}

  // A row that was there before the first commit.
  void Adopt(const model::GazetteerRow& row) { rows_[KeyOf(row)] = row; }
  // Properties are of custodian 2625 alone.
  void set_one_custodian() { one_custodian_ = true; }

  std::vector<TestGazetteer::Write> NextCommit() {
    std::vector<TestGazetteer::Write> writes;
    if (rows_.empty()) {
      writes.push_back({model::CustodianRecord{2625, 10, {"NORWICH", "1", "2625", "7.3.1"}}});
      writes.push_back({llpg::RandomDtfRow(random_, 29, {})});
    }
    for (uint64_t n = 1 + random_.Below(25); n > 0; --n) {
      if (!rows_.empty() && random_.Chance(0.35)) {
        Delete(writes);
      } else {
        Put(writes);
      }
    }
    return writes;
  }

 private:
  void Put(std::vector<TestGazetteer::Write>& writes) {
    static constexpr int kTypes[] = {11, 12, 13, 14, 15, 21, 21, 21, 22, 23, 24, 24, 25, 26, 27};
    const int type = kTypes[random_.Below(std::size(kTypes))];
    const llpg::RowPlace place{
        .usrn = 1 + static_cast<uint32_t>(random_.Below(4)), .uprn = 1 + random_.Below(10), .number = random_.Below(3)};
    model::GazetteerRow row = llpg::RandomDtfRow(random_, type, place);
    if (auto* const blpu = std::get_if<model::Blpu>(&row); blpu != nullptr && one_custodian_) {
      blpu->local_custodian_code = 2625;
    }
    if (auto* const kept = std::get_if<model::KeptRow>(&row); kept != nullptr && random_.Chance(0.4)) {
      // The next of its subkey, if there is one before it.
      while (rows_.contains(KeyOf(row)) && kept->occurrence < 4) {
        ++kept->occurrence;
      }
    }
    rows_[KeyOf(row)] = row;
    writes.push_back({std::move(row)});
  }

  // Of kept rows of one subkey the last is deleted, as by a file that tells them by their place.
  void Delete(std::vector<TestGazetteer::Write>& writes) {
    auto it = rows_.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(random_.Below(rows_.size())));
    if (auto* kept = std::get_if<model::KeptRow>(&it->second)) {
      model::KeptRow next = *kept;
      while (true) {
        ++next.occurrence;
        const auto found = rows_.find(KeyOf(next));
        if (found == rows_.end()) {
          break;
        }
        it = found;
      }
    }
    writes.push_back({it->second, model::ChangeType::kDelete});
    rows_.erase(it);
  }

  static std::string KeyOf(const model::GazetteerRow& row) {
    return gazetteer::RowKey(kTestRegister, gazetteer::IdentityOf(row));
  }

  Random random_;
  bool one_custodian_ = false;
  std::map<std::string, model::GazetteerRow> rows_;
};

}  // namespace wensum::exports

#endif  // WENSUM_TESTS_SERVICES_EXPORTS_RANDOM_HISTORY_H_
