#include "gazetteer/rules/register_check.h"

#include <algorithm>
#include <iterator>
#include <variant>

#include "base/hash.h"
#include "base/strings.h"
#include "gazetteer/rules/finding_collector.h"
#include "gazetteer/rules/row_judge.h"

namespace wensum::llpg {
namespace {

using model::ChangeType;
using Findings = std::vector<Finding>;

bool SameUprn(const LpiFacts& a, const LpiFacts& b) { return a.uprn == b.uprn; }
bool IsLive(const LpiFacts& lpi) { return lpi.logical_status != 0 && !IsEnded(lpi.logical_status); }

}  // namespace

void RegisterCheck::Add(const model::GazetteerRow& row, ChangeType change, RowOrigin origin, Findings* findings) {
  std::visit([&](const auto& content) { AddRow(content, change, origin, findings); }, row);
}

void RegisterCheck::AddRow(const model::Street& row, ChangeType change, RowOrigin origin, Findings* findings) {
  StoredStreet& stored = streets_[row.usrn.value()];
  if (change == ChangeType::kInsert && stored.present) {
    FindingCollector({.usrn = row.usrn, .origin = origin}, findings)
        .Add(RuleId::kUsrnUnique, "USRN", Cat("The USRN ", row.usrn.ToString(), " was used before"));
  }
  stored.present = change != ChangeType::kDelete;
  stored.facts = FactsOf(row, origin);
  if (!stored.present && stored.descriptors.empty()) {
    streets_.erase(row.usrn.value());
  }
}

void RegisterCheck::AddRow(const model::StreetDescriptor& row, ChangeType change, RowOrigin origin,
                           Findings* findings) {
  StoredStreet& stored = streets_[row.usrn.value()];
  DescriptorFacts facts = FactsOf(row, origin);
  const auto same = std::ranges::find(stored.descriptors, facts.language, &DescriptorFacts::language);
  if (same == stored.descriptors.end()) {
    if (change != ChangeType::kDelete) {
      stored.descriptors.push_back(std::move(facts));
    }
    return;
  }
  if (change == ChangeType::kDelete) {
    stored.descriptors.erase(same);
    return;
  }
  if (change == ChangeType::kInsert) {
    FindingCollector({.usrn = row.usrn, .origin = origin}, findings)
        .Add(RuleId::kDescriptorUnique, "LANGUAGE",
             Cat("The street ", row.usrn.ToString(), " has another descriptor in ", Quote(row.language)));
  }
  *same = std::move(facts);
}

void RegisterCheck::NoteLateDeletion(model::Uprn uprn, uint16_t file, RowOrigin origin, Findings* findings) const {
  if (file == file_) {
    FindingCollector({.uprn = uprn, .origin = origin}, findings)
        .Add(RuleId::kFileDeleteLate, "CHANGE_TYPE", "The record was inserted or updated earlier in the file");
  }
}

uint16_t RegisterCheck::WardIndex(const std::string& code) {
  if (code.empty()) {
    return 0;
  }
  const auto [it, fresh] = ward_index_.try_emplace(code, static_cast<uint16_t>(wards_.size()));
  if (fresh) {
    if (wards_.size() > UINT16_MAX) {
      it->second = 0;  // no country has so many wards: a damaged column
    } else {
      wards_.push_back(code);
    }
  }
  return it->second;
}

void RegisterCheck::AddRow(const model::Blpu& row, ChangeType change, RowOrigin origin, Findings* findings) {
  const auto found = blpus_.find(row.uprn.value());
  if (change == ChangeType::kDelete) {
    if (found != blpus_.end()) {
      NoteLateDeletion(row.uprn, found->second.file, origin, findings);
      blpus_.erase(found);
    }
    return;
  }
  if (change == ChangeType::kInsert && found != blpus_.end()) {
    FindingCollector({.uprn = row.uprn, .origin = origin}, findings)
        .Add(RuleId::kUprnUnique, "UPRN", Cat("The UPRN ", row.uprn.ToString(), " was used before"));
  }
  blpus_.insert_or_assign(row.uprn.value(),
                          StoredBlpu{.facts = FactsOf(row, origin), .ward = WardIndex(row.ward_code), .file = file_});
}

void RegisterCheck::AddRow(const model::Lpi& row, ChangeType change, RowOrigin origin, Findings* findings) {
  LpiFacts facts = FactsOf(row, origin);
  const auto found = lpi_of_key_.find(facts.key);
  const bool same = found != lpi_of_key_.end() && lpis_[found->second].uprn == row.uprn;
  if (change == ChangeType::kDelete) {
    if (same) {
      lpis_[found->second] = {};
      lpi_of_key_.erase(found);
    }
    return;
  }
  if (found != lpi_of_key_.end() && (change == ChangeType::kInsert || !same)) {
    FindingCollector({.uprn = row.uprn, .usrn = row.usrn, .key = row.lpi_key, .origin = origin}, findings)
        .Add(RuleId::kLpiKeyUnique, "LPI_KEY",
             Cat("The key was used before, for the UPRN ", lpis_[found->second].uprn.ToString()));
  }
  if (same) {
    lpis_[found->second] = facts;
    return;
  }
  lpi_of_key_.insert_or_assign(facts.key, static_cast<uint32_t>(lpis_.size()));
  lpis_.push_back(facts);
}

void RegisterCheck::AddRow(const model::CrossReference& row, ChangeType change, RowOrigin origin, Findings* findings) {
  const uint64_t key = PackKey(row.xref_key, 'X');
  const auto found = xref_of_key_.find(key);
  const bool same = found != xref_of_key_.end() && found->second.uprn == row.uprn;
  if (change == ChangeType::kDelete) {
    if (same) {
      xref_of_key_.erase(found);
    }
    return;
  }
  if (found != xref_of_key_.end()) {
    FindingCollector out({.uprn = row.uprn, .key = row.xref_key, .origin = origin}, findings);
    if (!same) {
      out.Add(RuleId::kXrefMoved, "UPRN",
              Cat("The cross reference's key belongs to the UPRN ", found->second.uprn.ToString()));
    } else if (change == ChangeType::kInsert) {
      out.Add(RuleId::kXrefKey, "XREF_KEY", "The key was used before");
    }
  }
  xref_of_key_.insert_or_assign(key, StoredRow{.uprn = row.uprn, .record = 23, .origin = origin});
}

void RegisterCheck::AddOther(int record, model::Uprn uprn, uint64_t key, ChangeType change, RowOrigin origin) {
  const uint64_t id = HashCombine(HashCombine(uprn.value(), key), static_cast<uint64_t>(record));
  if (change == ChangeType::kDelete) {
    others_.erase(id);
  } else {
    others_.insert_or_assign(id, StoredRow{.uprn = uprn, .record = static_cast<uint8_t>(record), .origin = origin});
  }
}

void RegisterCheck::AddRow(const model::Provenance& row, ChangeType change, RowOrigin origin, Findings* findings) {
  const uint64_t key = PackKey(row.provenance_key, 'P');
  const uint64_t id = HashCombine(HashCombine(row.uprn.value(), key), 22);
  if (change == ChangeType::kInsert && others_.contains(id)) {
    FindingCollector({.uprn = row.uprn, .key = row.provenance_key, .origin = origin}, findings)
        .Add(RuleId::kProvenanceKey, "PROV_KEY", "The key was used before");
  }
  AddOther(22, row.uprn, key, change, origin);
}

void RegisterCheck::AddRow(const model::Classification& row, ChangeType change, RowOrigin origin,
                           Findings* /*findings*/) {
  AddOther(32, row.uprn, PackKey(row.class_key, 'C'), change, origin);
  if (const PropertyKind kind = KindOf(row); kind != PropertyKind::kUnknown) {
    if (change == ChangeType::kDelete) {
      kinds_.erase(row.uprn.value());
    } else {
      kinds_[row.uprn.value()] = kind;
    }
  }
}

void RegisterCheck::AddRow(const model::PropertyOrganisation& row, ChangeType change, RowOrigin origin,
                           Findings* /*findings*/) {
  AddOther(31, row.uprn, PackKey(row.org_key, 'O'), change, origin);
}

void RegisterCheck::AddRow(const model::DeliveryPoint& row, ChangeType change, RowOrigin origin,
                           Findings* /*findings*/) {
  AddOther(28, row.uprn, row.udprn, change, origin);
}

void RegisterCheck::AddRow(const model::Successor& row, ChangeType change, RowOrigin origin, Findings* /*findings*/) {
  AddOther(30, row.uprn, PackKey(row.successor_key, 'S'), change, origin);
}

std::optional<StreetFacts> RegisterCheck::FindStreet(model::Usrn usrn) const {
  const auto found = streets_.find(usrn.value());
  return found == streets_.end() || !found->second.present ? std::nullopt : std::optional(found->second.facts);
}

std::optional<BlpuFacts> RegisterCheck::FindBlpu(model::Uprn uprn) const {
  const auto found = blpus_.find(uprn.value());
  return found == blpus_.end() ? std::nullopt : std::optional(found->second.facts);
}

std::span<const LpiFacts> RegisterCheck::LpisOf(model::Uprn uprn) const {
  const auto range = std::ranges::equal_range(lpis_, uprn, {}, &LpiFacts::uprn);
  return {range.begin(), range.end()};
}

RegisterCheck::Place RegisterCheck::PlaceOf(model::Uprn uprn) const {
  Place place;
  if (const auto found = blpus_.find(uprn.value()); found != blpus_.end()) {
    place.ward = wards_[found->second.ward];
  }
  // Approved first, then provisional, then the others.
  const auto rank = [](const LpiFacts& lpi) { return lpi.logical_status == 1 ? 0 : (lpi.logical_status == 6 ? 1 : 2); };
  const std::span<const LpiFacts> lpis = LpisOf(uprn);
  const auto best = std::ranges::min_element(lpis, {}, rank);
  if (best != lpis.end()) {
    place.usrn = best->usrn;
  }
  return place;
}

void RegisterCheck::SortLpis() {
  lpi_of_key_ = {};
  std::erase_if(lpis_, [](const LpiFacts& lpi) { return lpi.uprn.empty(); });
  std::ranges::sort(lpis_, {}, [](const LpiFacts& lpi) { return std::pair(lpi.uprn, lpi.key); });
  for (const auto& [uprn, kind] : kinds_) {
    if (const auto found = blpus_.find(uprn); found != blpus_.end()) {
      found->second.facts.kind = kind;
    }
  }
}

void RegisterCheck::Finish(const Visitor& visit) {
  SortLpis();
  Findings findings;
  const auto flush = [&] {
    for (Finding& finding : findings) {
      visit(std::move(finding));
    }
    findings.clear();
  };
  JudgeStreets(findings);
  flush();
  JudgeStreetNames(findings);
  flush();
  JudgeProperties(visit);
  JudgeOrphans(findings);
  flush();
  JudgeAddresses(findings);
  flush();
  JudgeStreetRecords(findings);
  flush();
}

void RegisterCheck::JudgeStreets(Findings& findings) const {
  absl::flat_hash_map<uint32_t, uint32_t> live;  // properties by street
  for (auto begin = lpis_.begin(); begin != lpis_.end();) {
    const auto end = std::find_if(begin, lpis_.end(), [&](const LpiFacts& lpi) { return !SameUprn(lpi, *begin); });
    for (auto lpi = begin; lpi != end; ++lpi) {
      const auto same_street = [&](const LpiFacts& other) { return IsLive(other) && other.usrn == lpi->usrn; };
      if (IsLive(*lpi) && std::none_of(begin, lpi, same_street)) {
        ++live[lpi->usrn.value()];
      }
    }
    begin = end;
  }
  std::vector<uint32_t> usrns;
  usrns.reserve(streets_.size());
  for (const auto& [usrn, street] : streets_) {
    if (street.present) {
      usrns.push_back(usrn);
    }
  }
  std::ranges::sort(usrns);
  for (const uint32_t usrn : usrns) {
    const StoredStreet& street = streets_.find(usrn)->second;
    if (complete_ || !street.descriptors.empty()) {
      CheckStreet(street.facts, street.descriptors, config_, &findings);
    }
    const auto used = live.find(usrn);
    if (street.facts.closed() && used != live.end()) {
      const RowOrigin& origin = street.facts.origin;
      FindingCollector({.usrn = street.facts.usrn, .origin = origin}, &findings)
          .Add(RuleId::kStreetClosedEmpty, "STATE",
               Cat("The street is closed, but ", used->second, " live ",
                   used->second == 1 ? "property is" : "properties are", " on it"));
    }
  }
}

void RegisterCheck::JudgeStreetNames(Findings& findings) const {
  std::vector<const DescriptorFacts*> rows;
  for (const auto& [usrn, street] : streets_) {
    for (const DescriptorFacts& row : street.descriptors) {
      if (!row.description.empty() && !(street.present && street.facts.closed())) {
        rows.push_back(&row);
      }
    }
  }
  const auto name = [](const DescriptorFacts* row) {
    return ToUpperAscii(Cat(row->description, "\x1f", row->locality, "\x1f", row->town, "\x1f",
                            row->administrative_area, "\x1f", static_cast<int>(row->language)));
  };
  absl::flat_hash_map<std::string, const DescriptorFacts*> first_of_name;
  std::ranges::sort(rows, {}, [](const DescriptorFacts* row) { return row->usrn; });
  for (const DescriptorFacts* row : rows) {
    const auto [first, fresh] = first_of_name.try_emplace(name(row), row);
    if (!fresh) {
      FindingCollector({.usrn = row->usrn, .origin = row->origin}, &findings)
          .Add(RuleId::kStreetNameUnique, "STREET_DESCRIPTION",
               Cat("The street ", first->second->usrn.ToString(), " has the same name ", Quote(row->description)));
    }
  }
}

void RegisterCheck::JudgeProperties(const Visitor& visit) const {
  std::vector<uint64_t> uprns;
  uprns.reserve(blpus_.size());
  for (const auto& [uprn, blpu] : blpus_) {
    uprns.push_back(uprn);
  }
  std::ranges::sort(uprns);
  const ObjectContext context = {.config = &config_, .lookup = this};
  Findings findings;
  auto lpi = lpis_.begin();
  auto next = uprns.begin();
  // A merge of two sorted lists: UPRNs with a BLPU, and those with LPIs.
  while (lpi != lpis_.end() || next != uprns.end()) {
    const bool of_lpi = next == uprns.end() || (lpi != lpis_.end() && lpi->uprn.value() < *next);
    const uint64_t uprn = of_lpi ? lpi->uprn.value() : *next;
    const auto begin = lpi;
    while (lpi != lpis_.end() && lpi->uprn.value() == uprn) {
      ++lpi;
    }
    const auto blpu = of_lpi ? blpus_.end() : blpus_.find(uprn);
    CheckProperty({.blpu = blpu == blpus_.end() ? nullptr : &blpu->second.facts, .lpis = {begin, lpi}}, context,
                  &findings);
    next += of_lpi ? 0 : 1;
    for (Finding& finding : findings) {
      visit(std::move(finding));
    }
    findings.clear();
  }
}

void RegisterCheck::JudgeOrphans(Findings& findings) const {
  if (!complete_) {
    return;
  }
  struct Orphan {
    StoredRow row;
    uint64_t key;
  };
  std::vector<Orphan> orphans;
  for (const auto& [key, row] : xref_of_key_) {
    if (!blpus_.contains(row.uprn.value())) {
      orphans.push_back({row, key});
    }
  }
  for (const auto& [id, row] : others_) {
    if (!blpus_.contains(row.uprn.value())) {
      orphans.push_back({row, 0});
    }
  }
  std::ranges::sort(orphans, {}, [](const Orphan& orphan) {
    return std::tuple(orphan.row.uprn, orphan.row.record, orphan.key, orphan.row.origin.line);
  });
  for (const Orphan& orphan : orphans) {
    const std::string key = orphan.row.record == 23 ? UnpackKey(orphan.key, 'X') : std::string();
    AddOrphan(orphan.row.record, orphan.row.uprn, key, orphan.row.origin, &findings);
  }
}

void RegisterCheck::JudgeAddresses(Findings& findings) const {
  // Approved and provisional LPIs of live properties; alternatives repeat by their nature.
  absl::flat_hash_map<uint64_t, const LpiFacts*> first_of_address;
  for (const LpiFacts& lpi : lpis_) {
    if ((lpi.logical_status != 1 && lpi.logical_status != 6) || lpi.ended) {
      continue;
    }
    const auto [first, fresh] = first_of_address.try_emplace(lpi.address_hash, &lpi);
    if (fresh || SameUprn(*first->second, lpi)) {
      continue;
    }
    const std::string key = UnpackKey(lpi.key, 'L');
    FindingCollector({.uprn = lpi.uprn, .usrn = lpi.usrn, .key = key, .origin = lpi.origin}, &findings)
        .Add(RuleId::kDuplicateAddress, "PAO_TEXT",
             Cat("The UPRN ", first->second->uprn.ToString(), " has the same address"));
  }
}

void RegisterCheck::JudgeStreetRecords(Findings& findings) const {
  absl::flat_hash_map<uint32_t, model::Uprn> first_of_street;
  for (const LpiFacts& lpi : lpis_) {
    if (!lpi.street_record || lpi.logical_status != 1) {
      continue;
    }
    const auto [first, fresh] = first_of_street.try_emplace(lpi.usrn.value(), lpi.uprn);
    if (!fresh && first->second != lpi.uprn) {
      FindingCollector({.uprn = lpi.uprn, .usrn = lpi.usrn, .origin = lpi.origin}, &findings)
          .Add(RuleId::kStreetBlpuUnique, "PAO_TEXT",
               Cat("The street has the street record ", first->second.ToString(), " already"));
    }
  }
}

}  // namespace wensum::llpg
