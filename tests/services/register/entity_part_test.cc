#include "services/register/entity_part.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/random.h"
#include "base/strings.h"
#include "services/register/codec.h"
#include "tests/support/seed.h"

namespace wensum::registry {
namespace {

using google::protobuf::util::MessageDifferencer;
using storage::v1::Entity;
using storage::v1::Golden;

constexpr int kPurposes = 4;

std::string Text(Random& random) { return std::string(random.Below(300), static_cast<char>('a' + random.Below(26))); }

void FillGolden(Random& random, Golden& golden) {
  auto& details = *golden.mutable_details();
  details.mutable_name()->set_surname(Text(random));
  details.set_date_of_birth(static_cast<int32_t>(random.Below(20'000'000)));
  for (uint64_t n = random.Below(4); n > 0; --n) {
    details.add_phones(Text(random));
    details.add_addresses()->set_text(Text(random));
    details.add_identifiers()->set_value(Text(random));
    details.add_attributes()->set_value(Text(random));
    golden.add_resolved_addresses()->set_uprn(random.Below(1000));
    golden.add_contributors(static_cast<uint32_t>(random.Below(300)));
  }
  details.set_organisation_name(Text(random));
  golden.set_current_address(static_cast<uint32_t>(random.Below(3)));
  golden.set_lineage(Text(random));
}

Entity MakeEntity(Random& random) {
  Entity entity;
  entity.set_format(kRecordFormat);
  entity.set_revision(random() >> random.Below(64));
  entity.set_redirect(random.Below(4) == 0 ? random() : 0);
  entity.set_ended(random.Below(2) == 0);
  entity.set_kind(static_cast<uint32_t>(random.Below(3)));
  for (uint64_t n = random.Below(5); n > 0; --n) {
    auto& member = *entity.add_members();
    member.set_ordinal(random());
    member.set_source_key(Text(random));
    member.set_source_time(static_cast<int64_t>(random()));
  }
  // Each purpose sees at most one golden record.
  uint64_t left = (uint64_t{1} << kPurposes) - 1;
  while (left != 0 && random.Below(4) != 0) {
    Golden& golden = *entity.add_golden();
    golden.set_purposes(left & random());
    left &= ~golden.purposes();
    FillGolden(random, golden);
  }
  return entity;
}

// The part, the plain way: all is parsed, the rest removed.
Entity Reference(const std::string& bytes, const EntityPart& part) {
  Entity entity;
  EXPECT_TRUE(entity.ParseFromString(bytes));
  auto& golden = *entity.mutable_golden();
  golden.erase(std::remove_if(golden.begin(), golden.end(),
                              [&](const Golden& of) { return (of.purposes() >> part.purpose_bit & 1) == 0; }),
               golden.end());
  if (!part.full) {
    entity.clear_members();
    for (Golden& of : golden) {
      of.clear_lineage();
      of.mutable_details()->clear_identifiers();
      of.mutable_details()->clear_attributes();
    }
  }
  return entity;
}

TEST(EntityPartTest, IsWhatParsingAllAndRemovingTheRestLeaves) {
  Random random(TestSeed(1));
  google::protobuf::Arena arena;
  for (int round = 0; round < 500; ++round) {
    const std::string bytes = MakeEntity(random).SerializeAsString();
    for (int purpose = 0; purpose <= kPurposes; ++purpose) {
      for (const bool full : {false, true}) {
        const EntityPart part{.purpose_bit = purpose, .full = full};
        Entity plain;
        Entity& on_arena = *google::protobuf::Arena::CreateMessage<Entity>(&arena);
        ASSERT_TRUE(DecodeEntityPart(bytes, part, 1, plain).ok());
        ASSERT_TRUE(DecodeEntityPart(bytes, part, 1, on_arena).ok());
        const Entity expected = Reference(bytes, part);
        ASSERT_TRUE(MessageDifferencer::Equals(plain, expected)) << plain.DebugString() << expected.DebugString();
        ASSERT_TRUE(MessageDifferencer::Equals(on_arena, expected)) << on_arena.DebugString();
      }
    }
    arena.Reset();
  }
}

TEST(EntityPartTest, FieldsOfLaterVersionsDoNoHarm) {
  Entity entity;
  entity.set_format(kRecordFormat);
  entity.set_revision(7);
  Golden& golden = *entity.add_golden();
  golden.set_purposes(1);
  golden.mutable_details()->set_ni_number("AB123456C");
  golden.GetReflection()->MutableUnknownFields(&golden)->AddFixed32(99, 5);
  golden.mutable_details()->GetReflection()->MutableUnknownFields(golden.mutable_details())->AddFixed64(98, 6);
  entity.GetReflection()->MutableUnknownFields(&entity)->AddLengthDelimited(97, "new");
  Entity read;
  ASSERT_TRUE(DecodeEntityPart(entity.SerializeAsString(), {.purpose_bit = 0, .full = false}, 1, read).ok());
  EXPECT_EQ(read.revision(), 7U);
  ASSERT_EQ(read.golden_size(), 1);
  EXPECT_EQ(read.golden(0).details().ni_number(), "AB123456C");
}

TEST(EntityPartTest, DamagedBytesAreDataLossOrAnEntity) {
  Random random(TestSeed(1));
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = MakeEntity(random).SerializeAsString();
    bytes.resize(random.Below(bytes.size() + 1));
    for (uint64_t n = random.Below(4); n > 0 && !bytes.empty(); --n) {
      bytes[random.Below(bytes.size())] = static_cast<char>(random());
    }
    for (const bool full : {false, true}) {
      Entity part;
      const absl::Status status = DecodeEntityPart(bytes, {.purpose_bit = 1, .full = full}, 5, part);
      EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kDataLoss) << status;
    }
  }
}

TEST(EntityPartTest, RefusesFormatsOfLaterVersions) {
  Entity entity;
  entity.set_format(kRecordFormat + 1);
  Entity read;
  const absl::Status status = DecodeEntityPart(entity.SerializeAsString(), {}, 5, read);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(std::string(status.message().data(), status.message().size()).find("entity 5"), std::string::npos);
  EXPECT_EQ(DecodeEntityPart("", {}, 5, read).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace wensum::registry
