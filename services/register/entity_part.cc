#include "services/register/entity_part.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message_lite.h>

#include <cstddef>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/codec.h"

namespace wensum::registry {
namespace {

using storage::v1::Entity;
using storage::v1::Golden;
using storage::v1::PersonDetails;

// Walks the fields of a serialised message (protocol buffers encoding, without groups) and copies nothing.
class FieldWalk {
 public:
  explicit FieldWalk(std::string_view bytes) : bytes_(bytes) {}

  // To the next field; false at the end and at bytes that are no field: see valid().
  bool Next() {
    start_ = at_;
    if (at_ == bytes_.size()) {
      return false;
    }
    const uint64_t tag = Varint();
    number_ = tag >> 3;
    size_t size = 0;
    switch (tag & 7) {
      case 0:
        content_ = at_;
        Varint();
        return valid_;
      case 1:
        size = 8;
        break;
      case 2:
        size = static_cast<size_t>(Varint());
        break;
      case 5:
        size = 4;
        break;
      default:
        valid_ = false;
    }
    valid_ = valid_ && size <= bytes_.size() - at_;
    content_ = at_;
    at_ += valid_ ? size : 0;
    return valid_;
  }

  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] uint64_t number() const { return number_; }
  // Where the field, its tag included, starts and ends.
  [[nodiscard]] size_t start() const { return start_; }
  [[nodiscard]] size_t end() const { return at_; }
  [[nodiscard]] std::string_view content() const { return bytes_.substr(content_, at_ - content_); }
  // Of the content of a number alone.
  uint64_t TakeNumber() { return Varint(); }

 private:
  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at_ == bytes_.size()) {
        break;
      }
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= uint64_t{byte & 127U} << shift;
      if (byte < 128) {
        return value;
      }
    }
    valid_ = false;
    return 0;
  }

  const std::string_view bytes_;
  size_t at_ = 0;
  size_t start_ = 0;
  size_t content_ = 0;
  uint64_t number_ = 0;
  bool valid_ = true;
};

bool MergeBytes(std::string_view bytes, google::protobuf::MessageLite& out) {
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  return bytes.empty() || out.MergeFromBoundedZeroCopyStream(&stream, static_cast<int>(bytes.size()));
}

// Parses into `out` the fields of `bytes` for which `keep(field)` is true.
template <typename Keep>
bool MergeKept(std::string_view bytes, const Keep& keep, google::protobuf::MessageLite& out) {
  size_t from = 0;  // of the fields kept and not yet merged
  FieldWalk field(bytes);
  while (field.Next()) {
    if (!keep(field)) {
      if (!MergeBytes(bytes.substr(from, field.start() - from), out)) {
        return false;
      }
      from = field.end();
    }
  }
  return field.valid() && MergeBytes(bytes.substr(from), out);
}

// The purposes that see a serialised golden record.
uint64_t PurposesOf(std::string_view golden) {
  uint64_t purposes = 0;
  FieldWalk field(golden);
  while (field.Next()) {
    if (field.number() == Golden::kPurposesFieldNumber && field.content().size() == sizeof(purposes)) {
      purposes = 0;
      for (size_t i = sizeof(purposes); i-- > 0;) {
        purposes = purposes << 8 | static_cast<unsigned char>(field.content()[i]);
      }
    }
  }
  return purposes;
}

// The golden record without what only the full part has.
bool MergeBasicGolden(std::string_view bytes, Golden& out) {
  const auto keep_detail = [](const FieldWalk& field) {
    return field.number() != PersonDetails::kIdentifiersFieldNumber &&
           field.number() != PersonDetails::kAttributesFieldNumber;
  };
  bool valid = true;
  const auto keep = [&](const FieldWalk& field) {
    if (field.number() == Golden::kDetailsFieldNumber) {
      valid = valid && MergeKept(field.content(), keep_detail, *out.mutable_details());
      return false;
    }
    return field.number() != Golden::kLineageFieldNumber;
  };
  return MergeKept(bytes, keep, out) && valid;
}

bool MergePart(std::string_view bytes, const EntityPart& part, Entity& out) {
  bool valid = true;
  const auto keep = [&](const FieldWalk& field) {
    if (field.number() == Entity::kMembersFieldNumber) {
      return part.full;
    }
    if (field.number() != Entity::kGoldenFieldNumber) {
      return true;
    }
    const bool seen = (PurposesOf(field.content()) >> part.purpose_bit & 1) != 0;
    if (seen && !part.full) {
      valid = valid && MergeBasicGolden(field.content(), *out.add_golden());
    }
    return seen && part.full;
  };
  return MergeKept(bytes, keep, out) && valid;
}

}  // namespace

absl::Status DecodeEntityPart(std::string_view bytes, const EntityPart& part, uint64_t id, Entity& out) {
  if (!MergePart(bytes, part, out)) {
    return DataLoss(Cat("entity ", id, " cannot be read: ", bytes.size(), " bytes that are no entity"));
  }
  if (out.format() == 0 || out.format() > kRecordFormat) {
    return DataLoss(
        Cat("entity ", id, " has format ", out.format(), "; this version reads formats 1 to ", kRecordFormat));
  }
  return absl::OkStatus();
}

std::optional<uint64_t> RevisionOfEntity(std::string_view bytes) {
  FieldWalk field(bytes);
  while (field.Next()) {
    if (field.number() == Entity::kRevisionFieldNumber) {
      return FieldWalk(field.content()).TakeNumber();
    }
  }
  return std::nullopt;
}

}  // namespace wensum::registry
