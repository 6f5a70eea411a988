#include "services/register/learnt_addresses.h"

#include <map>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/learnt/text_form.h"
#include "services/register/core.h"
#include "services/register/loader.h"
#include "storage/address_keys.h"
#include "storage/keys.h"

namespace wensum::registry {
namespace {

using matching::address::LearntMeaning;
using matching::address::LearntTable;
using storage::Family;

std::string FormOf(const LearntAddress& address) {
  return matching::address::TextForm(address.text(), address.postcode());
}

// What a record's addresses of one form mean once `address` is written.
class AfterWrite {
 public:
  AfterWrite(const LearntTable& now, const matching::address::AddressIndex& addresses, double least_strength,
             const LearntAddress& address)
      : now_(now), addresses_(addresses), least_strength_(least_strength), address_(address), form_(FormOf(address)) {}

  [[nodiscard]] bool Holds(const model::PersonAddress& address) const {
    return matching::address::TextForm(address.text, address.postcode.ToString()) == form_;
  }

  [[nodiscard]] matching::ResolvedAddress Resolve(const model::PersonAddress& address, std::string_view source) const {
    for (const std::string_view of : {source, std::string_view()}) {
      const std::optional<LearntMeaning> meaning = MeaningFor(of);
      if (meaning.has_value() && (meaning->uprn == 0 || addresses_.Contains(meaning->uprn))) {
        return LearntMatch(*meaning);
      }
    }
    return MatchText(address, addresses_, least_strength_);
  }

 private:
  [[nodiscard]] std::optional<LearntMeaning> MeaningFor(std::string_view source) const {
    if (source == address_.source()) {
      return address_.has_retraction()
                 ? std::nullopt
                 : std::optional(LearntMeaning{.number = address_.number(), .uprn = address_.uprn()});
    }
    const LearntMeaning* const found = now_.Find(form_, source);
    return found == nullptr ? std::nullopt : std::optional(*found);
  }

  const LearntTable& now_;
  const matching::address::AddressIndex& addresses_;
  const double least_strength_;
  const LearntAddress& address_;
  const std::string form_;
};

}  // namespace

absl::Status ForEachLearnt(const storage::Reader& reader, uint32_t reg,
                           const std::function<absl::Status(const LearntAddress&)>& visit) {
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::LearntAddressPrefix(reg)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseLearntAddressKey(it->key()));
    WENSUM_ASSIGN_OR_RETURN(const LearntAddress address, ParseLearnt(it->value(), key.number));
    WENSUM_RETURN_IF_ERROR(visit(address));
  }
  return it->status();
}

std::string LearntName(uint64_t number) { return Cat("learntAddresses/", number); }

std::string HashForm(const Core& core, std::string_view form) { return core.hash.Hash(Cat("address:", form)); }

std::string CauseOfForm(const Core& core, std::string_view form) { return HexEncode(HashForm(core, form)); }

absl::StatusOr<LearntAddress> ParseLearnt(std::string_view value, uint64_t number) {
  LearntAddress address;
  if (!address.ParseFromArray(value.data(), static_cast<int>(value.size())) || address.number() != number) {
    return DataLoss(Cat(LearntName(number), " cannot be read; run `wensum verify`"));
  }
  if (address.format() > kLearntFormat) {
    return FailedPrecondition(Cat(LearntName(number), " has format ", address.format(),
                                  ", written by a newer version; this one reads up to format ", kLearntFormat,
                                  ": run the newer version"));
  }
  return address;
}

absl::StatusOr<LearntAddress> ReadLearnt(const storage::Reader& reader, uint32_t reg, uint64_t number) {
  WENSUM_ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kDecision, storage::LearntAddressKey(reg, number)));
  if (!value.has_value()) {
    return NotFound(Cat("there is no ", LearntName(number)));
  }
  return ParseLearnt(*value, number);
}

absl::StatusOr<uint64_t> NewestLearnt(const storage::Reader& reader, uint32_t reg) {
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::LearntAddressPrefix(reg)));
  it->SeekToLast();
  if (!it->Valid()) {
    WENSUM_RETURN_IF_ERROR(it->status());
    return 0;
  }
  WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey key, storage::ParseLearntAddressKey(it->key()));
  return key.number;
}

absl::StatusOr<std::optional<uint64_t>> FindInForce(const Core& core, const storage::Reader& reader,
                                                    std::string_view form, std::string_view source) {
  WENSUM_ASSIGN_OR_RETURN(
      const auto value,
      reader.Get(Family::kDecision, storage::LearntInForceKey(core.options.register_id, HashForm(core, form), source)));
  if (!value.has_value()) {
    return std::nullopt;
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, DecodeOrdinal(*value));
  return number;
}

absl::StatusOr<LearntTable> LoadLearnt(const storage::Reader& reader, uint32_t reg) {
  LearntTable table;
  WENSUM_RETURN_IF_ERROR(ForEachLearnt(reader, reg, [&table](const LearntAddress& address) {
    if (!address.has_retraction()) {
      table.Put(FormOf(address), address.source(), {.number = address.number(), .uprn = address.uprn()});
    }
    return absl::OkStatus();
  }));
  return table;
}

std::optional<LearntMeaning> FindLearnt(const LearntTable& learnt, const matching::address::AddressIndex& addresses,
                                        const matching::address::Query& query, std::string_view source) {
  if (learnt.empty()) {
    return std::nullopt;
  }
  const std::string form = matching::address::TextForm(query.text, query.postcode);
  for (const LearntMeaning& meaning : learnt.Meanings(form, source)) {
    if (meaning.uprn == 0 || addresses.Contains(meaning.uprn)) {
      return meaning;
    }
  }
  return std::nullopt;
}

absl::StatusOr<LearntEffect> PreviewLearnt(Core& core, const LearntAddress& address) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> ordinals, HoldersOfForm(core, FormOf(address)));
  std::vector<std::string> keys;
  keys.reserve(ordinals.size());
  for (const uint64_t ordinal : ordinals) {
    keys.push_back(storage::SourceKey(core.options.register_id, ordinal));
  }
  WENSUM_ASSIGN_OR_RETURN(const auto values, core.store->MultiGet(Family::kSource, keys));
  LearntEffect effect;
  SourceDecoder decoder;
  ReaderLock lock(core.indexes.address_mutex);
  const AfterWrite after(core.indexes.learnt, *core.indexes.addresses,
                         LeastStrength(core.indexes.address_calibration.get()), address);
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string what = Cat("source record ", ordinals[i]);
    if (!values[i].has_value()) {
      return DataLoss(Cat(what, " is missing; run `wensum verify`"));
    }
    WENSUM_ASSIGN_OR_RETURN(const DecodedSource source, decoder.Decode(*values[i], what));
    const std::string& of = source.record.key.source;
    const auto& addresses = source.record.details.addresses;
    bool holds = false;
    bool moves = false;
    for (size_t at = 0; at < addresses.size(); ++at) {
      if (!after.Holds(addresses[at])) {
        continue;
      }
      holds = true;
      const uint64_t given = addresses[at].source_uprn.value();
      const bool settled = given != 0 && core.indexes.addresses->Contains(given);
      moves = moves || (!settled && after.Resolve(addresses[at], of) != source.state.resolved_addresses[at]);
    }
    const bool concerned = holds && (address.source().empty() || address.source() == of);
    effect.records += concerned ? 1 : 0;
    effect.moved += moves ? 1 : 0;
  }
  return effect;
}

absl::Status CheckLearnt(const Core& core, const storage::Reader& reader,
                         const std::function<void(std::string)>& differ) {
  const uint32_t reg = core.options.register_id;
  std::map<std::string, uint64_t> in_force;
  uint64_t expected = 1;
  WENSUM_RETURN_IF_ERROR(ForEachLearnt(reader, reg, [&](const LearntAddress& address) {
    if (address.number() != expected) {
      differ(Cat(LearntName(expected), " is missing"));
    }
    expected = address.number() + 1;
    if (!address.has_retraction()) {
      const std::string form = FormOf(address);
      const auto [at, added] =
          in_force.emplace(storage::LearntInForceKey(reg, HashForm(core, form), address.source()), address.number());
      if (form.empty() || !added) {
        differ(
            Cat(LearntName(address.number()), " is in force", form.empty() ? " and says nothing" : " beside another"));
      }
    }
    return absl::OkStatus();
  }));
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::LearntInForcePrefix(reg)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t number, DecodeOrdinal(it->value()));
    const auto found = in_force.find(std::string(it->key()));
    if (found == in_force.end() || found->second != number) {
      differ(Cat(LearntName(number), " is listed as in force and should not be"));
    } else {
      in_force.erase(found);
    }
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  for (const auto& [key, number] : in_force) {
    differ(Cat(LearntName(number), " is not listed as in force"));
  }
  return absl::OkStatus();
}

}  // namespace wensum::registry
