// Small registers and random people for tests.
#ifndef WENSUM_TESTS_SERVICES_REGISTER_REGISTER_TEST_UTIL_H_
#define WENSUM_TESTS_SERVICES_REGISTER_REGISTER_TEST_UTIL_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/register.h"
#include "storage/memory_store.h"

namespace wensum::registry {

inline constexpr TimeMicros kStartTime = TimeMicros{1'790'000'000} * 1'000'000;

inline constexpr std::string_view kTestRules = R"(
purposes: [service_delivery, electoral]
sources:
  - {name: housing}
  - {name: council_tax, guards_overlays: false}
  - {name: contact, guards_overlays: false}
  - {name: electoral_register, purposes: [electoral]}
)";

// The same where every update is taken, whoever it looks like.
inline constexpr std::string_view kUnguardedRules = R"(
purposes: [service_delivery, electoral]
sources:
  - {name: housing, guards_overlays: false}
  - {name: council_tax, guards_overlays: false}
  - {name: contact, guards_overlays: false}
  - {name: electoral_register, purposes: [electoral], guards_overlays: false}
)";

inline std::unique_ptr<Register> OpenOrDie(storage::Store* store, const Clock* clock,
                                           std::string_view rules = kTestRules) {
  RegisterOptions options;
  auto parsed = ParseRegisterRules(rules);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  options.rules = *std::move(parsed);
  options.threads = 2;
  auto opened = Register::Open(store, clock, std::move(options));
  EXPECT_TRUE(opened.ok()) << opened.status();
  return opened.ok() ? *std::move(opened) : nullptr;
}

inline SourceWrite MakeWrite(std::string source, std::string key, std::string forenames, std::string surname,
                             std::string_view born = "", std::string address = "", std::string_view postcode = "") {
  SourceWrite write;
  write.record.key = {.source = std::move(source), .key = std::move(key), .incarnation = 0};
  write.record.details.name.forenames = std::move(forenames);
  write.record.details.name.surname = std::move(surname);
  if (!born.empty()) {
    write.record.details.date_of_birth = *model::PartialDate::Parse(born);
  }
  if (!address.empty()) {
    model::PersonAddress& out = write.record.details.addresses.emplace_back();
    out.text = std::move(address);
    if (!postcode.empty()) {
      out.postcode = *model::Postcode::Parse(postcode);
    }
  }
  write.record.source_time = kStartTime;
  return write;
}

inline SourceWrite MakeErase(std::string source, std::string key) {
  SourceWrite write;
  write.record.key = {.source = std::move(source), .key = std::move(key), .incarnation = 0};
  write.erase = true;
  return write;
}

inline SourceResult CommitOne(Register& reg, SourceWrite write) {
  Mutation mutation;
  mutation.sources.push_back(std::move(write));
  MutationResult result = reg.Commit(std::move(mutation));
  EXPECT_TRUE(result.status.ok()) << result.status;
  return result.sources.empty() ? SourceResult() : result.sources.front();
}

// A terraced street: number 1 to `count`, one postcode.
inline std::vector<GazetteerWrite> MakeStreet(uint32_t usrn, std::string name, std::string postcode, int count) {
  std::vector<GazetteerWrite> writes;
  const auto add = [&writes](model::GazetteerRow row) {
    writes.push_back(
        {.row = std::move(row), .change = model::ChangeType::kInsert, .format = model::GazetteerFormat::kDtf73});
  };
  model::Street street;
  street.usrn = *model::Usrn::Create(usrn);
  street.record_type = 1;
  add(street);
  model::StreetDescriptor descriptor;
  descriptor.usrn = street.usrn;
  descriptor.description = std::move(name);
  descriptor.town = "NORWICH";
  descriptor.language = "ENG";
  add(descriptor);
  for (int number = 1; number <= count; ++number) {
    model::Blpu blpu;
    blpu.uprn = *model::Uprn::Create(uint64_t{usrn} * 1000 + static_cast<uint64_t>(number));
    blpu.logical_status = 1;
    add(blpu);
    model::Lpi lpi;
    lpi.uprn = blpu.uprn;
    lpi.lpi_key = Cat("2625L", 100000000 + static_cast<int>(usrn % 10000) * 1000 + number);
    lpi.language = "ENG";
    lpi.logical_status = 1;
    lpi.pao.has_number = true;
    lpi.pao.start_number = number;
    lpi.usrn = street.usrn;
    lpi.postal_address = "Y";
    lpi.postcode = postcode;
    lpi.post_town = "NORWICH";
    add(lpi);
  }
  return writes;
}

}  // namespace wensum::registry

#endif  // WENSUM_TESTS_SERVICES_REGISTER_REGISTER_TEST_UTIL_H_
