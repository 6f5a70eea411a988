// A small town in memory, and operations on it.
#ifndef WENSUM_TESTS_GAZETTEER_LIFECYCLE_TOWN_FIXTURE_H_
#define WENSUM_TESTS_GAZETTEER_LIFECYCLE_TOWN_FIXTURE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/apply_operation.h"
#include "gazetteer/lifecycle/invariants.h"
#include "gazetteer/lifecycle/refusal.h"

namespace wensum::llpg {

inline constexpr model::PartialDate kToday{.year = 2026, .month = 11, .day = 22};
inline constexpr model::PartialDate kLongAgo{.year = 2001, .month = 3, .day = 5};
inline constexpr int kNorwich = 2625;

inline model::Uprn U(uint64_t value) { return *model::Uprn::Create(value); }
inline model::Usrn S(uint64_t value) { return *model::Usrn::Create(value); }

class MemoryTown final : public Town, public NumberSource {
 public:
  std::map<model::Uprn, PropertyState> properties;
  std::map<model::Usrn, StreetState> streets;
  std::map<model::Uprn, std::vector<model::GazetteerRow>> keyed_rows;

  absl::StatusOr<const PropertyState*> FindProperty(model::Uprn uprn) const override {
    const auto found = properties.find(uprn);
    return found == properties.end() ? nullptr : &found->second;
  }
  absl::StatusOr<const StreetState*> FindStreet(model::Usrn usrn) const override {
    const auto found = streets.find(usrn);
    return found == streets.end() ? nullptr : &found->second;
  }
  absl::StatusOr<std::vector<model::Uprn>> ChildrenOf(model::Uprn parent) const override {
    std::vector<model::Uprn> children;
    for (const auto& [uprn, property] : properties) {
      if (property.blpu.parent_uprn == parent) {
        children.push_back(uprn);
      }
    }
    return children;
  }
  absl::StatusOr<std::vector<model::Uprn>> PropertiesOn(model::Usrn usrn) const override {
    std::vector<model::Uprn> uprns;
    for (const auto& [uprn, property] : properties) {
      if (std::any_of(property.lpis.begin(), property.lpis.end(), [&](const auto& lpi) { return lpi.usrn == usrn; })) {
        uprns.push_back(uprn);
      }
    }
    return uprns;
  }

  absl::StatusOr<std::vector<model::GazetteerRow>> KeyedRowsOf(model::Uprn uprn) const override {
    const auto found = keyed_rows.find(uprn);
    return found == keyed_rows.end() ? std::vector<model::GazetteerRow>() : found->second;
  }

  absl::StatusOr<model::Uprn> NextUprn() override { return U(next_uprn_++); }
  absl::StatusOr<model::Usrn> NextUsrn() override { return S(next_usrn_++); }
  absl::Status Claim(model::Uprn uprn) override {
    return properties.contains(uprn) ? Refuse("uprn_in_use", ObjectName(uprn), "In use.") : absl::OkStatus();
  }
  absl::Status Claim(model::Usrn usrn) override {
    return streets.contains(usrn) ? Refuse("usrn_in_use", ObjectName(usrn), "In use.") : absl::OkStatus();
  }
  absl::StatusOr<std::string> NextKey(int custodian_code, char letter) override {
    return Cat(custodian_code, letter, 900'000'000 + next_key_++);
  }

  void Put(const RowChange& change) {
    const auto put = [](auto& rows, const auto& row, auto key) {
      const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.*key == row.*key; });
      if (found == rows.end()) {
        rows.push_back(row);
      } else {
        *found = row;
      }
    };
    if (const auto* const blpu = std::get_if<model::Blpu>(&change.after)) {
      properties[blpu->uprn].blpu = *blpu;
    } else if (const auto* const lpi = std::get_if<model::Lpi>(&change.after)) {
      put(properties[lpi->uprn].lpis, *lpi, &model::Lpi::lpi_key);
    } else if (const auto* const xref = std::get_if<model::CrossReference>(&change.after)) {
      put(properties[xref->uprn].xrefs, *xref, &model::CrossReference::xref_key);
    } else if (const auto* const street = std::get_if<model::Street>(&change.after)) {
      streets[street->usrn].street = *street;
    } else if (const auto* const descriptor = std::get_if<model::StreetDescriptor>(&change.after)) {
      put(streets[descriptor->usrn].descriptors, *descriptor, &model::StreetDescriptor::language);
    }
  }

 private:
  uint64_t next_uprn_ = 500;
  uint64_t next_usrn_ = 50;
  uint64_t next_key_ = 1;
};

// Streets 1 (High Street) and 2 (Mill Lane); houses 101, 102 and 103 at 1 to 3 High Street.
class TownTest : public ::testing::Test {
 protected:
  TownTest() {
    AddStreet(1, "High Street");
    AddStreet(2, "Mill Lane");
    for (const int number : {1, 2, 3}) {
      AddHouse(100 + static_cast<uint64_t>(number), 1, number);
    }
  }

  void AddStreet(uint64_t usrn, std::string name) {
    StreetState& street = town_.streets[S(usrn)];
    street.street.usrn = S(usrn);
    street.street.record_type = 1;
    street.street.state = 2;
    street.street.state_date = kLongAgo;
    street.street.swa_org_ref_naming = kNorwich;
    street.street.start_x = street.street.end_x = 623'000;
    street.street.start_y = street.street.end_y = 308'000;
    street.street.dates = {.start = kLongAgo, .end = {}, .last_update = kLongAgo, .entry = kLongAgo};
    model::StreetDescriptor& descriptor = street.descriptors.emplace_back();
    descriptor.usrn = S(usrn);
    descriptor.language = "ENG";
    descriptor.description = std::move(name);
    descriptor.town = "Norwich";
    descriptor.administrative_area = "Norfolk";
  }

  PropertyState& AddHouse(uint64_t uprn, uint64_t usrn, int number, int status = kApproved, uint64_t parent = 0) {
    PropertyState& property = town_.properties[U(uprn)];
    model::Blpu& blpu = property.blpu;
    blpu.uprn = U(uprn);
    blpu.logical_status = status;
    blpu.state = status == kProvisional ? 6 : 2;
    blpu.state_date = kLongAgo;
    blpu.blpu_class = "RD04";
    blpu.parent_uprn = parent == 0 ? model::Uprn() : U(parent);
    blpu.x = 623'001.5;
    blpu.y = 308'002;
    blpu.rpc = 1;
    blpu.local_custodian_code = kNorwich;
    blpu.dates = {.start = kLongAgo, .end = {}, .last_update = kLongAgo, .entry = kLongAgo};
    model::Lpi& lpi = property.lpis.emplace_back();
    lpi.uprn = blpu.uprn;
    lpi.lpi_key = Cat("2625L", 100'000'000 + uprn);
    lpi.language = "ENG";
    lpi.logical_status = status;
    lpi.pao.has_number = true;
    lpi.pao.start_number = number;
    lpi.usrn = S(usrn);
    lpi.postal_address = "Y";
    lpi.postcode = "NR1 1AA";
    lpi.post_town = "Norwich";
    lpi.dates = blpu.dates;
    return property;
  }

  // Flat `number` of a house.
  PropertyState& AddFlat(uint64_t uprn, uint64_t parent, int number, int status = kApproved) {
    const model::Lpi house = town_.properties.at(U(parent)).lpis.front();
    PropertyState& property = AddHouse(uprn, house.usrn.value(), house.pao.start_number, status, parent);
    property.lpis.front().sao.text = Cat("Flat ", number);
    return property;
  }

  static NewAddress At(uint64_t usrn, int number) {
    NewAddress address;
    address.usrn = S(usrn);
    address.pao.has_number = true;
    address.pao.start_number = number;
    address.postcode = "NR1 1AA";
    address.post_town = "Norwich";
    return address;
  }
  static NewProperty NewAt(uint64_t usrn, int number) {
    NewProperty property;
    property.blpu_class = "RD04";
    property.x = 623'010;
    property.y = 308'020;
    property.addresses = {At(usrn, number)};
    return property;
  }

  // Does it: the town is changed. Fails the test if it is refused, or if a fault is left.
  template <typename Act>
  Outcome Do(Act act, model::PartialDate date = {}) {
    absl::StatusOr<Outcome> outcome = Try(std::move(act), date);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    if (!outcome.ok()) {
      return {};
    }
    for (const RowChange& change : outcome->changes) {
      town_.Put(change);
    }
    for (const Refusal& fault : Faults()) {
      ADD_FAILURE() << fault.object << ": " << fault.message << " (" << fault.rule << ")";
    }
    return *std::move(outcome);
  }

  template <typename Act>
  absl::StatusOr<Outcome> Try(Act act, model::PartialDate date = {}) {
    return ApplyOperation({.act = std::move(act), .date = date}, town_, town_,
                          {.today = kToday, .own_custodians = {kNorwich}, .config = &config_});
  }

  // The rules that refuse it; "ok" if none does, else the status code and the field.
  template <typename Act>
  std::string Refused(Act act, model::PartialDate date = {}) {
    const absl::Status status = Try(std::move(act), date).status();
    if (status.ok()) {
      return "ok";
    }
    EXPECT_FALSE(Message(status).empty());
    std::vector<std::string> rules;
    for (const Refusal& refusal : RefusalsOf(status)) {
      if (std::find(rules.begin(), rules.end(), refusal.rule) == rules.end()) {
        rules.push_back(refusal.rule);
      }
    }
    if (rules.empty()) {
      return Cat(absl::StatusCodeToString(status.code()), " ", WrongFieldOf(status).value_or(""));
    }
    return Join(rules, " ");
  }

  std::vector<Refusal> Faults() const {
    std::vector<Refusal> faults;
    std::set<model::Uprn> uprns;
    for (const auto& [uprn, property] : town_.properties) {
      uprns.insert(uprn);
      EXPECT_TRUE(CheckProperty(town_, uprn, kToday, config_, &faults).ok());
    }
    for (const auto& [usrn, street] : town_.streets) {
      EXPECT_TRUE(CheckStreet(town_, usrn, kToday, config_, &faults).ok());
      EXPECT_TRUE(CheckDuplicates(town_, usrn, uprns, &faults).ok());
    }
    return faults;
  }

  const model::Blpu& BlpuOf(uint64_t uprn) const { return town_.properties.at(U(uprn)).blpu; }
  // "1:3 High Street" style: status and number or text of each LPI, by key.
  std::string LpisOf(uint64_t uprn) const {
    std::vector<model::Lpi> lpis = town_.properties.at(U(uprn)).lpis;
    std::sort(lpis.begin(), lpis.end(), [](const auto& a, const auto& b) { return a.lpi_key < b.lpi_key; });
    std::vector<std::string> texts;
    for (const model::Lpi& lpi : lpis) {
      std::string sao = lpi.sao.text.empty() ? (lpi.sao.has_number ? Cat(lpi.sao.start_number) : "") : lpi.sao.text;
      std::string pao = lpi.pao.text.empty() ? Cat(lpi.pao.start_number) : lpi.pao.text;
      texts.push_back(Cat(lpi.logical_status, ":", sao, sao.empty() ? "" : " ", pao, "@", lpi.usrn.value()));
    }
    return Join(texts, ", ");
  }

  MemoryTown town_;
  RuleConfig config_;  // that operations and Faults go by
};

}  // namespace wensum::llpg

#endif  // WENSUM_TESTS_GAZETTEER_LIFECYCLE_TOWN_FIXTURE_H_
