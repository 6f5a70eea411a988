#include "matching/survive/links.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "matching/survive/fields.h"
#include "matching/survive/golden_addresses.h"
#include "matching/survive/steward_step.h"
#include "matching/text/fold.h"

namespace wensum::matching {
namespace {

using model::PersonDetails;
using model::SourceRecord;

constexpr std::string_view kCurrentAddress = "current_address";

// One is the other, or its beginning: "LENA" and "LENA MARY".
bool OneBeginsOther(std::string_view a, std::string_view b) {
  const std::vector<std::string_view> tokens_a = FoldedTokens(a);
  const std::vector<std::string_view> tokens_b = FoldedTokens(b);
  const size_t count = std::min(tokens_a.size(), tokens_b.size());
  return count > 0 && std::equal(tokens_a.begin(), tokens_a.begin() + static_cast<ptrdiff_t>(count), tokens_b.begin());
}

bool SameIfBoth(std::string_view a, std::string_view b) { return a.empty() || b.empty() || FoldText(a) == FoldText(b); }

bool NamesAgree(const model::PersonName& a, const model::PersonName& b) {
  if (!SameIfBoth(a.title, b.title) || !SameIfBoth(a.suffix, b.suffix)) {
    return false;
  }
  if (a.full.empty() && b.full.empty()) {
    return FoldText(a.surname) == FoldText(b.surname) &&
           (a.forenames.empty() || b.forenames.empty() || OneBeginsOther(FoldText(a.forenames), FoldText(b.forenames)));
  }
  const auto whole = [](const model::PersonName& name) {
    return FoldText(name.full.empty() ? Cat(name.forenames, " ", name.surname) : name.full);
  };
  return whole(a) == whole(b);
}

// No part that both have differs.
bool DatesAgree(model::PartialDate a, model::PartialDate b) {
  const auto agree = [](int x, int y) { return x == 0 || y == 0 || x == y; };
  return agree(a.year, b.year) && agree(a.month, b.month) && agree(a.day, b.day);
}

// Of an attribute's own text: signs may be all that tells two of them apart ("B" and "B+").
bool TextsAgree(std::string_view a, std::string_view b) {
  const auto joined = [](std::string_view text) {
    std::string out;
    for (const char c : Trim(text)) {
      if (!IsSpace(c) || (!out.empty() && out.back() != ' ')) {
        out.push_back(IsSpace(c) ? ' ' : c);
      }
    }
    return out;
  };
  return EqualsIgnoreCaseAscii(joined(a), joined(b));
}

// Both must have a value.
bool ValuesAgree(const PersonDetails& a, const PersonDetails& b, FieldRef field) {
  switch (field.field) {
    case Field::kName:
      return NamesAgree(a.name, b.name);
    case Field::kDateOfBirth:
      return DatesAgree(a.date_of_birth, b.date_of_birth);
    case Field::kDateOfDeath:
      return DatesAgree(a.date_of_death, b.date_of_death);
    case Field::kOrganisationName:
      return FoldText(a.organisation_name) == FoldText(b.organisation_name);
    default:
      return TextsAgree(ValueText(a, field), ValueText(b, field));
  }
}

// An address as it stands in a record or a golden record.
struct Place {
  const model::PersonAddress* address = nullptr;
  uint64_t uprn = 0;
};

bool SamePlaces(const Place& a, const Place& b) {
  if (a.uprn != 0 && b.uprn != 0) {
    return a.uprn == b.uprn;
  }
  return a.address->postcode == b.address->postcode && FoldText(a.address->text) == FoldText(b.address->text);
}

bool IsResidenceNow(const model::PersonAddress& address) {
  return address.role == model::AddressRole::kResidence && address.to_date.empty();
}

class Comparison {
 public:
  Comparison(std::span<const Contributor> contributors, const GoldenRecord& golden, int purpose,
             const GivesField& gives)
      : contributors_(contributors), golden_(golden), bit_(model::PurposeMask{1} << purpose), gives_(gives) {}

  std::vector<ValueLink> Run() {
    for (const uint32_t contributor : golden_.contributors) {
      Compare(contributor);
    }
    return std::move(links_);
  }

 private:
  [[nodiscard]] const SourceRecord& Record(uint32_t contributor) const { return *contributors_[contributor].record; }
  [[nodiscard]] bool Visible(uint32_t contributor, std::string_view field) const {
    return (PurposesOf(Record(contributor), field) & bit_) != 0;
  }

  void Compare(uint32_t contributor) {
    const PersonDetails& details = Record(contributor).details;
    CompareSingle(contributor, {.field = Field::kName, .name = {}});
    if (Visible(contributor, "other_names")) {
      for (const model::PersonName& name : details.other_names) {
        Agree(contributor, "other_names", NameText(name));
      }
    }
    for (const Field field : {Field::kDateOfBirth, Field::kDateOfDeath, Field::kSex, Field::kNiNumber}) {
      CompareSingle(contributor, {.field = field, .name = {}});
    }
    CompareList(contributor, {.field = Field::kPhones, .name = {}});
    CompareList(contributor, {.field = Field::kEmails, .name = {}});
    if (Visible(contributor, "addresses") && Visible(contributor, kCurrentAddress)) {
      CompareAddresses(contributor);
    }
    CompareSingle(contributor, {.field = Field::kOrganisationName, .name = {}});
    if (Visible(contributor, "identifiers")) {
      CompareIdentifiers(contributor);
    }
    CompareAttributes(contributor);
  }

  void CompareIdentifiers(uint32_t contributor) {
    std::vector<model::Identifier> identifiers = Record(contributor).details.identifiers;
    std::ranges::sort(identifiers);
    std::set<std::string_view> types;
    for (const PersonDetails* const details : {&Record(contributor).details, &golden_.details}) {
      for (const model::Identifier& identifier : details->identifiers) {
        types.insert(identifier.type);
      }
    }
    for (const std::string_view type : types) {
      const FieldRef field{.field = Field::kIdentifier, .name = type};
      bool any = false;
      for (const model::Identifier& identifier : identifiers) {
        if (identifier.type == type) {
          CompareIdentifier(contributor, identifier);
          any = true;
        }
      }
      const std::vector<std::string> golden = ListValues(golden_.details, field);
      if (!any && !golden.empty()) {
        Miss(contributor, AttributeName(field), golden[0], ApiName(field), LineageText(field, golden[0]));
      }
    }
  }

  // Those of the record and of the golden one, each sorted by name.
  void CompareAttributes(uint32_t contributor) {
    std::set<std::string_view> names;
    for (const PersonDetails* const details : {&Record(contributor).details, &golden_.details}) {
      for (const model::Attribute& attribute : details->attributes) {
        names.insert(attribute.name);
      }
    }
    for (const std::string_view name : names) {
      CompareSingle(contributor, {.field = Field::kAttribute, .name = name});
    }
  }

  ValueLink& Agree(uint32_t contributor, std::string field, std::string value) {
    ValueLink& link = links_.emplace_back();
    link.contributor = contributor;
    link.field = std::move(field);
    link.value = std::move(value);
    return link;
  }

  // The record has no value of a field, which the golden record has: `lineage_field` and `told` are where and how its
  // lineage tells it, if not as `value`.
  void Miss(uint32_t contributor, const std::string& field, std::string value, std::string_view lineage_field,
            std::string_view told = {}) {
    if (value.empty() || gives_ == nullptr || !gives_(Record(contributor).key.source, field)) {
      return;
    }
    ValueLink& link = Agree(contributor, field, "");
    link.status = LinkStatus::kMissing;
    link.golden_contributor = GiverOf(lineage_field, told.empty() ? std::string_view(value) : told);
    link.golden_value = std::move(value);
  }

  // Whose value it is, as the lineage of the field has it; nullopt if a steward gave it or nobody won.
  [[nodiscard]] std::optional<uint32_t> GiverOf(std::string_view field, std::string_view value) const {
    for (const ValueLineage& lineage : golden_.lineage) {
      if (lineage.field == field && lineage.value == value && !value.empty() && lineage.rule != Rule::kOverride &&
          lineage.rule != Rule::kRecordOfTruth && contributors_[lineage.contributor].record != nullptr) {
        return lineage.contributor;
      }
    }
    return std::nullopt;
  }

  // The link's value is not `golden_value`, which is true since `golden_since` if a record gave it, the link's since
  // `since`.
  static void SetOther(ValueLink& link, std::string golden_value, std::optional<uint32_t> giver, int64_t since,
                       int64_t golden_since) {
    link.status = giver.has_value() && since < golden_since ? LinkStatus::kStale : LinkStatus::kDiffers;
    link.golden_value = std::move(golden_value);
    link.golden_contributor = giver;
  }

  [[nodiscard]] int64_t SourceTime(std::optional<uint32_t> contributor) const {
    return contributor.has_value() ? Record(*contributor).source_time : 0;
  }

  void CompareSingle(uint32_t contributor, FieldRef field) {
    const PersonDetails& details = Record(contributor).details;
    const std::string api_name = ApiName(field);
    std::string value = ValueText(details, field);
    if (!Visible(contributor, api_name)) {
      return;
    }
    if (value.empty()) {
      Miss(contributor, api_name, ValueText(golden_.details, field), api_name);
      return;
    }
    ValueLink& link = Agree(contributor, api_name, std::move(value));
    std::string golden_value = ValueText(golden_.details, field);
    if (golden_value.empty() || !ValuesAgree(details, golden_.details, field)) {
      const std::optional<uint32_t> giver = GiverOf(api_name, golden_value);
      SetOther(link, std::move(golden_value), giver, SourceTime(contributor), SourceTime(giver));
    }
  }

  void CompareList(uint32_t contributor, FieldRef field) {
    const std::string api_name = ApiName(field);
    if (!Visible(contributor, api_name)) {
      return;
    }
    const std::vector<std::string>& values = ListOf(Record(contributor).details, field);
    const std::vector<std::string>& golden = ListOf(golden_.details, field);
    if (values.empty() && !golden.empty()) {
      Miss(contributor, api_name, golden[0], api_name);
    }
    for (const std::string& value : values) {
      ValueLink& link = Agree(contributor, api_name, value);
      const bool kept = std::ranges::find(golden, value) != golden.end();
      const auto first = std::ranges::find(golden, KindInList(value), KindInList);
      if (first == golden.end()) {
        link.status = LinkStatus::kDiffers;  // not kept, and nothing of its kind is
        continue;
      }
      if (kept && std::ranges::find(values, *first) != values.end()) {
        continue;  // it, or one beside it
      }
      const std::optional<uint32_t> giver = GiverOf(api_name, *first);
      const bool known = std::ranges::find(values, *first) != values.end();
      SetOther(link, *first, giver, known ? SourceTime(giver) : SourceTime(contributor), SourceTime(giver));
      if (kept && link.status == LinkStatus::kDiffers) {
        link.status = LinkStatus::kAgrees;
        link.golden_value.clear();
        link.golden_contributor.reset();
      }
    }
  }

  // All are kept but those that a steward ignores, or gave others for.
  void CompareIdentifier(uint32_t contributor, const model::Identifier& identifier) {
    const FieldRef field{.field = Field::kIdentifier, .name = identifier.type};
    ValueLink& link = Agree(contributor, AttributeName(field), identifier.value);
    const std::vector<std::string> golden = ListValues(golden_.details, field);
    if (std::ranges::find(golden, identifier.value) == golden.end()) {
      link.status = LinkStatus::kDiffers;
      link.golden_value = golden.empty() ? std::string() : golden[0];
      link.golden_contributor = golden.empty() ? std::nullopt : GiverOf(ApiName(field), LineageText(field, golden[0]));
    }
  }

  // Places and roles are all kept, but for those that a steward ignores.
  [[nodiscard]] bool KeepsPlace(const Place& place) const {
    for (size_t i = 0; i < golden_.details.addresses.size(); ++i) {
      const Place kept{.address = &golden_.details.addresses[i],
                       .uprn = i < golden_.resolved_addresses.size() ? golden_.resolved_addresses[i].uprn : 0};
      if (SamePlaces(kept, place)) {
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] Place PlaceOf(uint32_t contributor, size_t index) const {
    const Contributor& own = contributors_[contributor];
    return {.address = &own.record->details.addresses[index],
            .uprn = index < own.resolved_addresses.size() ? own.resolved_addresses[index].uprn : 0};
  }
  [[nodiscard]] static int32_t Since(const model::PersonAddress& address, const SourceRecord& record) {
    return ResidentSince(address.from_date.ToNumber(), record.source_time);
  }

  void CompareAddresses(uint32_t contributor) {
    const SourceRecord& record = Record(contributor);
    const std::vector<model::PersonAddress>& addresses = record.details.addresses;
    Place golden;
    if (golden_.current_address >= 0) {
      const auto index = static_cast<size_t>(golden_.current_address);
      golden.address = &golden_.details.addresses[index];
      golden.uprn = index < golden_.resolved_addresses.size() ? golden_.resolved_addresses[index].uprn : 0;
    }
    // The one that is compared: the golden one, else the newest.
    size_t compared = addresses.size();
    bool same = false;
    for (size_t i = 0; i < addresses.size(); ++i) {
      if (!IsResidenceNow(addresses[i]) || same) {
        continue;
      }
      same = golden.address != nullptr && SamePlaces(PlaceOf(contributor, i), golden);
      if (same || compared == addresses.size() || Since(addresses[i], record) > Since(addresses[compared], record)) {
        compared = i;
      }
    }
    if (compared == addresses.size() && golden.address != nullptr) {
      Miss(contributor, std::string(kCurrentAddress), AddressText(*golden.address), kCurrentAddress);
    }
    if (compared < addresses.size()) {
      ValueLink& link = Agree(contributor, std::string(kCurrentAddress), AddressText(addresses[compared]));
      if (!same) {
        std::string golden_value = golden.address == nullptr ? std::string() : AddressText(*golden.address);
        const std::optional<uint32_t> giver = GiverOf(kCurrentAddress, golden_value);
        SetOther(link, std::move(golden_value), giver, Since(addresses[compared], record),
                 giver.has_value() ? Since(*golden.address, Record(*giver)) : 0);
      }
    }
    for (size_t i = 0; i < addresses.size(); ++i) {
      if (i == compared) {
        continue;
      }
      ValueLink& link = Agree(contributor, "addresses", AddressText(addresses[i]));
      if (!KeepsPlace(PlaceOf(contributor, i))) {
        link.status = LinkStatus::kDiffers;
      }
    }
  }

  std::span<const Contributor> contributors_;
  const GoldenRecord& golden_;
  const model::PurposeMask bit_;
  const GivesField& gives_;
  std::vector<ValueLink> links_;
};

}  // namespace

std::string_view KindInList(std::string_view value) {
  if (value.find('@') != std::string_view::npos) {
    return "email";
  }
  return value.starts_with("+447") ? "mobile" : "phone";
}

std::vector<ValueLink> CompareWithGolden(std::span<const Contributor> contributors, const GoldenRecord& golden,
                                         int purpose, const GivesField& gives) {
  return Comparison(contributors, golden, purpose, gives).Run();
}

}  // namespace wensum::matching
