#include "storage/request_log.h"

#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::storage {

namespace {

absl::StatusOr<v1::Request> ParseRequest(const std::string& value) {
  v1::Request request;
  if (!request.ParseFromString(value)) {
    return DataLoss("a stored request cannot be read; the store is damaged: restore it from a backup");
  }
  if (request.format() > kRequestFormat) {
    return FailedPrecondition(Cat("a stored request has format ", request.format(),
                                  ", this version of Wensum reads up to ", kRequestFormat,
                                  ": use the version that wrote it, or a later one"));
  }
  return request;
}

}  // namespace

absl::StatusOr<std::optional<std::string>> FindRequest(const Reader& reader, RegisterId reg, std::string_view id_hash,
                                                       uint64_t content_hash) {
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                          reader.Get(Family::kRequest, RequestKey(reg, id_hash)));
  if (!value) {
    return std::optional<std::string>();
  }
  WENSUM_ASSIGN_OR_RETURN(v1::Request request, ParseRequest(*value));
  if (request.request_hash() != content_hash) {
    return InvalidArgument("this request_id was used before with other content: choose a new one for each request");
  }
  return std::optional<std::string>(std::move(*request.mutable_response()));
}

void PutRequest(RegisterId reg, std::string_view id_hash, uint64_t content_hash, TimeMicros time,
                std::string_view response, WriteBatch& batch) {
  v1::Request request;
  request.set_format(kRequestFormat);
  request.set_time(time);
  request.set_response(response.data(), response.size());
  request.set_request_hash(content_hash);
  batch.Put(Family::kRequest, RequestKey(reg, id_hash), request.SerializeAsString());
  batch.Put(Family::kRequest, RequestByTimeKey(reg, time, id_hash), std::string());
}

absl::StatusOr<size_t> ExpireRequests(const Reader& reader, RegisterId reg, TimeMicros before, size_t max,
                                      WriteBatch& batch) {
  size_t expired = 0;
  const std::unique_ptr<Iterator> it = reader.NewIterator(Family::kRequest, PrefixRange(RequestByTimePrefix(reg)));
  for (it->SeekToFirst(); expired < max && it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const RequestByTimeParts parts, ParseRequestByTimeKey(it->key()));
    if (parts.time >= before) {
      break;
    }
    batch.Delete(Family::kRequest, std::string(it->key()));
    // The id may stand for a later request by now, which has its own entry by time.
    std::string key = RequestKey(reg, parts.hash);
    WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value, reader.Get(Family::kRequest, key));
    if (value) {
      WENSUM_ASSIGN_OR_RETURN(const v1::Request request, ParseRequest(*value));
      if (request.time() == parts.time) {
        batch.Delete(Family::kRequest, std::move(key));
      }
    }
    ++expired;
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return expired;
}

}  // namespace wensum::storage
