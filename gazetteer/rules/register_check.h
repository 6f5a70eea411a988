// The rules over everything there is: uniqueness, hierarchies, duplicate addresses, closed streets.
#ifndef WENSUM_GAZETTEER_RULES_REGISTER_CHECK_H_
#define WENSUM_GAZETTEER_RULES_REGISTER_CHECK_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "gazetteer/rules/object_rules.h"
#include "model/gazetteer.h"

namespace wensum::llpg {

// Takes every row of a register, or of the files of a supply, in their order, and then judges streets, properties and
// the register as a whole. What rows alone can tell is left to CheckRow.
//
// Changes are applied as they come: an update replaces, a deletion removes, an insertion of what is already there is a
// finding. Rows whose key cannot be used must be left out. Not thread-safe. Needs some 150 bytes of memory for each
// LPI and BLPU, 60 for each other row of a property, 500 for a street with its descriptor; takes less than a
// microsecond for a row.
class RegisterCheck : public Lookup {
 public:
  using Visitor = std::function<void(Finding)>;

  // `config` must outlive it.
  explicit RegisterCheck(const RuleConfig& config) : config_(config) {}

  // Findings that the row causes by itself are appended: keys used twice, deletions that come late.
  void Add(const model::GazetteerRow& row, model::ChangeType change, RowOrigin origin, std::vector<Finding>* findings);

  // What follows comes from another file: deletions may follow insertions again.
  void NextFile() { ++file_; }

  // Whether what was added is everything: if not (a change-only file by itself), nothing is said to be missing. True
  // from the start.
  void set_complete(bool complete) { complete_ = complete; }

  // Judges all. Calls `visit` for each finding: streets by USRN, then properties by UPRN, then pairs of them. Call it
  // once, after the last Add.
  void Finish(const Visitor& visit);

  [[nodiscard]] std::optional<StreetFacts> FindStreet(model::Usrn usrn) const override;
  [[nodiscard]] std::optional<BlpuFacts> FindBlpu(model::Uprn uprn) const override;
  [[nodiscard]] bool complete() const override { return complete_; }

  // Where a property is, for reports: the street of its best LPI (approved, provisional, other) and its ward code;
  // empty if not known. After Finish.
  struct Place {
    model::Usrn usrn;
    std::string_view ward;
  };
  [[nodiscard]] Place PlaceOf(model::Uprn uprn) const;

  [[nodiscard]] size_t property_count() const { return blpus_.size(); }
  [[nodiscard]] size_t street_count() const { return streets_.size(); }

 private:
  struct StoredBlpu {
    BlpuFacts facts;
    uint16_t ward = 0;  // index into wards_
    uint16_t file = 0;  // of its latest insertion or update
  };
  struct StoredRow {  // of another record of a property
    model::Uprn uprn;
    uint8_t record = 0;
    RowOrigin origin;
  };
  struct StoredStreet {
    StreetFacts facts;
    std::vector<DescriptorFacts> descriptors;
    bool present = false;  // record 11 was seen
  };

  void AddRow(const model::Street& row, model::ChangeType change, RowOrigin origin, std::vector<Finding>* findings);
  void AddRow(const model::StreetDescriptor& row, model::ChangeType change, RowOrigin origin,
              std::vector<Finding>* findings);
  void AddRow(const model::Blpu& row, model::ChangeType change, RowOrigin origin, std::vector<Finding>* findings);
  void AddRow(const model::Lpi& row, model::ChangeType change, RowOrigin origin, std::vector<Finding>* findings);
  void AddRow(const model::CrossReference& row, model::ChangeType change, RowOrigin origin,
              std::vector<Finding>* findings);
  void AddRow(const model::Provenance& row, model::ChangeType change, RowOrigin origin, std::vector<Finding>* findings);
  void AddRow(const model::Classification& row, model::ChangeType change, RowOrigin origin,
              std::vector<Finding>* findings);
  void AddRow(const model::PropertyOrganisation& row, model::ChangeType change, RowOrigin origin,
              std::vector<Finding>* findings);
  void AddRow(const model::DeliveryPoint& row, model::ChangeType change, RowOrigin origin,
              std::vector<Finding>* findings);
  void AddRow(const model::Successor& row, model::ChangeType change, RowOrigin origin, std::vector<Finding>* findings);
  void AddRow(const model::StreetReference&, model::ChangeType, RowOrigin, std::vector<Finding>*) {}
  void AddRow(const model::PostcodeCentroid&, model::ChangeType, RowOrigin, std::vector<Finding>*) {}
  void AddRow(const model::KeptRow&, model::ChangeType, RowOrigin, std::vector<Finding>*) {}
  void AddRow(const model::CustodianRecord&, model::ChangeType, RowOrigin, std::vector<Finding>*) {}

  // A record of a property that is only held to its BLPU's existence and the uniqueness of its key.
  void AddOther(int record, model::Uprn uprn, uint64_t key, model::ChangeType change, RowOrigin origin);
  void NoteLateDeletion(model::Uprn uprn, uint16_t file, RowOrigin origin, std::vector<Finding>* findings) const;
  uint16_t WardIndex(const std::string& code);

  void SortLpis();
  void JudgeStreets(std::vector<Finding>& findings) const;
  void JudgeStreetNames(std::vector<Finding>& findings) const;
  void JudgeProperties(const Visitor& visit) const;
  void JudgeOrphans(std::vector<Finding>& findings) const;
  void JudgeAddresses(std::vector<Finding>& findings) const;
  void JudgeStreetRecords(std::vector<Finding>& findings) const;
  [[nodiscard]] std::span<const LpiFacts> LpisOf(model::Uprn uprn) const;

  const RuleConfig& config_;
  bool complete_ = true;
  uint16_t file_ = 0;
  absl::flat_hash_map<uint32_t, StoredStreet> streets_;
  absl::flat_hash_map<uint64_t, StoredBlpu> blpus_;
  std::vector<LpiFacts> lpis_;  // by UPRN after Finish; removed ones have an empty UPRN
  absl::flat_hash_map<uint64_t, uint32_t> lpi_of_key_;
  absl::flat_hash_map<uint64_t, StoredRow> xref_of_key_;
  absl::flat_hash_map<uint64_t, StoredRow> others_;    // by hash of record, UPRN and key
  absl::flat_hash_map<uint64_t, PropertyKind> kinds_;  // what classifications say, by UPRN
  std::vector<std::string> wards_ = {""};
  absl::flat_hash_map<std::string, uint16_t> ward_index_;
};

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_RULES_REGISTER_CHECK_H_
