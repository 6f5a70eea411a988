#include "matching/address/errors/error_generator.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "base/strings.h"
#include "matching/address/errors/error_kinds.h"
#include "matching/address/errors/refusals.h"

namespace wensum::matching::address {
namespace {

using errors::AddressParts;
using errors::Draft;
using errors::ErrorKind;
using errors::Statement;

constexpr int kAttempts = 60;       // at a row of one class
constexpr int kClassAttempts = 20;  // at a row of any class
constexpr uint64_t kAbsentSalt = 0xAB5E27;
constexpr double kCleanWeight = 6;
constexpr double kTwoWeight = 9;
constexpr double kThreeWeight = 5;

uint64_t StreetHash(std::string_view street) { return Hash64(errors::ReadStreetName(street).Whole()); }

bool IsSpecial(const AddressParts& parts) {
  return parts.has_unit() || !parts.building.empty() || parts.number.find('-') != std::string::npos ||
         std::any_of(parts.number.begin(), parts.number.end(), IsLetter);
}

// Errors that need a unit, a building, a letter or a range.
bool NeedsSpecial(ErrorClass error_class) {
  return error_class >= ErrorClass::kUnitWord && error_class <= ErrorClass::kBuildingDropped;
}

// Errors that need no parts.
bool IsOfTheLine(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::kClean:
    case ErrorClass::kPrefixAdded:
    case ErrorClass::kPunctuation:
    case ErrorClass::kMarkup:
    case ErrorClass::kPostcodeForm:
    case ErrorClass::kNote:
      return true;
    default:
      return false;
  }
}

ErrorClass DrawPresent(Random& random) {
  double sum = kCleanWeight + kTwoWeight + kThreeWeight;
  for (const ErrorKind& kind : errors::ErrorKinds()) {
    sum += kind.weight;
  }
  double at = random.Unit() * sum;
  for (const auto& [error_class, weight] :
       {std::pair(ErrorClass::kClean, kCleanWeight), std::pair(ErrorClass::kTwoErrors, kTwoWeight),
        std::pair(ErrorClass::kThreeErrors, kThreeWeight)}) {
    if (at < weight) {
      return error_class;
    }
    at -= weight;
  }
  for (const ErrorKind& kind : errors::ErrorKinds()) {
    if (at < kind.weight) {
      return kind.error_class;
    }
    at -= kind.weight;
  }
  return ErrorClass::kClean;
}

ErrorClass DrawRefused(Random& random) {
  const double at = random.Unit();
  return at < 0.45   ? ErrorClass::kAbsent
         : at < 0.80 ? ErrorClass::kSibling
         : at < 0.92 ? ErrorClass::kForeign
                     : ErrorClass::kUnitLost;
}

const ErrorKind& DrawKind(Random& random) {
  double sum = 0;
  for (const ErrorKind& kind : errors::ErrorKinds()) {
    sum += kind.weight;
  }
  double at = random.Unit() * sum;
  for (const ErrorKind& kind : errors::ErrorKinds()) {
    if (at < kind.weight) {
      return kind;
    }
    at -= kind.weight;
  }
  return errors::ErrorKinds().front();
}

// How the writer of a row puts commas and capitals, errors apart.
void DrawStyle(Random& random, Draft& draft) {
  const double commas = random.Unit();
  draft.commas = commas < 0.6    ? errors::Commas::kAsListed
                 : commas < 0.75 ? errors::Commas::kNone
                                 : errors::Commas::kAll;
  const double letters = random.Unit();
  draft.letters = letters < 0.6    ? errors::Case::kAsListed
                  : letters < 0.95 ? errors::Case::kUpper
                                   : errors::Case::kLower;
}

}  // namespace

bool ErrorGenerator::IsUnseen(std::string_view street) { return StreetHash(street) % 4 == 3; }

ErrorGenerator::ErrorGenerator(const FlatGazetteer& gazetteer, const ErrorOptions& options)
    : gazetteer_(gazetteer), options_(options), listed_(gazetteer.ids.size(), true) {
  // The first of a shuffle of the properties that have an address.
  std::vector<bool> has_address(gazetteer.ids.size(), false);
  for (const FlatGazetteer::Address& address : gazetteer.addresses) {
    has_address[address.property] = true;
  }
  std::vector<uint32_t> properties;
  for (uint32_t i = 0; i < gazetteer.ids.size(); ++i) {
    if (has_address[i]) {
      properties.push_back(i);
    }
  }
  Random random(HashCombine(options.seed, kAbsentSalt));
  for (size_t i = 0; i < std::min(options.absent, properties.size()); ++i) {
    std::swap(properties[i], properties[i + random.Below(properties.size() - i)]);
    listed_[properties[i]] = false;
  }
  addresses_ = std::make_unique<const errors::ListedAddresses>(gazetteer_, listed_, options.threads);
  FillPools();
}

ErrorGenerator::~ErrorGenerator() = default;

void ErrorGenerator::FillPools() {
  // Texts that two properties share tell nothing.
  constexpr uint32_t kShared = kNoProperty;
  absl::flat_hash_map<uint64_t, uint32_t> owner;
  const auto key = [](const FlatGazetteer::Address& address) {
    return Hash64(Cat(errors::Squash(address.text), "|", errors::Squash(address.postcode)));
  };
  for (const FlatGazetteer::Address& address : gazetteer_.addresses) {
    const auto [it, is_new] = owner.try_emplace(key(address), address.property);
    if (!is_new && it->second != address.property) {
      it->second = kShared;
    }
  }
  addresses_->ForEachAddress(options_.threads, [&](uint32_t i, const std::optional<AddressParts>& parts) {
    const FlatGazetteer::Address& address = gazetteer_.addresses[i];
    if (owner[key(address)] == kShared) {
      return;
    }
    opaque_ += parts.has_value() ? 0 : 1;
    if (!parts.has_value() && !listed_[address.property]) {
      return;
    }
    const bool unseen = IsUnseen(parts.has_value() ? parts->street : address.text);
    auto& pools = listed_[address.property] ? present_ : absent_;
    for (const TrialStreets streets : {unseen ? TrialStreets::kUnseen : TrialStreets::kTune, TrialStreets::kAll}) {
      Pool& pool = pools[static_cast<size_t>(streets)];
      pool.all.push_back(i);
      if (!parts.has_value() || IsSpecial(*parts)) {
        pool.special.push_back(i);
      }
    }
  });
}

FlatGazetteer ErrorGenerator::Listed() const {
  FlatGazetteer out;
  out.ids = gazetteer_.ids;
  for (const FlatGazetteer::Address& address : gazetteer_.addresses) {
    if (listed_[address.property]) {
      out.addresses.push_back(address);
    }
  }
  return out;
}

std::vector<ErrorRow> ErrorGenerator::Rows(size_t first, size_t count, TrialStreets streets, int threads) const {
  std::vector<std::optional<ErrorRow>> made(count);
  const uint64_t seed = HashCombine(options_.seed, static_cast<uint64_t>(streets));
  constexpr size_t kGrain = 64;
  ParallelFor(count, static_cast<size_t>(std::max(threads, 1)), kGrain, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      Random random(HashCombine(seed, first + i));
      made[i] = MakeRow(random, streets);
    }
  });
  std::vector<ErrorRow> rows;
  rows.reserve(count);
  for (std::optional<ErrorRow>& row : made) {
    if (row.has_value()) {
      rows.push_back(*std::move(row));
    }
  }
  return rows;
}

std::optional<ErrorRow> ErrorGenerator::MakeRow(Random& random, TrialStreets streets) const {
  for (int i = 0; i < kClassAttempts; ++i) {
    const bool refused = random.Chance(options_.refused_share);
    const ErrorClass wanted = refused ? DrawRefused(random) : DrawPresent(random);
    for (int j = 0; j < kAttempts; ++j) {
      auto row = refused ? TryRefused(random, streets, wanted) : TryPresent(random, streets, wanted);
      if (row.has_value()) {
        return row;
      }
    }
  }
  return std::nullopt;
}

bool ErrorGenerator::AddErrors(Random& random, int count, Draft& draft) const {
  std::array<bool, kErrorClasses> made{};
  for (int i = 0; i < count;) {
    const ErrorKind& kind = DrawKind(random);
    if (std::exchange(made[static_cast<size_t>(kind.error_class)], true)) {
      continue;
    }
    if (!kind.make(random, *addresses_, draft)) {
      return false;
    }
    ++i;
  }
  return true;
}

std::optional<ErrorRow> ErrorGenerator::TryPresent(Random& random, TrialStreets streets, ErrorClass wanted) const {
  const Pool& pool = present_[static_cast<size_t>(streets)];
  const auto& from = !pool.special.empty() && (NeedsSpecial(wanted) || random.Chance(0.5)) ? pool.special : pool.all;
  if (from.empty()) {
    return std::nullopt;
  }
  ErrorRow row;
  row.error_class = wanted;
  row.source = from[random.Below(from.size())];
  const FlatGazetteer::Address& address = gazetteer_.addresses[row.source];
  row.truth = address.property;
  Draft draft;
  draft.verbatim = address.text;
  draft.said.postcode = address.postcode;
  const auto parts = addresses_->Split(address.text);
  if (!parts.has_value() && !IsOfTheLine(wanted)) {
    return std::nullopt;
  }
  draft.said.parts = parts.value_or(AddressParts());
  const Statement meant = draft.said;
  if (wanted != ErrorClass::kClean) {
    DrawStyle(random, draft);
  }
  if (wanted == ErrorClass::kTwoErrors || wanted == ErrorClass::kThreeErrors) {
    if (!AddErrors(random, wanted == ErrorClass::kTwoErrors ? 2 : 3, draft)) {
      return std::nullopt;
    }
  } else if (wanted != ErrorClass::kClean) {
    const auto kinds = errors::ErrorKinds();
    const auto kind =
        std::find_if(kinds.begin(), kinds.end(), [&](const ErrorKind& k) { return k.error_class == wanted; });
    if (!kind->make(random, *addresses_, draft)) {
      return std::nullopt;
    }
  }
  if (parts.has_value() && addresses_->NamesAnotherStreet(draft.said.parts.street, meant.parts.street)) {
    return std::nullopt;
  }
  return Finish(random, draft, meant, std::move(row));
}

bool ErrorGenerator::Mutate(Random& random, ErrorClass wanted, Statement& meant) const {
  switch (wanted) {
    case ErrorClass::kSibling:
      return errors::MakeSibling(random, meant);
    case ErrorClass::kForeign:
      errors::MakeForeign(random, meant);
      return true;
    case ErrorClass::kUnitLost:
      return errors::LoseUnit(*addresses_, meant);
    default:
      return true;
  }
}

std::optional<ErrorRow> ErrorGenerator::TryRefused(Random& random, TrialStreets streets, ErrorClass wanted) const {
  const Pool& pool = (wanted == ErrorClass::kAbsent ? absent_ : present_)[static_cast<size_t>(streets)];
  const bool special = wanted == ErrorClass::kUnitLost || random.Chance(0.5);
  const auto& from = !pool.special.empty() && special ? pool.special : pool.all;
  if (from.empty()) {
    return std::nullopt;
  }
  ErrorRow row;
  row.error_class = wanted;
  row.source = from[random.Below(from.size())];
  const FlatGazetteer::Address& address = gazetteer_.addresses[row.source];
  const auto parts = addresses_->Split(address.text);
  if (!parts.has_value()) {
    return std::nullopt;
  }
  Draft draft;
  draft.said = {.parts = *parts, .postcode = address.postcode};
  if (!Mutate(random, wanted, draft.said)) {
    return std::nullopt;
  }
  if (wanted == ErrorClass::kAbsent) {
    draft.verbatim = address.text;
  }
  const Statement meant = draft.said;
  DrawStyle(random, draft);
  const double errors = random.Unit();
  if (!AddErrors(random, errors < 0.2 ? 0 : errors < 0.8 ? 1 : 2, draft)) {
    return std::nullopt;
  }
  // What shows that it is another town must stay.
  if (wanted == ErrorClass::kForeign && (draft.said.parts.places != meant.parts.places ||
                                         errors::Squash(draft.said.postcode) != errors::Squash(meant.postcode))) {
    return std::nullopt;
  }
  return Finish(random, draft, meant, std::move(row));
}

std::optional<ErrorRow> ErrorGenerator::Finish(Random& random, const Draft& draft, const Statement& meant,
                                               ErrorRow row) const {
  const bool absent = row.truth == kNoProperty;
  const bool has_parts = !meant.parts.street.empty();
  if (has_parts && addresses_->FitsAnother(draft.said, meant, row.truth, absent)) {
    return std::nullopt;
  }
  Statement bare_said = draft.said;
  bare_said.postcode.clear();
  row.fits_without_postcode = has_parts && !addresses_->FitsAnother(bare_said, meant, row.truth, absent);
  auto written = errors::Write(draft, Random(random()));
  if (!written.has_value()) {
    return std::nullopt;
  }
  row.text = std::move(written->text);
  row.postcode = std::move(written->postcode);
  row.bare_text = std::move(written->bare_text);
  const std::string& source = gazetteer_.addresses[row.source].text;
  const std::string street = has_parts ? addresses_->Split(source)->street : source;
  row.unseen = IsUnseen(street);
  row.fold = StreetHash(street) / 4 % 2;
  return row;
}

}  // namespace wensum::matching::address
