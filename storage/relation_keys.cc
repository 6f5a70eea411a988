#include "storage/relation_keys.h"

#include "base/status_macros.h"
#include "storage/key_codec.h"

namespace wensum::storage {
namespace {

// Tag after the register. Part of the format: never change or reuse it.
constexpr uint8_t kRelation = 'R';

KeyWriter RelationStart(RegisterId reg) {
  KeyWriter writer;
  writer.U32(reg).U8(kRelation);
  return writer;
}

}  // namespace

std::string AllOccupanciesPrefix(RegisterId reg) { return KeyWriter().U32(reg).Take(); }

std::string RelationKey(RegisterId reg, std::string_view hash, uint64_t ordinal) {
  return RelationStart(reg).Fixed(hash).U64(ordinal).Take();
}
std::string RelationPrefix(RegisterId reg, std::string_view hash) { return RelationStart(reg).Fixed(hash).Take(); }
std::string AllRelationsPrefix(RegisterId reg) { return RelationStart(reg).Take(); }

absl::StatusOr<RelationParts> ParseRelationKey(std::string_view key) {
  return ParseTagged<RelationParts>(key, kRelation, "relation", AsFixed<RelationParts>{&RelationParts::hash, kHashSize},
                                    &RelationParts::ordinal);
}

}  // namespace wensum::storage
