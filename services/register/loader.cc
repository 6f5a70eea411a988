#include "services/register/loader.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/mutex.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/gazetteer/property_reader.h"
#include "services/register/decision_store.h"
#include "services/register/learnt_addresses.h"
#include "services/register/prepare.h"
#include "services/register/reviews.h"
#include "storage/change_log.h"
#include "storage/keys.h"

namespace wensum::registry {
namespace {

using storage::Family;

constexpr size_t kScanGrain = 8192;

// Keeps the first error of several threads.
class FirstError {
 public:
  void Set(const absl::Status& status) {
    MutexLock lock(mutex_);
    if (status_.ok()) {
      status_ = status;
    }
  }
  absl::Status status() const {
    ReaderLock lock(mutex_);
    return status_;
  }

 private:
  mutable Mutex mutex_;
  absl::Status status_ WENSUM_GUARDED_BY(mutex_);
};

// Walks keys [key(begin), key(end)) of a family, where `key` maps a number to a storage key and `parse` maps it back.
absl::Status WalkNumbered(const storage::Reader& reader, Family family, uint64_t begin, uint64_t end, uint32_t reg,
                          std::string (*key)(storage::RegisterId, uint64_t),
                          absl::StatusOr<storage::NumberedKey> (*parse)(std::string_view),
                          const std::function<absl::Status(uint64_t, std::string_view)>& visit) {
  const auto iterator = reader.NewIterator(family, {.lower = key(reg, begin), .upper = key(reg, end), .once = true});
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey parts, parse(iterator->key()));
    WENSUM_RETURN_IF_ERROR(visit(parts.number, iterator->value()));
  }
  return iterator->status();
}

// What loading needs of a stored entity.
struct EntityHead {
  uint64_t redirect = 0;
  uint32_t members = 0;
};

// Steps over the golden records, which are nine tenths of an entity and of the time to parse one. False if the bytes
// are no entity of a format that this version reads.
bool ReadEntityHead(std::string_view bytes, EntityHead& head) {
  using google::protobuf::internal::WireFormatLite;
  using Entity = storage::v1::Entity;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                                            static_cast<int>(bytes.size()));
  uint64_t format = 0;
  while (const uint32_t tag = in.ReadTag()) {
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    const bool number = WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_VARINT;
    bool read = false;
    if (number && field == Entity::kFormatFieldNumber) {
      read = in.ReadVarint64(&format);
    } else if (number && field == Entity::kRedirectFieldNumber) {
      read = in.ReadVarint64(&head.redirect);
    } else {
      head.members += field == Entity::kMembersFieldNumber ? 1 : 0;
      read = WireFormatLite::SkipField(&in, tag);
    }
    if (!read) {
      return false;
    }
  }
  return in.ConsumedEntireMessage() && format > 0 && format <= kRecordFormat;
}

// Entity labels and sizes.
absl::Status LoadEntities(Core& core, const storage::Reader& reader, uint64_t last_ordinal) {
  Indexes& indexes = core.indexes;
  return ScanAnchors(core, reader, last_ordinal, [&indexes](uint64_t id, uint64_t anchor, uint32_t members) {
    indexes.ids.Assign(id, anchor);
    indexes.entity_size[id] = members;
  });
}

// What loading makes of the source records of one range.
struct LoadedRange {
  std::vector<std::pair<matching::RecordId, matching::LinkageRecord>> records;  // the live ones, ascending
  std::vector<std::pair<matching::RecordId, std::string>> organisations;        // and their names
  std::map<std::string, uint64_t, std::less<>> by_source;
  GivenFields given;
  std::vector<uint64_t> deleted;
};

absl::Status LoadRange(const Core& core, const storage::Reader& reader, uint64_t begin, uint64_t end,
                       LoadedRange& out) {
  out.records.reserve(end - begin);
  SourceDecoder decoder;
  return WalkNumbered(
      reader, Family::kSource, begin, end, core.options.register_id, storage::SourceKey, storage::ParseSourceKey,
      [&](uint64_t ordinal, std::string_view value) -> absl::Status {
        WENSUM_ASSIGN_OR_RETURN(const DecodedSource source, decoder.Decode(value, Cat("source record ", ordinal)));
        if (source.state.deleted) {
          out.deleted.push_back(ordinal);
          return absl::OkStatus();
        }
        ++out.by_source[source.record.key.source];
        out.given.Count(source.record, 1);
        if (std::string name = OrganisationName(source.record); !name.empty()) {
          out.organisations.emplace_back(static_cast<matching::RecordId>(ordinal), std::move(name));
        }
        out.records.emplace_back(static_cast<matching::RecordId>(ordinal),
                                 LinkageRecordOf(core.options.rules, source.record, source.state.resolved_addresses));
        return absl::OkStatus();
      });
}

// Fills the matcher and what else hangs on the live records. Takes ranges in their order.
class SourceLoader {
 public:
  // `reviews`: the open review pairs, by their later records.
  SourceLoader(Core& core, uint64_t last_ordinal, std::vector<matching::RecordReview> reviews)
      : core_(core),
        reviews_(std::move(reviews)),
        model_(core.model()),
        matcher_(std::make_unique<matching::LiveMatcher>(model_.get(), ScanThreads(core))),
        links_(core.indexes.decisions.Links()),
        first_member_(last_ordinal + 1, 0) {}

  absl::Status Take(LoadedRange range) {
    std::vector<matching::RecordId> clusters;
    clusters.reserve(range.records.size());
    for (const auto& [id, record] : range.records) {
      core_.indexes.live[id] = true;
      matching::RecordId& first = first_member_[core_.indexes.ids.Resolve(id)];
      first = first == 0 ? id : first;
      clusters.push_back(first);
    }
    for (const auto& [source, count] : range.by_source) {
      counts_.by_source[source] += count;
      counts_.source_records += count;
    }
    counts_.deleted_source_records += range.deleted.size();
    for (const uint64_t ordinal : range.deleted) {
      core_.indexes.deleted.Set(ordinal, true);
    }
    given_.Add(range.given);
    WENSUM_ASSIGN_OR_RETURN(const auto reviews, ReviewsUpTo(range.records.empty() ? 0 : range.records.back().first));
    matcher_->Load(range.records, clusters, std::exchange(links_, {}), reviews);
    for (const auto& [id, name] : range.organisations) {
      organisations_.Put(id, name);
    }
    return absl::OkStatus();
  }

  absl::Status Finish() {
    if (taken_reviews_ < reviews_.size()) {
      return UnknownRecord(reviews_[taken_reviews_]);
    }
    counts_.reviews = CountReviews(reviews_);
    Indexes& indexes = core_.indexes;
    {
      MutexLock lock(indexes.matcher_mutex);
      indexes.matcher = std::move(matcher_);
      indexes.matcher_model = std::move(model_);
      indexes.organisations = std::move(organisations_);
    }
    MutexLock lock(indexes.counts_mutex);
    // Those that others count stay as they are: the rest of the loading may fail.
    counts_.entities = indexes.counts.entities;
    counts_.properties = indexes.counts.properties;
    counts_.streets = indexes.counts.streets;
    indexes.counts = std::move(counts_);
    indexes.given = std::move(given_);
    return absl::OkStatus();
  }

 private:
  static absl::Status UnknownRecord(const matching::RecordReview& review) {
    return DataLoss(Cat("the review pair of source records ", review.a, " and ", review.b,
                        " names a record that is not there; run `wensum verify`"));
  }

  // The next reviews, up to that later record.
  absl::StatusOr<std::span<const matching::RecordReview>> ReviewsUpTo(matching::RecordId last) {
    const size_t begin = taken_reviews_;
    for (; taken_reviews_ < reviews_.size() && reviews_[taken_reviews_].b <= last; ++taken_reviews_) {
      const matching::RecordReview& review = reviews_[taken_reviews_];
      if (!core_.indexes.live[review.a] || !core_.indexes.live[review.b]) {
        return UnknownRecord(review);
      }
    }
    return std::span(reviews_).subspan(begin, taken_reviews_ - begin);
  }

  Core& core_;
  std::vector<matching::RecordReview> reviews_;
  size_t taken_reviews_ = 0;
  std::shared_ptr<const matching::LinkageModel> model_;
  std::unique_ptr<matching::LiveMatcher> matcher_;
  std::vector<matching::RecordLink> links_;  // until the first range
  OrganisationIndex organisations_;
  std::vector<matching::RecordId> first_member_;  // by anchor: the smallest live member of its entity so far
  RegisterStats counts_;
  GivenFields given_;
};

// While some threads read the next ranges, one puts those before into the matcher: what it builds depends on their
// order alone, and no more than two groups of ranges are held.
absl::Status LoadSources(Core& core, const storage::Reader& reader, uint64_t last_ordinal) {
  const size_t threads = ScanThreads(core);
  const size_t group = 2 * threads;
  const size_t count = (last_ordinal + kScanGrain - 1) / kScanGrain;
  WENSUM_ASSIGN_OR_RETURN(std::vector<matching::RecordReview> reviews, OpenReviews(reader, core.options.register_id));
  std::ranges::sort(reviews, {}, &matching::RecordReview::b);
  SourceLoader loader(core, last_ordinal, std::move(reviews));
  FirstError error;
  std::vector<LoadedRange> read;
  for (size_t begin = 0; begin < count || !read.empty(); begin += group) {
    const size_t end = std::min(begin + group, count);
    std::vector<LoadedRange> next(begin < end ? end - begin : 0);
    ParallelFor(1 + next.size(), threads, 1, [&](size_t task, size_t) {
      if (task == 0) {
        for (LoadedRange& range : read) {
          error.Set(loader.Take(std::move(range)));
        }
        return;
      }
      const uint64_t first = (begin + task - 1) * kScanGrain;
      error.Set(LoadRange(core, reader, first + 1, std::min(first + kScanGrain, last_ordinal) + 1, next[task - 1]));
    });
    WENSUM_RETURN_IF_ERROR(error.status());
    read = std::move(next);
  }
  return loader.Finish();
}

}  // namespace

size_t ScanThreads(const Core& core) { return core.options.threads == 0 ? DefaultThreads() : core.options.threads; }

absl::StatusOr<uint64_t> LastOrdinal(const Core& core, const storage::Reader& reader) {
  const uint32_t reg = core.options.register_id;
  const auto iterator = reader.NewIterator(
      Family::kSource, {.lower = storage::SourceKey(reg, 0), .upper = storage::SourceKey(reg + 1, 0)});
  iterator->SeekToLast();
  if (!iterator->Valid()) {
    WENSUM_RETURN_IF_ERROR(iterator->status());
    return 0;
  }
  WENSUM_ASSIGN_OR_RETURN(const storage::NumberedKey parts, storage::ParseSourceKey(iterator->key()));
  return parts.number;
}

absl::Status ScanSources(const Core& core, const storage::Reader& reader, uint64_t last_ordinal,
                         const std::function<absl::Status(uint64_t ordinal, DecodedSource source)>& visit) {
  return ScanSourceRange(core, reader, 1, last_ordinal + 1, visit);
}

absl::Status ScanSourceRange(const Core& core, const storage::Reader& reader, uint64_t first, uint64_t end_ordinal,
                             const std::function<absl::Status(uint64_t ordinal, DecodedSource source)>& visit) {
  FirstError error;
  ParallelFor(end_ordinal - first, ScanThreads(core), kScanGrain, [&](size_t begin, size_t end) {
    SourceDecoder decoder;
    error.Set(WalkNumbered(
        reader, Family::kSource, first + begin, first + end, core.options.register_id, storage::SourceKey,
        storage::ParseSourceKey, [&](uint64_t ordinal, std::string_view value) -> absl::Status {
          WENSUM_ASSIGN_OR_RETURN(DecodedSource source, decoder.Decode(value, Cat("source record ", ordinal)));
          return visit(ordinal, std::move(source));
        }));
  });
  return error.status();
}

absl::Status ScanAnchors(const Core& core, const storage::Reader& reader, uint64_t last_ordinal,
                         const std::function<void(uint64_t id, uint64_t anchor, uint32_t members)>& visit) {
  FirstError error;
  ParallelFor(last_ordinal, ScanThreads(core), kScanGrain, [&](size_t begin, size_t end) {
    const auto read = [&](uint64_t id, std::string_view value) -> absl::Status {
      EntityHead entity;
      if (!ReadEntityHead(value, entity)) {
        WENSUM_RETURN_IF_ERROR(DecodeEntity(value, Cat("entity ", id)).status());  // says what is wrong
        return DataLoss(Cat("entity ", id, " cannot be read; run `wensum verify`"));
      }
      if (id > last_ordinal || entity.redirect > last_ordinal) {
        return DataLoss(Cat("entity ", id, " names a record that was never stored; run `wensum verify`"));
      }
      visit(id, entity.redirect == 0 ? id : entity.redirect, entity.members);
      return absl::OkStatus();
    };
    error.Set(WalkNumbered(reader, Family::kEntity, begin + 1, end + 1, core.options.register_id, storage::EntityKey,
                           storage::ParseEntityKey, read));
  });
  return error.status();
}

absl::Status LoadDependants(Core& core) {
  const std::unique_ptr<storage::Snapshot> snapshot = core.store->NewSnapshot();
  WENSUM_ASSIGN_OR_RETURN(const uint64_t last_ordinal, LastOrdinal(core, *snapshot));
  Indexes& indexes = core.indexes;
  indexes.dependants = {};
  indexes.uprn_dependants.clear();
  indexes.form_dependants.clear();
  Mutex mutex;
  WENSUM_RETURN_IF_ERROR(
      ScanSources(core, *snapshot, last_ordinal, [&](uint64_t ordinal, const DecodedSource& source) -> absl::Status {
        if (!source.state.deleted) {
          MutexLock lock(mutex);
          AddDependant(static_cast<matching::RecordId>(ordinal), source.record.details, indexes);
        }
        return absl::OkStatus();
      }));
  indexes.dependants_ready = true;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<uint64_t>> HoldersOfForm(Core& core, std::string_view form) {
  if (!core.indexes.dependants_ready) {
    WENSUM_RETURN_IF_ERROR(LoadDependants(core));
  }
  std::vector<uint64_t> holders;
  const auto found = core.indexes.form_dependants.find(Hash64(form));
  if (found == core.indexes.form_dependants.end()) {
    return holders;
  }
  std::ranges::copy_if(found->second, std::back_inserter(holders),
                       [&core](uint64_t ordinal) { return core.indexes.live[ordinal]; });
  std::ranges::sort(holders);
  holders.erase(std::unique(holders.begin(), holders.end()), holders.end());
  return holders;
}

absl::StatusOr<std::vector<uint64_t>> HoldersOfLearnt(Core& core, std::span<const uint64_t> uprns) {
  std::vector<uint64_t> holders;
  std::vector<std::string> forms;
  {
    ReaderLock lock(core.indexes.address_mutex);
    for (const uint64_t uprn : core.indexes.learnt.empty() ? std::span<const uint64_t>() : uprns) {
      std::ranges::move(core.indexes.learnt.FormsOf(uprn), std::back_inserter(forms));
    }
  }
  for (const std::string& form : forms) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> of_form, HoldersOfForm(core, form));
    holders.insert(holders.end(), of_form.begin(), of_form.end());
  }
  std::ranges::sort(holders);
  holders.erase(std::unique(holders.begin(), holders.end()), holders.end());
  return holders;
}

absl::Status LoadHandovers(const Core& core, const storage::Reader& reader, IdTable& ids) {
  const auto iterator = reader.NewIterator(
      Family::kDecision, storage::PrefixRange(storage::AnchorHandoverPrefix(core.options.register_id)));
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    storage::v1::AnchorHandover handover;
    const std::string_view value = iterator->value();
    if (!handover.ParseFromArray(value.data(), static_cast<int>(value.size())) || !ids.Minted(handover.anchor()) ||
        !ids.Minted(handover.holder())) {
      return DataLoss("a recorded handover of an id cannot be read; run `wensum verify`");
    }
    ids.SetHolder(handover.anchor(), handover.holder());
  }
  return iterator->status();
}

absl::StatusOr<GazetteerCounts> LoadAddresses(const Core& core, const storage::Reader& reader,
                                              matching::address::AddressIndex& index) {
  GazetteerCounts counts;
  const gazetteer::PropertyReader properties(reader, core.options.register_id);
  index.StartBulk();
  WENSUM_RETURN_IF_ERROR(properties.ForEachIndexed(
      ScanThreads(core),
      [&](const matching::address::IndexedStreet& street) {
        ++counts.streets;
        index.UpsertStreet(street, nullptr);
      },
      [&](const std::vector<matching::address::IndexedProperty>& chunk) {
        counts.properties += chunk.size();
        for (const matching::address::IndexedProperty& property : chunk) {
          index.Upsert(property, nullptr);
        }
      }));
  index.FinishBulk();
  return counts;
}

absl::Status LoadIndexes(Core& core) {
  const std::unique_ptr<storage::Snapshot> snapshot = core.store->NewSnapshot();
  Indexes& indexes = core.indexes;
  const uint32_t reg = core.options.register_id;
  WENSUM_ASSIGN_OR_RETURN(const std::optional<uint64_t> revision, storage::NewestRevision(*snapshot, reg));
  WENSUM_ASSIGN_OR_RETURN(const uint64_t last_ordinal, LastOrdinal(core, *snapshot));
  indexes.ids = IdTable();
  indexes.ids.Reserve(last_ordinal);
  for (uint64_t i = 0; i < last_ordinal; ++i) {
    indexes.ids.Mint();
  }
  indexes.live.assign(last_ordinal + 1, false);
  indexes.entity_size.assign(last_ordinal + 1, 0);
  indexes.dependants_ready = false;
  indexes.record_keys.Clear();
  auto addresses = std::make_unique<matching::address::AddressIndex>();
  absl::StatusOr<GazetteerCounts> gazetteer_counts = GazetteerCounts();
  // The gazetteer is read beside the people: each alone does not keep two cores busy to the end.
  std::thread gazetteer_thread([&] { gazetteer_counts = LoadAddresses(core, *snapshot, *addresses); });
  const auto load_people = [&]() -> absl::Status {
    WENSUM_RETURN_IF_ERROR(LoadEntities(core, *snapshot, last_ordinal));
    WENSUM_RETURN_IF_ERROR(LoadHandovers(core, *snapshot, indexes.ids));
    indexes.values = ValueDecisions();
    WENSUM_ASSIGN_OR_RETURN(indexes.decisions, LoadDecisions(*snapshot, reg, &indexes.values));
    WENSUM_ASSIGN_OR_RETURN(indexes.held, LoadHeld(*snapshot, reg));
    return LoadSources(core, *snapshot, last_ordinal);
  };
  const absl::Status people = load_people();
  gazetteer_thread.join();
  WENSUM_RETURN_IF_ERROR(people);
  WENSUM_RETURN_IF_ERROR(gazetteer_counts.status());
  WENSUM_ASSIGN_OR_RETURN(matching::address::LearntTable learnt, LoadLearnt(*snapshot, reg));
  WENSUM_ASSIGN_OR_RETURN(auto calibration, LoadAddressCalibration(*snapshot, reg));
  {
    MutexLock lock(indexes.address_mutex);
    indexes.addresses = std::move(addresses);
    indexes.learnt = std::move(learnt);
    indexes.address_calibration = std::move(calibration);
  }
  indexes.address_version.fetch_add(1, std::memory_order_release);
  {
    MutexLock lock(indexes.counts_mutex);
    indexes.counts.properties = gazetteer_counts->properties;
    indexes.counts.streets = gazetteer_counts->streets;
    indexes.counts.entities = static_cast<uint64_t>(
        std::count_if(indexes.entity_size.begin(), indexes.entity_size.end(), [](uint32_t size) { return size > 0; }));
  }
  core.gazetteer_revision.store(revision.value_or(0), std::memory_order_release);
  core.revision.store(revision.value_or(0), std::memory_order_release);
  return absl::OkStatus();
}

}  // namespace wensum::registry
