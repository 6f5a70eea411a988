// A register whose purposes differ in what they may see, and what the service answers of it.
#ifndef WENSUM_TESTS_SERVICES_MATCHING_MATCHING_TEST_UTIL_H_
#define WENSUM_TESTS_SERVICES_MATCHING_MATCHING_TEST_UTIL_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "services/matching/matching_handler.h"
#include "services/rpc/resource_name.h"
#include "storage/memory_store.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::match {

// `service` may not see the dates of birth that council_tax sends, and nothing of social_care; `care` sees all.
inline constexpr std::string_view kRules = R"(
purposes: [service, care]
sources:
  - {name: housing}
  - {name: council_tax, field_purposes: {date_of_birth: [care]}}
  - {name: contact, guards_overlays: false}
  - {name: social_care, purposes: [care]}
)";
inline constexpr int kService = 0;
inline constexpr int kCare = 1;

class MatchingTest : public ::testing::Test {
 protected:
  explicit MatchingTest(std::string_view rules = kRules)
      : store_(storage::NewMemoryStore()),
        clock_(registry::kStartTime),
        register_(registry::OpenOrDie(store_.get(), &clock_, rules)),
        handler_(register_.get()) {}

  static rpc::CallContext Call(int purpose) {
    rpc::CallContext call("/wensum.v1.Matching/Test");
    call.set_grant({.caller = "test", .purpose = "test", .purpose_bit = purpose});
    return call;
  }
  std::string Commit(registry::SourceWrite write) {
    return rpc::PersonName(register_->ids(), registry::CommitOne(*register_, std::move(write)).anchor);
  }
  static v1::SourceKey Key(std::string source, std::string key) {
    v1::SourceKey out;
    out.set_source(std::move(source));
    out.set_key(std::move(key));
    return out;
  }
  // Sides are "source:key" or "people/id".
  static v1::ExplainPairRequest PairOf(const std::string& a, const std::string& b) {
    v1::ExplainPairRequest request;
    for (const auto& [text, side] : {std::pair(a, request.mutable_a()), {b, request.mutable_b()}}) {
      if (text.starts_with("people/")) {
        side->set_person(text);
      } else {
        const size_t colon = text.find(':');
        *side->mutable_source_key() = Key(text.substr(0, colon), text.substr(colon + 1));
      }
    }
    return request;
  }
  v1::PairExplanation Pair(const std::string& a, const std::string& b, int purpose = kCare) {
    rpc::CallContext call = Call(purpose);
    v1::PairExplanation response;
    const absl::Status status = handler_.ExplainPair(call, PairOf(a, b), response);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(call.revision(), register_->revision());
    return response;
  }
  absl::Status PairError(const std::string& a, const std::string& b, int purpose = kCare) {
    rpc::CallContext call = Call(purpose);
    v1::PairExplanation response;
    return handler_.ExplainPair(call, PairOf(a, b), response);
  }
  v1::PersonExplanation Person(const std::string& name, int purpose = kCare) {
    rpc::CallContext call = Call(purpose);
    v1::ExplainPersonRequest request;
    request.set_name(name);
    v1::PersonExplanation response;
    const absl::Status status = handler_.ExplainPerson(call, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }
  v1::RecordExplanation Record(const std::string& source, const std::string& key, int purpose = kCare,
                               int max_pairs = 0) {
    rpc::CallContext call = Call(purpose);
    v1::ExplainRecordRequest request;
    request.set_max_pairs(max_pairs);
    *request.mutable_source_key() = Key(source, key);
    v1::RecordExplanation response;
    const absl::Status status = handler_.ExplainRecord(call, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }
  v1::ListReviewPairsResponse Reviews(const v1::ListReviewPairsRequest& request, int purpose = kCare) {
    rpc::CallContext call = Call(purpose);
    v1::ListReviewPairsResponse response;
    const absl::Status status = handler_.ListReviewPairs(call, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }
  absl::Status ReviewsError(const v1::ListReviewPairsRequest& request, int purpose = kCare) {
    rpc::CallContext call = Call(purpose);
    v1::ListReviewPairsResponse response;
    return handler_.ListReviewPairs(call, request, response);
  }
  static const v1::PairExplanation::Evidence& Of(const v1::PairExplanation& pair, std::string_view attribute) {
    for (const auto& evidence : pair.evidence()) {
      if (evidence.attribute() == attribute) {
        return evidence;
      }
    }
    ADD_FAILURE() << attribute;
    return pair.evidence(0);
  }

  static registry::SourceWrite Jonathan(std::string source, std::string key, std::string_view born = "1982-07-30") {
    return registry::MakeWrite(std::move(source), std::move(key), "Jonathan", "Brackenbury", born, "4 Oak Street",
                               "NR3 1AA");
  }
  // Opens a review pair: name and address agree, and no date was compared.
  void CommitUndated(const std::string& key, const std::string& surname = "Brackenbury",
                     std::string_view born = "1982-07-30") {
    const std::string address = Cat(surname.size(), " ", surname, " Street");
    Commit(registry::MakeWrite("housing", Cat("H", key), "Jonathan", surname, born, address, "NR3 1AA"));
    Commit(registry::MakeWrite("contact", Cat("K", key), "J", surname, "", address, "NR3 1AA"));
  }

  std::unique_ptr<storage::Store> store_;
  ManualClock clock_;
  std::unique_ptr<registry::Register> register_;
  MatchingHandler handler_;
};

}  // namespace wensum::match

#endif  // WENSUM_TESTS_SERVICES_MATCHING_MATCHING_TEST_UTIL_H_
