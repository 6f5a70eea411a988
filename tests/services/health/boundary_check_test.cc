// Wards and parishes by boundaries: the file, the comparison, the change.
#include "services/health/boundary_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/gazetteer/property_reader.h"
#include "services/health/boundary_file.h"
#include "services/health/health_handler.h"
#include "services/rpc/status_details.h"
#include "storage/fault_store.h"
#include "storage/memory_store.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::health {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// A feature with a square.
std::string Feature(const std::string& code, double west, double south, double size = 100,
                    const std::string& property = "WD24CD") {
  const std::string name = property.substr(0, property.size() - 2) + "NM";
  return Cat(R"({"type":"Feature","properties":{"FID":1,")", property, R"(":")", code, R"(",")", name, R"(":"Ward of )",
             code, R"("},"geometry":{"type":"Polygon","coordinates":[[[)", west, ",", south, "],[", west + size, ",",
             south, "],[", west + size, ",", south + size, "],[", west, ",", south + size, "],[", west, ",", south,
             "]]]}}");
}

std::string Collection(const std::vector<std::string>& features, const std::string& more = "") {
  return Cat(R"({"type":"FeatureCollection",)", more, R"("features":[)", Join(features, ","), "]}");
}

std::string Refusal(const std::string& text, const BoundaryFileOptions& options = {}) {
  const auto parsed = ParseBoundaries(text, options);
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(parsed.status().message());
}

TEST(BoundaryFileTest, ReadsPolygonsAndPartsOfOneCode) {
  const std::string crs = R"("crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::27700"}},)";
  const std::string multi =
      R"({"type":"Feature","properties":{"wd24cd":"E1","wd24nm":"Ŵard"},"geometry":{"type":"MultiPolygon","coordinates":)"
      R"([[[[0,0],[10,0,5.5],[10,10],[0,10],[0,0]],[[2,2],[4,2],[4,4],[2,4],[2,2]]],[[[50,0],[60,0],[60,10],[50,0]]]]}})";
  const std::string part =
      R"({"type":"Feature","properties":{"wd24cd":"E1"},"geometry":{"type":"Polygon","coordinates":)"
      R"([[[80,0],[90,0],[90,10],[80,0]]]}})";
  const auto parsed = ParseBoundaries(Collection({multi, part}, crs), {});
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_EQ(parsed->size(), 1U);
  const llpg::Boundary& boundary = parsed->front();
  EXPECT_EQ(boundary.code(), "E1");
  EXPECT_EQ(boundary.name(), "Ŵard");
  EXPECT_TRUE(boundary.Contains({1, 1}));
  EXPECT_FALSE(boundary.Contains({3, 3}));
  EXPECT_TRUE(boundary.Contains({58, 2}));
  EXPECT_TRUE(boundary.Contains({88, 2}));
}

TEST(BoundaryFileTest, TheCodesPropertyIsFoundOrNamed) {
  EXPECT_EQ(ParseBoundaries(Collection({Feature("E2", 0, 0, 500, "PAR23CD")}), {.prefix = "PAR"})->front().name(),
            "Ward of E2");
  const std::string other = Collection({Feature("E2", 0, 0, 500, "LOCALCD")});
  EXPECT_THAT(Refusal(other), HasSubstr("\"LOCALCD\""));
  EXPECT_EQ(ParseBoundaries(other, {.code_property = "LOCALCD"})->front().code(), "E2");
}

TEST(BoundaryFileTest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(Refusal(""), HasSubstr("not a GeoJSON FeatureCollection"));
  EXPECT_THAT(Refusal("[1,2"), HasSubstr("not a GeoJSON FeatureCollection"));
  EXPECT_THAT(Refusal(Collection({Feature("E1", 0, 0)}).substr(0, 150)), HasSubstr("not a GeoJSON FeatureCollection"));
  EXPECT_THAT(Refusal(Collection({})), HasSubstr("no feature"));
  EXPECT_THAT(Refusal(Collection({Feature("E1", 0, 0)}, R"("crs":{"properties":{"name":"EPSG:4326"}},)")),
              HasSubstr("EPSG:27700"));
  EXPECT_THAT(Refusal(Collection({Feature("E1", 1.2, 52.6, 0.1), Feature("E2", 1.3, 52.6, 0.1)})),
              HasSubstr("longitude and latitude"));
  EXPECT_THAT(Refusal(Collection({Feature("E1", 0, 0), Feature("", 0, 0)})), HasSubstr("feature 2"));
  EXPECT_THAT(Refusal(Collection({Feature("E-1", 0, 0)})), HasSubstr("no code"));
  EXPECT_THAT(Refusal(Collection({Feature("E1", 9e6, 0)})), HasSubstr("not on the National Grid"));
  EXPECT_THAT(Refusal(Collection({R"({"type":"Feature","properties":{"WD24CD":"E1"},"geometry":null})"})),
              HasSubstr("neither a Polygon"));
  EXPECT_THAT(Refusal(Collection({R"({"type":"Feature","properties":null,"geometry":null})"})),
              HasSubstr("no properties"));
  EXPECT_THAT(Refusal(Collection({R"(7)"})), HasSubstr("feature 1 is not an object"));
  EXPECT_THAT(Refusal(Collection({Feature("E1", 0, 0), "{}"})), HasSubstr("feature 2: its type is not Feature"));
  EXPECT_THAT(Refusal(Collection({Feature("E1", 0, 0)}, R"("crs":"EPSG:27700",)")), HasSubstr("an object with a name"));
  EXPECT_THAT(Refusal(Collection({Feature("E1", 0, 0)}, R"("crs":{},)")), HasSubstr("EPSG:27700"));
}

TEST(BoundaryFileTest, CoordinatesAreThoseOfTheType) {
  const auto refusal = [](const std::string& type, const std::string& coordinates) {
    return Refusal(Collection({Cat(R"({"type":"Feature","properties":{"WD24CD":"E1"},"geometry":{"type":")", type,
                                   R"(","coordinates":)", coordinates, "}}")}));
  };
  EXPECT_THAT(refusal("Polygon", R"([[[1,"2"]]])"), HasSubstr("two numbers"));
  EXPECT_THAT(refusal("Polygon", "[[[1],[2],[3]]]"), HasSubstr("two numbers"));
  EXPECT_THAT(refusal("Polygon", "[[[1,null]]]"), HasSubstr("two numbers"));
  EXPECT_THAT(refusal("Polygon", "[[[1,{}]]]"), HasSubstr("two numbers"));
  EXPECT_THAT(refusal("Polygon", "[[[1,2],[1,2],3]]"), HasSubstr("two numbers"));
  EXPECT_THAT(refusal("Polygon", "[[[1,2],[1,[2]]]]"), HasSubstr("nested too deep"));
  EXPECT_THAT(refusal("MultiPolygon", "[[[[[1,2]]]]]"), HasSubstr("nested too deep"));
  EXPECT_THAT(refusal("Polygon", "[[[1,2]]]"), HasSubstr("fewer than 3 positions"));
  EXPECT_THAT(refusal("Polygon", "[[[1,2],[1,2],[1,2],[1,2]]]"), HasSubstr("the boundary of E1"));
  EXPECT_THAT(refusal("Polygon", "[]"), HasSubstr("the boundary of E1"));
  for (const char* const coordinates : {"7", "null", "{}", "[[]]", "[[[]]]", "[[[[1,2],[3,2],[3,4]]]]", "[1,2]"}) {
    EXPECT_THAT(refusal("Polygon", coordinates), HasSubstr("not those of a Polygon")) << coordinates;
  }
  for (const char* const coordinates : {"7", "[[[]]]", "[[[[]]]]", "[[[1,2],[3,2],[3,4]]]"}) {
    EXPECT_THAT(refusal("MultiPolygon", coordinates), HasSubstr("not those of a MultiPolygon")) << coordinates;
  }
  EXPECT_THAT(refusal("Point", "[1,2]"), HasSubstr("neither a Polygon"));
  EXPECT_THAT(refusal("LineString", "[[1,2],[3,4],[5,6]]"), HasSubstr("neither a Polygon"));
  // What follows easting and northing is nobody's concern, and a MultiPolygon may have a polygon of nothing.
  EXPECT_TRUE(
      ParseBoundaries(Collection({R"({"type":"Feature","properties":{"WD24CD":"E1"},"geometry":{"type":"MultiPolygon",)"
                                  R"("coordinates":[[],[[[0,0,null],[900,0,"m",4],[900,900,{"a":[1]}],[0,0]]]]}})"}),
                      {})
          .ok());
}

TEST(BoundaryFileTest, MembersInAnyOrder) {
  const std::string crs = R"("crs":{"properties":{"code":[{"name":"x"}],"name":"EPSG:27700"},"type":"name"})";
  const std::string features =
      R"("features":[{"geometry":{"coordinates":[[[0,0],[10,0],[10,10],[0,10]]],"bbox":[0,0,10,10],"type":"Polygon"},)"
      R"("id":{"type":"Feature"},"properties":{"WD24NM":"North","type":"Feature","WD24CD":"E1"},"type":"Feature"}])";
  const std::string type = R"("type":"FeatureCollection")";
  std::vector<std::string> members = {crs, features, R"("name":{"type":"Feature","properties":null})", type};
  std::ranges::sort(members);
  do {
    const auto parsed = ParseBoundaries(Cat("{", Join(members, ","), "}"), {});
    ASSERT_TRUE(parsed.ok()) << parsed.status() << " " << Join(members, ",");
    ASSERT_EQ(parsed->size(), 1U);
    EXPECT_EQ(parsed->front().code(), "E1");
    EXPECT_EQ(parsed->front().name(), "North");
    EXPECT_TRUE(parsed->front().Contains({5, 5}));
  } while (std::ranges::next_permutation(members).found);
}

TEST(BoundaryFileTest, AFeatureElsewhereIsNoBoundary) {
  const std::string feature = Feature("E1", 0, 0, 500);
  EXPECT_THAT(Refusal(feature), HasSubstr("not a GeoJSON FeatureCollection"));
  EXPECT_THAT(Refusal(Cat("[", feature, "]")), HasSubstr("not a GeoJSON FeatureCollection"));
  EXPECT_THAT(Refusal(Collection({}, Cat(R"("others":[)", feature, "],"))), HasSubstr("no feature"));
  EXPECT_THAT(Refusal(Cat(R"({"type":"FeatureCollection","features":{"features":[)", feature, "]}}")),
              HasSubstr("no feature"));
  std::string nested = Feature("E2", 0, 0, 500);
  nested.replace(nested.find(R"("FID":1)"), 7, Cat(R"("FID":)", feature));
  const auto parsed = ParseBoundaries(Collection({nested}), {});
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_EQ(parsed->size(), 1U);
  EXPECT_EQ(parsed->front().code(), "E2");
}

// None of these may take a stack, a time or a memory that grows faster than the file.
TEST(BoundaryFileTest, FilesMadeToHarm) {
  constexpr size_t kMany = 4'000'000;
  const std::string feature = Feature("E1", 0, 0, 500);
  for (const std::string_view open : {"[", R"({"a":)", R"({"properties":)"}) {
    std::string deep;
    for (size_t i = 0; i < kMany; ++i) {
      deep += open;
    }
    EXPECT_THAT(Refusal(Cat(R"({"type":"FeatureCollection","crs":{"properties":{"name":)", deep)),
                HasSubstr("deeper than 32 levels"));
    EXPECT_THAT(Refusal(deep), HasSubstr("deeper than 32 levels"));
    EXPECT_THAT(Refusal(Collection({Cat(R"({"geometry":{"coordinates":)", deep)})), HasSubstr("deeper than 32 levels"));
  }
  std::string empty = "{}";
  for (size_t i = 0; i < kMany; ++i) {
    empty += ",{}";
  }
  EXPECT_THAT(Refusal(Cat("[", empty, "]")), HasSubstr("not a GeoJSON FeatureCollection"));
  EXPECT_THAT(Refusal(Collection({empty})), HasSubstr("feature 1: its type is not Feature"));
  EXPECT_TRUE(ParseBoundaries(Collection({feature}, Cat(R"("others":[)", empty, "],")), {}).ok());
  std::string dots = "[[[0,0]";
  for (size_t i = 0; i < llpg::Boundary::kMaxEdges; ++i) {
    dots += ",[1,1]";
  }
  EXPECT_THAT(Refusal(Collection({Cat(R"({"geometry":{"type":"Polygon","coordinates":)", dots,
                                      R"(]]},"type":"Feature","properties":{"WD24CD":"E1"}})")})),
              HasSubstr("more than 4000000 positions; simplify"));
}

class BoundaryCheckTest : public testing::Test {
 protected:
  static constexpr int kNorwich = 2625;
  static constexpr int kOtherOwn = 2605;

  model::Blpu Blpu(uint64_t uprn, double x, double y, std::string ward, int status = 1) const {
    model::Blpu row;
    row.uprn = *model::Uprn::Create(uprn);
    row.logical_status = status;
    row.x = x;
    row.y = y;
    row.ward_code = std::move(ward);
    row.local_custodian_code = kNorwich;
    row.dates.last_update = {2020, 1, 1};
    row.dates.entry = {2019, 1, 1};
    return row;
  }
  void Commit(const std::vector<model::Blpu>& rows, model::GazetteerFormat format = model::GazetteerFormat::kDtf73) {
    registry::Mutation mutation;
    for (const model::Blpu& row : rows) {
      mutation.rows.push_back({.row = row, .change = model::ChangeType::kInsert, .format = format});
    }
    ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  // What the audit entry would name is left in resources_.
  absl::StatusOr<v1::BoundaryReport> Check(const v1::BoundarySpec& spec, const std::string& file,
                                           const std::atomic<bool>* cancelled = nullptr) {
    return Check(handler_, spec, file, cancelled);
  }
  absl::StatusOr<v1::BoundaryReport> Check(HealthHandler& handler, const v1::BoundarySpec& spec,
                                           const std::string& file, const std::atomic<bool>* cancelled = nullptr) {
    BoundaryUpload upload = handler.NewBoundaryUpload();
    v1::CheckBoundariesRequest message;
    *message.mutable_spec() = spec;
    absl::Status status = upload.OnMessage(message);
    for (size_t at = 0; at < file.size() && status.ok(); at += 100) {
      message.set_chunk(file.substr(at, 100));
      status = upload.OnMessage(message);
    }
    rpc::CallContext call("/test");
    call.set_cancelled(cancelled);
    v1::BoundaryReport report;
    if (status.ok()) {
      status = upload.Finish(call, report);
    }
    resources_ = call.resources();
    revision_ = call.revision();
    return status.ok() ? absl::StatusOr<v1::BoundaryReport>(report) : status;
  }
  static v1::BoundarySpec Wards(bool set = false) {
    v1::BoundarySpec spec;
    spec.set_kind(v1::BoundarySpec::KIND_WARD);
    spec.set_set(set);
    return spec;
  }
  v1::Property Get(uint64_t uprn) const {
    const gazetteer::PropertyReader reader(*register_->store(), register_->register_id());
    const auto property = reader.GetProperty(uprn, gazetteer::View::kBasic);
    EXPECT_TRUE(property.ok() && property->has_value());
    return **property;
  }
  std::string WardOf(uint64_t uprn) const { return Get(uprn).ward_code(); }

  // W1 and W2 are neighbours; both own easting 100.
  const std::string file_ = Collection({Feature("W1", 0, 0), Feature("W2", 100, 0), Feature("W3", 900, 900)});
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_);
  HealthHandler handler_{register_.get(), &clock_, {kNorwich, kOtherOwn}};
  std::string resources_;
  uint64_t revision_ = 0;
};

TEST_F(BoundaryCheckTest, ComparesAndLeavesAsItIs) {
  Commit({Blpu(1, 50, 50, "W1"), Blpu(2, 50, 60, "W2"), Blpu(3, 150, 50, ""), Blpu(4, 500, 500, "W1"),
          Blpu(5, 100, 50, "W2"), Blpu(6, 100, 60, "W9"), Blpu(7, 0, 0, "W1"), Blpu(8, 50, 70, "W2", 8)});
  Commit({Blpu(9, 50, 80, "")}, model::GazetteerFormat::kAddressBasePremium2);
  const uint64_t before = register_->revision();
  const auto report = Check(Wards(), file_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(register_->revision(), before) << "nothing is written";
  EXPECT_EQ(report->revision(), before);
  EXPECT_EQ(report->boundaries(), 3U);
  EXPECT_EQ(report->properties(), 8U) << "the historical one is none";
  EXPECT_EQ(report->same(), 2U);
  EXPECT_EQ(report->different(), 1U);
  EXPECT_EQ(report->unset(), 1U);
  EXPECT_EQ(report->outside(), 1U);
  EXPECT_EQ(report->ambiguous(), 1U);
  EXPECT_EQ(report->not_judged(), 2U);
  EXPECT_EQ(report->changed(), 0U);
  EXPECT_EQ(report->first_revision(), 0U);
  EXPECT_EQ(report->last_revision(), 0U);
  EXPECT_EQ(resources_, "properties/2 properties/3");
  ASSERT_EQ(report->differences_size(), 2);
  EXPECT_EQ(report->differences(0).property(), "properties/2");
  EXPECT_EQ(report->differences(0).stored_code(), "W2");
  EXPECT_EQ(report->differences(0).found_code(), "W1");
  EXPECT_EQ(report->differences(0).northing(), 60);
  EXPECT_EQ(report->differences(1).stored_code(), "");
  std::vector<std::string> counts;
  for (const v1::BoundaryCount& count : report->by_boundary()) {
    counts.push_back(Cat(count.code(), " ", count.name(), " ", count.properties(), " ", count.different()));
  }
  EXPECT_THAT(counts, ElementsAre("W1 Ward of W1 2 1", "W2 Ward of W2 2 1", "W3 Ward of W3 0 0"));
}

TEST_F(BoundaryCheckTest, SetsWhatDiffers) {
  Commit({Blpu(1, 50, 50, "W1"), Blpu(2, 50, 60, "W2"), Blpu(3, 150, 50, ""), Blpu(4, 500, 500, "W7")});
  const auto report = Check(Wards(/*set=*/true), file_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->changed(), 2U);
  EXPECT_EQ(report->first_revision(), register_->revision());
  EXPECT_EQ(report->last_revision(), register_->revision());
  EXPECT_EQ(WardOf(1), "W1");
  EXPECT_EQ(WardOf(2), "W1");
  EXPECT_EQ(WardOf(3), "W2");
  EXPECT_EQ(WardOf(4), "W7") << "outside: it stays";
  EXPECT_EQ(Get(1).last_update_date().year(), 2020);
  EXPECT_EQ(Get(2).last_update_date().year(), 2026);
  EXPECT_EQ(Get(2).entry_date().year(), 2019);
  EXPECT_EQ(Get(2).import_run(), "boundaries/WARD");
  EXPECT_EQ(Get(2).source_format(), "DTF_7_3");
  const auto again = Check(Wards(/*set=*/true), file_);
  EXPECT_EQ(again->changed(), 0U);
  EXPECT_EQ(again->same(), 3U);
  EXPECT_EQ(resources_, "changed=0 first_revision=0 last_revision=0");
}

TEST_F(BoundaryCheckTest, SetsOnlyWhatIsTheCustodiansOwn) {
  constexpr int kForeign = 2600;
  std::vector<model::Blpu> rows = {Blpu(1, 50, 50, ""), Blpu(2, 50, 60, ""), Blpu(3, 50, 70, "")};
  rows[1].local_custodian_code = kOtherOwn;
  rows[2].local_custodian_code = kForeign;
  Commit(rows);
  const uint64_t before = register_->revision();
  v1::BoundarySpec foreign = Wards(/*set=*/true);
  foreign.add_local_custodian_codes(kNorwich);
  foreign.add_local_custodian_codes(kForeign);
  const auto refused = Check(foreign, file_);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.status().message(), HasSubstr("spec.local_custodian_codes: names 2600"));
  HealthHandler nobodys(register_.get(), &clock_);
  for (const v1::BoundarySpec& spec : {Wards(/*set=*/true), foreign}) {
    const auto unconfigured = Check(nobodys, spec, file_);
    EXPECT_EQ(unconfigured.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(unconfigured.status(), rpc::CustodianNotConfigured());
  }
  EXPECT_EQ(register_->revision(), before);
  // To compare is everybody's.
  foreign.set_set(false);
  EXPECT_EQ(Check(nobodys, foreign, file_)->properties(), 2U);
  EXPECT_EQ(Check(Wards(), file_)->properties(), 3U);

  const auto report = Check(Wards(/*set=*/true), file_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->properties(), 2U);
  EXPECT_EQ(report->changed(), 2U);
  EXPECT_EQ(WardOf(1), "W1");
  EXPECT_EQ(WardOf(2), "W1");
  EXPECT_EQ(WardOf(3), "");
}

TEST_F(BoundaryCheckTest, ParishesOfOneCustodianAlone) {
  model::Blpu other = Blpu(2, 50, 60, "");
  other.local_custodian_code = kOtherOwn;
  Commit({Blpu(1, 50, 50, "W1"), other});
  v1::BoundarySpec spec;
  spec.set_kind(v1::BoundarySpec::KIND_PARISH);
  spec.set_set(true);
  spec.add_local_custodian_codes(kNorwich);
  const auto report = Check(spec, Collection({Feature("P1", 0, 0, 100, "PAR23CD")}));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->properties(), 1U);
  EXPECT_EQ(Get(1).parish_code(), "P1");
  EXPECT_EQ(Get(1).ward_code(), "W1");
  EXPECT_EQ(Get(2).parish_code(), "");
}

TEST_F(BoundaryCheckTest, ManyChangesInSeveralCommits) {
  std::vector<model::Blpu> rows;
  for (uint64_t uprn = 1; uprn <= 2'100; ++uprn) {
    rows.push_back(Blpu(uprn, 50, 50, "W2"));
  }
  Commit(rows);
  const uint64_t before = register_->revision();
  v1::BoundarySpec spec = Wards(/*set=*/true);
  spec.set_max_differences(7);
  const auto report = Check(spec, file_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->changed(), 2'100U);
  EXPECT_EQ(report->different(), 2'100U);
  EXPECT_EQ(report->differences_size(), 7);
  EXPECT_EQ(report->first_revision(), before + 1);
  EXPECT_EQ(report->last_revision(), before + 3);
  EXPECT_EQ(revision_, before + 3);
  EXPECT_THAT(resources_, StartsWith(Cat("changed=2100 first_revision=", before + 1, " last_revision=", before + 3,
                                         " properties/1 ")));
  EXPECT_EQ(WardOf(2'100), "W1");
}

TEST_F(BoundaryCheckTest, WhatWasChangedBeforeAFailureIsAudited) {
  std::vector<model::Blpu> rows;
  for (uint64_t uprn = 1; uprn <= 1'500; ++uprn) {
    rows.push_back(Blpu(uprn, 50, 50, "W2"));
  }
  Commit(rows);
  const uint64_t before = register_->revision();
  register_.reset();
  storage::FaultStore faults(store_.get());
  register_ = registry::OpenOrDie(&faults, &clock_);
  HealthHandler handler(register_.get(), &clock_, {kNorwich});
  faults.FailWritesAfter(1, absl::ResourceExhaustedError("disk full"));
  EXPECT_EQ(Check(handler, Wards(/*set=*/true), file_).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(resources_, Cat("changed=1000 first_revision=", before + 1, " last_revision=", before + 1));
  EXPECT_EQ(revision_, before + 1);
  register_.reset();  // before the store that it is over
}

TEST_F(BoundaryCheckTest, ACallerThatGoesAwayEndsTheCheckBetweenCommits) {
  std::vector<model::Blpu> rows;
  for (uint64_t uprn = 1; uprn <= 2'100; ++uprn) {
    rows.push_back(Blpu(uprn, 50, 50, "W2"));
  }
  Commit(rows);
  std::atomic<bool> cancelled = false;
  const std::unique_ptr<registry::Register::Subscription> away =
      register_->Subscribe([&cancelled](uint64_t /*revision*/) { cancelled = true; });
  const auto report = Check(Wards(/*set=*/true), file_, &cancelled);
  EXPECT_EQ(report.status().code(), absl::StatusCode::kCancelled) << report.status();
  EXPECT_THAT(std::string(report.status().message()), HasSubstr("1000 properties were changed"));
  EXPECT_EQ(WardOf(1'000), "W1");
  EXPECT_EQ(WardOf(1'001), "W2");
  cancelled = true;
  EXPECT_EQ(Check(Wards(/*set=*/true), file_, &cancelled).status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(WardOf(1'001), "W2") << "gone before it began";
}

TEST_F(BoundaryCheckTest, RefusesWhatDoesNotFitTogether) {
  const auto code = [](const auto& result) { return result.status().code(); };
  EXPECT_EQ(code(Check({}, file_)), absl::StatusCode::kInvalidArgument) << "no kind";
  EXPECT_EQ(code(Check(Wards(), "")), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(Check(Wards(), "{}")), absl::StatusCode::kInvalidArgument);
  v1::BoundarySpec spec = Wards();
  spec.set_max_differences(-1);
  EXPECT_EQ(code(Check(spec, file_)), absl::StatusCode::kInvalidArgument);
  BoundaryUpload upload = handler_.NewBoundaryUpload();
  v1::CheckBoundariesRequest message;
  EXPECT_FALSE(upload.OnMessage(message).ok()) << "an empty message";
  message.set_chunk("{");
  EXPECT_FALSE(upload.OnMessage(message).ok()) << "bytes before the spec";
  *message.mutable_spec() = Wards();
  EXPECT_TRUE(upload.OnMessage(message).ok());
  EXPECT_FALSE(upload.OnMessage(message).ok()) << "the spec twice";
  message.set_chunk(std::string((1U << 20) + 1, ' '));
  EXPECT_FALSE(upload.OnMessage(message).ok()) << "too large a chunk";
  message.set_chunk(std::string(1U << 20, ' '));
  for (int i = 0; i < 64; ++i) {
    EXPECT_TRUE(upload.OnMessage(message).ok());
  }
  EXPECT_FALSE(upload.OnMessage(message).ok()) << "too large a file";
}

TEST_F(BoundaryCheckTest, TwoUploadsAtATime) {
  v1::CheckBoundariesRequest message;
  *message.mutable_spec() = Wards();
  BoundaryUpload first = handler_.NewBoundaryUpload();
  EXPECT_TRUE(first.OnMessage(message).ok());
  {
    BoundaryUpload second = handler_.NewBoundaryUpload();
    EXPECT_TRUE(second.OnMessage(message).ok());
    BoundaryUpload third = handler_.NewBoundaryUpload();
    EXPECT_EQ(third.OnMessage(message).code(), absl::StatusCode::kResourceExhausted);
  }
  EXPECT_TRUE(Check(Wards(), file_).ok()) << "one has ended";
  const BoundaryUpload moved = std::move(first);
  EXPECT_TRUE(Check(Wards(), file_).ok());
}

}  // namespace
}  // namespace wensum::health
