#include "services/changes/consumer_book.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/rpc/status_details.h"
#include "storage/consumer_keys.h"
#include "storage/store.h"

namespace wensum::changes {
namespace {

using storage::Family;
using storage::v1::FeedConsumer;

constexpr uint32_t kConsumerFormat = 1;

bool IsSign(char c) { return IsLower(c) || IsDigit(c) || c == '_' || c == '-'; }

// The account of a consumer whose stream starts behind `after`.
void GoOn(const v1::WatchChangesRequest& request, uint64_t filter_hash, uint64_t after, TimeMicros now,
          FeedConsumer& consumer) {
  const bool same = consumer.format() == kConsumerFormat && consumer.filter_hash() == filter_hash;
  if (!same || after < consumer.from_revision() || after > consumer.sent_revision()) {
    consumer.set_from_revision(after);
    consumer.set_sent_revision(after);
    consumer.clear_sent_time();
  }
  consumer.set_format(kConsumerFormat);
  consumer.set_name(request.consumer());
  consumer.set_filter(request.filter().SerializeAsString());
  consumer.mutable_kinds()->Assign(request.kinds().begin(), request.kinds().end());
  consumer.set_filter_hash(filter_hash);
  consumer.set_resumed_revision(after);
  consumer.set_resume_time(now);
}

}  // namespace

absl::Status ConsumerBook::CheckName(std::string_view name) {
  if (name.size() > kLongestName || !std::ranges::all_of(name, IsSign)) {
    return rpc::InvalidField(
        "consumer", Cat("is ", Quote(name), "; give 1 to ", kLongestName, " of a-z, 0-9, \"_\" and \"-\", or nothing"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, FeedConsumer>> ConsumerBook::Stored(int purpose_bit) const {
  const auto it = register_.store()->NewIterator(
      Family::kImportRun,
      storage::PrefixRange(storage::FeedConsumersPrefix(register_.register_id(), static_cast<uint8_t>(purpose_bit))));
  std::map<std::string, FeedConsumer> consumers;
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    FeedConsumer consumer;
    if (!consumer.ParseFromArray(it->value().data(), static_cast<int>(it->value().size()))) {
      return DataLoss("the place of a consumer of the feed cannot be read");
    }
    if (consumer.format() > kConsumerFormat) {
      return DataLoss(Cat("the place of the consumer ", Quote(consumer.name()), " has format ", consumer.format(),
                          "; this version reads ", kConsumerFormat));
    }
    std::string name = consumer.name();
    consumers.emplace(std::move(name), std::move(consumer));
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return consumers;
}

absl::StatusOr<ConsumerBook::Stream> ConsumerBook::Begin(const rpc::CallContext& call,
                                                         const v1::WatchChangesRequest& request, uint64_t filter_hash,
                                                         uint64_t after) {
  WENSUM_RETURN_IF_ERROR(CheckName(request.consumer()));
  const int bit = call.purpose_bit();
  WENSUM_ASSIGN_OR_RETURN(const auto stored, Stored(bit));
  const MutexLock lock(mutex_);
  const auto [found, added] = entries_.try_emplace({bit, request.consumer()});
  if (added) {
    if (const auto known = stored.find(request.consumer()); known != stored.end()) {
      found->second.consumer = known->second;
    } else if (static_cast<size_t>(std::ranges::count_if(entries_,
                                                         [&](const auto& entry) {
                                                           return entry.first.first == bit &&
                                                                  !stored.contains(entry.first.second);
                                                         })) +
                   stored.size() >
               kMostConsumers) {
      entries_.erase(found);
      return MakeStatus(
          absl::StatusCode::kResourceExhausted,
          Cat("consumer: there are ", kMostConsumers,
              " consumers of this purpose already: watch under the name of one that is gone, or under none"));
    }
  }
  Entry& entry = found->second;
  GoOn(request, filter_hash, after, clock_.Now(), entry.consumer);
  entry.generation = ++generations_;
  entry.waiting = true;
  ScheduleFlush();
  return Stream{.purpose_bit = bit, .name = request.consumer(), .generation = entry.generation};
}

void ConsumerBook::OnSent(const Stream& stream, uint64_t revision) {
  const MutexLock lock(mutex_);
  const auto found = entries_.find({stream.purpose_bit, stream.name});
  if (found == entries_.end() || found->second.generation != stream.generation) {
    return;
  }
  FeedConsumer& consumer = found->second.consumer;
  if (revision > consumer.sent_revision()) {
    consumer.set_sent_revision(revision);
    consumer.set_sent_time(clock_.Now());
    found->second.waiting = true;
    ScheduleFlush();
  }
}

void ConsumerBook::ScheduleFlush() {
  if (!scheduled_) {
    scheduled_ = true;
    executor_.RunAfter(pause_, [self = shared_from_this()] { self->Flush().IgnoreError(); });
  }
}

absl::Status ConsumerBook::Flush() {
  const MutexLock lock(mutex_);
  scheduled_ = false;
  storage::WriteBatch batch;
  for (const auto& [key, entry] : entries_) {
    if (entry.waiting) {
      batch.Put(Family::kImportRun,
                storage::FeedConsumerKey(register_.register_id(), static_cast<uint8_t>(key.first), key.second),
                entry.consumer.SerializeAsString());
    }
  }
  if (batch.empty()) {
    return absl::OkStatus();
  }
  // What is lost in a crash of the machine is told anew: no consumer need wait for a disk.
  WENSUM_RETURN_IF_ERROR(register_.store()->Write(batch, storage::Durability::kNoSync));
  for (auto& [key, entry] : entries_) {
    entry.waiting = false;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FeedConsumer>> ConsumerBook::List(int purpose_bit) const {
  WENSUM_ASSIGN_OR_RETURN(auto consumers, Stored(purpose_bit));
  {
    const MutexLock lock(mutex_);
    for (const auto& [key, entry] : entries_) {
      if (key.first == purpose_bit) {
        consumers[key.second] = entry.consumer;
      }
    }
  }
  std::vector<FeedConsumer> list;
  list.reserve(consumers.size());
  for (auto& [name, consumer] : consumers) {
    list.push_back(std::move(consumer));
  }
  return list;
}

absl::StatusOr<std::vector<ConsumerBook::Place>> ConsumerBook::Between(uint64_t from, uint64_t to) const {
  std::vector<Place> places;
  const int purposes = static_cast<int>(register_.rules().purposes.size());
  for (int bit = 0; bit < purposes; ++bit) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<FeedConsumer> consumers, List(bit));
    for (const FeedConsumer& consumer : consumers) {
      // Who watches again from an earlier place has not come by what was sent since: it is sent once more.
      const bool again = consumer.resume_time() > consumer.sent_time();
      const uint64_t place = again ? consumer.resumed_revision() : consumer.sent_revision();
      if (from <= place && place < to) {
        places.push_back({.purpose_bit = bit,
                          .name = consumer.name(),
                          .revision = place,
                          .active = std::max(consumer.sent_time(), consumer.resume_time())});
      }
    }
  }
  return places;
}

}  // namespace wensum::changes
