#include "services/dedupe/dedupe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/score/model_json.h"
#include "services/dedupe/evaluate.h"
#include "services/dedupe/files.h"
#include "services/dedupe/model_file.h"
#include "services/dedupe/people_config.h"
#include "tests/matching/people/people_sample.h"
#include "tests/support/temp_dir.h"

namespace wensum::dedupe {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr std::string_view kConfig = R"(
id: id
attributes:
  - {name: given, type: given_name, column: given}
  - {name: surname, type: surname, column: surname}
  - {name: born, type: date, column: born}
  - {name: postcode, type: postcode, column: postcode, address: area}
  - {name: house, type: text, column: house, address: house}
  - {name: street, type: text, column: street, address: house}
)";

class DedupeTest : public testing::Test {
 protected:
  DedupeTest() {
    WriteOrDie("config.yaml", kConfig);
    std::string csv = "id,person,given,surname,born,postcode,house,street,year\n";
    for (const matching::SampleRow& row : matching::MakePeople({.households = 120})) {
      std::vector<std::string_view> fields = {row.key};
      const std::string person = std::to_string(row.person);
      fields.push_back(person);
      fields.insert(fields.end(), row.values.begin(), row.values.end());
      fields.push_back(row.once);
      AppendCsvRow(csv, fields);
    }
    WriteOrDie("people.csv", csv);
  }

  std::string Path(std::string_view name) const { return Cat(dir_.path(), "/", name); }
  void WriteOrDie(std::string_view name, std::string_view content) { ASSERT_TRUE(WriteFile(Path(name), content).ok()); }
  std::string ReadOrDie(std::string_view name) { return ReadFile(Path(name)).value(); }

  DedupeOptions Options(std::string_view out) {
    DedupeOptions options;
    options.config = Path("config.yaml");
    options.inputs = {Path("people.csv")};
    options.out = Path(out);
    options.threads = 1;
    return options;
  }

  TempDir dir_;
};

TEST_F(DedupeTest, FindsPeopleAndJudgesTheResult) {
  DedupeOptions options = Options("clusters.csv");
  options.pairs = Path("pairs.csv");
  options.review = Path("review.csv");
  options.summary = Path("summary.json");
  options.truth = {.files = {Path("people.csv")}, .id = "id", .entity = "person"};
  const auto summary = Dedupe(options);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(json::parse(*summary).at("records"), 720);
  const json retrieval = json::parse(*summary).at("retrieval");
  EXPECT_EQ(retrieval.at("true_pairs"), 720);
  EXPECT_GT(retrieval.at("pairs_completeness"), 0.95);
  EXPECT_GT(retrieval.at("reduction_ratio"), 0.5);
  EXPECT_EQ(ReadOrDie("summary.json"), *summary);
  EXPECT_THAT(ReadOrDie("clusters.csv"), testing::StartsWith("record_id,entity_id\np0-0,p0-0\n"));
  EXPECT_THAT(ReadOrDie("pairs.csv"), testing::StartsWith("record_id_a,record_id_b,weight,probability\n"));
  EXPECT_THAT(ReadOrDie("review.csv"), testing::StartsWith("record_id_a,record_id_b,weight,reason\n"));
  const auto fit = Evaluate({.clusters = Path("clusters.csv"),
                             .truth = {.files = {Path("people.csv")}, .id = "id", .entity = "person"},
                             .pairs = Path("pairs.csv")});
  ASSERT_TRUE(fit.ok()) << fit.status();
  const json figures = json::parse(*fit);
  EXPECT_GT(figures.at("cluster_pairs").at("precision"), 0.99);
  EXPECT_GT(figures.at("cluster_pairs").at("recall"), 0.7);
  EXPECT_GT(figures.at("edges").at("precision"), 0.9);
}

// Of one man's three records two say the same, and the third shares nothing with them.
TEST_F(DedupeTest, TellsWhatRetrievalMisses) {
  WriteOrDie("people.csv",
             "id,person,given,surname,born,postcode,house,street,year\n"
             "1,a,WILHELM,QUILLFEATHER,1951-07-23,NR9 4QX,7,QUAY LANE,\n"
             "2,a,WILHELM,QUILLFEATHER,1951-07-23,NR9 4QX,7,QUAY LANE,\n"
             "3,a,BARNABY,OXENSHAW,1988-02-11,IP3 1ZZ,92,ELM ROW,\n"
             "4,b,MAUD,ELSINGER,1930-12-01,CB1 7TT,3,HIGH STREET,\n");
  DedupeOptions options = Options("clusters.csv");
  options.truth = {.files = {Path("people.csv")}, .id = "id", .entity = "person"};
  const auto summary = Dedupe(options);
  ASSERT_TRUE(summary.ok()) << summary.status();
  const json retrieval = json::parse(*summary).at("retrieval");
  EXPECT_EQ(retrieval.at("true_pairs"), 3);
  EXPECT_EQ(retrieval.at("found"), 1);
  EXPECT_EQ(retrieval.at("pairs_quality"), 1);
  WriteOrDie("truth.csv", "id,person\n1,a\n2,a\n3,a\n");
  options.truth.files = {Path("truth.csv")};
  EXPECT_THAT(std::string(Message(Dedupe(options).status())), HasSubstr("the truth has no record \"4\""));
}

TEST_F(DedupeTest, NamesEntitiesOfManyRecords) {
  DedupeOptions options = Options("clusters.csv");
  options.unusual = Path("unusual.csv");
  const auto plain = Dedupe(options);
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(ReadOrDie("unusual.csv"), "entity_id,records,distinct_records,cohesion\n");
  EXPECT_EQ(json::parse(*plain).at("unusual_entities"), json::parse(R"({"many": 0, "loose": 0})"));
  // One woman under ever other house numbers, twice under the last.
  std::string csv = ReadOrDie("people.csv");
  for (int i = 0; i < 33; ++i) {
    AppendTo(csv, "w", 10 + i, ",w,WILHELMINA,QUILLFEATHER,1951-07-23,NR9 4QX,", std::min(i, 31), ",QUAY LANE,", i,
             "\n");
  }
  WriteOrDie("people.csv", csv);
  const auto summary = Dedupe(options);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(json::parse(*summary).at("unusual_entities"), json::parse(R"({"many": 1, "loose": 0})"));
  EXPECT_EQ(ReadOrDie("unusual.csv"), "entity_id,records,distinct_records,cohesion\nw10,33,32,1\n");
}

TEST_F(DedupeTest, OrderAndThreadsDoNotShowAndAModelGivesTheSame) {
  DedupeOptions options = Options("first.csv");
  options.model_out = Path("model.json");
  ASSERT_TRUE(Dedupe(options).ok());
  const std::string first = ReadOrDie("first.csv");
  DedupeOptions shuffled = Options("second.csv");
  shuffled.seed_order = 17;
  shuffled.threads = 2;
  ASSERT_TRUE(Dedupe(shuffled).ok());
  EXPECT_EQ(ReadOrDie("second.csv"), first);
  DedupeOptions frozen = Options("third.csv");
  frozen.model = Path("model.json");
  ASSERT_TRUE(Dedupe(frozen).ok());
  EXPECT_EQ(ReadOrDie("third.csv"), first);
  const auto model = LoadModel(Path("model.json"));
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(matching::ModelToJson(*model), ReadOrDie("model.json"));
}

// A review file with answers in a further column goes back in.
TEST_F(DedupeTest, LabelsCalibrateAModel) {
  DedupeOptions options = Options("clusters.csv");
  options.review = Path("review.csv");
  options.model_out = Path("model.json");
  ASSERT_TRUE(Dedupe(options).ok());
  // People as the file has them: each three rows are one.
  const auto person = [this](std::string_view id) {
    const Truth truth = ReadTruth({.files = {Path("people.csv")}, .id = "id", .entity = "person"}).value();
    return truth.people[truth.records.at(id)];
  };
  std::string labels = "record_id_a,record_id_b,reason,one_person\n";
  const std::string columns[] = {"record_id_a", "record_id_b", "reason"};
  int count = 0;
  ASSERT_TRUE(ReadColumns(options.review, columns, [&](std::span<const std::string_view> row, uint64_t) {
                const bool same = person(row[0]) == person(row[1]);
                const std::string_view answer = count++ % 10 == 9 ? "" : same ? "Yes" : "0";
                AppendTo(labels, row[0], ",", row[1], ",", row[2], ",", answer, "\n");
                return absl::OkStatus();
              }).ok());
  // And merges: some of the records, with the first of their entities.
  const std::string merged[] = {"record_id", "entity_id"};
  int merges = 0;
  ASSERT_TRUE(ReadColumns(options.out, merged, [&](std::span<const std::string_view> row, uint64_t) {
                if (row[0] != row[1] && merges < 60) {
                  ++merges;
                  AppendTo(labels, row[0], ",", row[1], ",,", person(row[0]) == person(row[1]) ? "yes\n" : "no\n");
                }
                return absl::OkStatus();
              }).ok());
  WriteOrDie("labels.csv", labels);
  DedupeOptions calibrated = Options("calibrated.csv");
  calibrated.model = Path("model.json");
  calibrated.labels = Path("labels.csv");
  calibrated.model_out = Path("calibrated.json");
  const auto summary = Dedupe(calibrated);
  ASSERT_TRUE(summary.ok()) << summary.status();
  const json fit = json::parse(*summary).at("calibration");
  EXPECT_EQ(fit.at("labels"), count - count / 10 + merges);
  EXPECT_GE(fit.at("used"), 20);
  const auto model = LoadModel(Path("calibrated.json"));
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->parameters.calibration.labels, fit.at("used"));
  EXPECT_EQ(model->parameters.calibration.slope, fit.at("slope"));
  EXPECT_EQ(matching::ModelToJson(*model), ReadOrDie("calibrated.json"));
  // Frozen, it gives the same.
  DedupeOptions frozen = Options("frozen.csv");
  frozen.model = Path("calibrated.json");
  ASSERT_TRUE(Dedupe(frozen).ok());
  EXPECT_EQ(ReadOrDie("frozen.csv"), ReadOrDie("calibrated.csv"));

  for (const auto& [row, what] : {std::pair("1,2,perhaps", "expected yes or no"), std::pair("1,nobody,yes", "nobody"),
                                  std::pair("1,1,no", "paired with itself")}) {
    WriteOrDie("labels.csv", Cat("record_id_a,record_id_b,one_person\n", row, "\n"));
    WriteOrDie("people.csv", "id,given,surname,born,postcode,house,street\n1,A,B,,,,\n2,C,D,,,,\n");
    const auto refused = Dedupe(calibrated);
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(std::string(Message(refused.status())), testing::AllOf(HasSubstr("line 2"), HasSubstr(what)));
  }
  WriteOrDie("labels.csv", "record_id_a,record_id_b,one_person\n1,2,no\n");
  EXPECT_EQ(Dedupe(calibrated).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(DedupeTest, ADeclaredSourceHoldsNobodyTwice) {
  WriteOrDie("config.yaml", Cat(kConfig, "once_per: [year]\n"));
  WriteOrDie("people.csv",
             "id,given,surname,born,postcode,house,street,year\n"
             "1,John,Baronke,1950-01-02,NR2 1AB,1,Limas Road,1\n"
             "2,John,Baronke,1950-01-02,NR2 1AB,1,Limas Road,1\n"
             "3,John,Baronke,1950-01-02,NR2 1AB,1,Limas Road,2\n");
  ASSERT_TRUE(Dedupe(Options("clusters.csv")).ok());
  EXPECT_EQ(ReadOrDie("clusters.csv").find("2,1\n"), std::string::npos);
}

TEST_F(DedupeTest, AlternativesAndUniqueNumbers) {
  WriteOrDie("config.yaml",
             "id: id\nattributes:\n"
             "  - {name: given, type: given_name, column: given}\n"
             "  - {name: surname, type: surname, column: surname}\n"
             "  - {name: phone, type: phone, any_of: [home, mobile]}\n"
             "  - {name: number, type: code, column: number, unique: true}\n");
  std::string csv = "id,given,surname,home,mobile,number\n";
  for (int person = 0; person < 60; ++person) {
    const std::string name = Cat(static_cast<char>('A' + person % 26), "NN", person, ",BARON", person, ",");
    const std::string mobile = Cat("077009", 10000 + person * 37);
    AppendTo(csv, person, "a,", name, ",", mobile, ",", Cat("AB", 100000 + person * 731), "\n");
    // The same phone in the other column; every tenth has another number: somebody else by declaration.
    AppendTo(csv, person, "b,", name, mobile, ",,", person % 10 == 0 ? Cat("CD", 900000 - person * 731) : std::string(),
             "\n");
  }
  WriteOrDie("people.csv", csv);
  DedupeOptions options = Options("clusters.csv");
  options.review = Path("review.csv");
  ASSERT_TRUE(Dedupe(options).ok());
  const std::string clusters = ReadOrDie("clusters.csv");
  EXPECT_THAT(clusters, HasSubstr("\n1b,1a\n"));
  EXPECT_THAT(clusters, HasSubstr("\n10b,10b\n"));
  const std::string review = ReadOrDie("review.csv");
  EXPECT_THAT(review, HasSubstr("10a,10b,"));
  EXPECT_THAT(review, HasSubstr(",unique\n"));
}

TEST_F(DedupeTest, SaysWhatIsWrong) {
  const auto error = [&](std::string_view csv) {
    WriteOrDie("people.csv", csv);
    return std::string(Message(Dedupe(Options("clusters.csv")).status()));
  };
  const std::string header = "id,given,surname,born,postcode,house,street\n";
  EXPECT_THAT(error("id,given\n1,a\n"), HasSubstr("no column \"surname\"; it has id, given"));
  EXPECT_THAT(error(Cat(header, "1,a\n1,b\n")), HasSubstr("line 3: the record id \"1\" has been used before"));
  EXPECT_THAT(error(Cat(header, ",a\n")), HasSubstr("line 2: the record id is blank"));
  EXPECT_EQ(error(header), "");  // nobody is no error
  DedupeOptions options = Options("clusters.csv");
  WriteOrDie("model.json", "{\"format\": 7}");
  options.model = Path("model.json");
  EXPECT_THAT(std::string(Message(Dedupe(options).status())), HasSubstr("model.json: this is no model"));
}

TEST(PeopleConfigTest, ErrorsHaveLines) {
  const auto error = [](std::string_view yaml) { return std::string(Message(ParsePeopleConfig(yaml).status())); };
  EXPECT_THAT(error("id: a\nattributs: []\n"),
              HasSubstr("line 2, column 1: the configuration has no key \"attributs\""));
  EXPECT_THAT(error("id: a\nattributes:\n  - {type: nme, column: b}\n"), HasSubstr("line 3"));
  EXPECT_THAT(error("id: a\nattributes:\n  - {type: text}\n"), HasSubstr("the attribute has no column"));
  EXPECT_THAT(error("id: a\nattributes:\n  - {column: b}\n"), HasSubstr("the attribute has no type"));
  EXPECT_THAT(error("id: a\nattributes:\n  - {type: code, column: b, any_of: [c, d]}\n"),
              HasSubstr("more than one of"));
  EXPECT_THAT(error("id: a\nattributes:\n  - {type: surname, any_of: [c, d]}\n"),
              HasSubstr("a name has no alternatives"));
  EXPECT_THAT(error("attributes:\n  - {type: text, column: b}\n"), HasSubstr("\"id\" is missing"));
  EXPECT_THAT(error("id: a\nattributes:\n  - {type: text, column: b, threshold: 3}\n"), HasSubstr("threshold"));
  EXPECT_THAT(error("id: [a\n"), HasSubstr("this is not YAML"));
}

TEST(EvaluateTest, PatternsAndSeveralFiles) {
  const TempDir dir;
  const auto path = [&dir](std::string_view name) { return Cat(dir.path(), "/", name); };
  ASSERT_TRUE(WriteFile(path("a.csv"), "rec_id\nrec-1-org\nrec-2-org\n").ok());
  ASSERT_TRUE(WriteFile(path("b.csv"), "rec_id\nrec-1-dup-0\nrec-2-dup-0\n").ok());
  ASSERT_TRUE(WriteFile(path("c.csv"), "record_id,entity_id\na:rec-1-org,x\nb:rec-1-dup-0,x\na:rec-2-org,y\n").ok());
  EvaluateOptions options = {.clusters = path("c.csv"),
                             .truth = {.files = {path("a.csv"), path("b.csv")},
                                       .id = "rec_id",
                                       .entity = "rec_id",
                                       .entity_pattern = "rec-([0-9]+)"}};
  const auto fit = Evaluate(options);
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_EQ(json::parse(*fit).at("cluster_pairs").at("precision"), 1);
  EXPECT_EQ(json::parse(*fit).at("missed_pairs"), 1);
  options.truth.entity_pattern = "[";
  EXPECT_THAT(std::string(Message(Evaluate(options).status())), HasSubstr("no regular expression"));
}

TEST(EvaluateTest, APerfectReviewJoinsWhatBelongsTogether) {
  const TempDir dir;
  const auto path = [&dir](std::string_view name) { return Cat(dir.path(), "/", name); };
  // Entities {1, 2}, {3}, {4, 6}, {5}, {7}, {8}; 6 does not belong to 4.
  ASSERT_TRUE(WriteFile(path("truth.csv"), "id,person\n1,a\n2,a\n3,a\n4,b\n5,b\n6,c\n7,c\n8,d\n").ok());
  ASSERT_TRUE(WriteFile(path("clusters.csv"), "record_id,entity_id\n1,1\n2,1\n3,3\n4,4\n6,4\n5,5\n7,7\n8,8\n").ok());
  ASSERT_TRUE(WriteFile(path("review.csv"),
                        "record_id_a,record_id_b,weight,reason\n1,3,0.5,score\n3,5,0.1,score\n4,5,0.2,score\n")
                  .ok());
  const auto fit = Evaluate({.clusters = path("clusters.csv"),
                             .truth = {.files = {path("truth.csv")}, .id = "id", .entity = "person"},
                             .review = path("review.csv")});
  ASSERT_TRUE(fit.ok()) << fit.status();
  const json figures = json::parse(*fit);
  EXPECT_EQ(figures.at("missed_pairs"), 4);  // 1-3, 2-3, 4-5, 6-7
  const json& review = figures.at("review");
  EXPECT_EQ(review.at("pairs"), 3);
  EXPECT_EQ(review.at("same_person"), 2);
  EXPECT_EQ(review.at("records"), 6);
  EXPECT_DOUBLE_EQ(review.at("share_of_records"), 6.0 / 8);
  // {1, 2, 3} and {4, 5, 6}: 6 pairs, 4 of the 5 true ones among them.
  EXPECT_DOUBLE_EQ(review.at("after_cluster_pairs").at("precision"), 4.0 / 6);
  EXPECT_DOUBLE_EQ(review.at("after_cluster_pairs").at("recall"), 4.0 / 5);
}

}  // namespace
}  // namespace wensum::dedupe
