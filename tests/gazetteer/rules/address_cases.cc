#include "tests/gazetteer/rules/rule_world.h"

namespace wensum::llpg {
namespace {

void AsItIs(World& /*w*/) {}

// The flat's number in the building as a number, not as text.
model::AddressableObject& Sao(World& w, int number) {
  w.flat_lpi->sao = {};
  w.flat_lpi->sao.has_number = true;
  w.flat_lpi->sao.start_number = number;
  return w.flat_lpi->sao;
}

const std::vector<RuleCase>& LpiCases() {
  static const auto* const cases = new std::vector<RuleCase>{
      {RuleId::kLpiUprn, AsItIs,
       [](World& w) {
         model::Lpi row = w.NewLpi(3);
         row.uprn = {};
         w.more.emplace_back(row);
       }},
      {RuleId::kLpiBlpu, AsItIs, [](World& w) { w.more.emplace_back(w.NewLpi(3)); }},
      {RuleId::kLpiKey, AsItIs, [](World& w) { w.flat_lpi->lpi_key = "2625L00000001"; }},
      {RuleId::kLpiKeyUnique, [](World& w) { w.AddProperty(w.NewBlpu(3), w.NewLpi(3)); },
       [](World& w) {
         model::Lpi row = w.NewLpi(3);
         row.lpi_key = w.flat_lpi->lpi_key;
         w.AddProperty(w.NewBlpu(3), row);
       }},
      {RuleId::kLpiLanguage, AsItIs, [](World& w) { w.flat_lpi->language = "FRA"; }},
      {RuleId::kLpiStatus,
       [](World& w) {
         model::Lpi row = w.NewLpi(3);
         row.uprn = w.flat->uprn;
         row.logical_status = 3;
         w.more.emplace_back(row);
       },
       [](World& w) {
         model::Lpi row = w.NewLpi(3);
         row.uprn = w.flat->uprn;
         row.logical_status = 0;
         w.more.emplace_back(row);
       }},
      {RuleId::kLpiStreet, AsItIs, [](World& w) { w.flat_lpi->usrn = *model::Usrn::Create(9); }},
      {RuleId::kLpiStart, [](World& w) { w.flat_lpi->dates.start = {1753, 1, 1}; },
       [](World& w) { w.flat_lpi->dates.start = {1752, 12, 31}; }},
      {RuleId::kLpiLastUpdate, [](World& w) { w.flat_lpi->dates.last_update = w.today; },
       [](World& w) { w.flat_lpi->dates.last_update = {2026, 3, 2}; }},
      {RuleId::kLpiDatesOrdered, [](World& w) { w.SetFlatStatus(8); },
       [](World& w) {
         w.SetFlatStatus(8);
         w.flat_lpi->dates.end = {2001, 5, 6};
       }},
      {RuleId::kLpiEndStatus, [](World& w) { w.SetFlatStatus(8); },
       [](World& w) { w.flat_lpi->dates.end = {2020, 1, 1}; }},
      {RuleId::kPao,
       [](World& w) {
         w.flat_lpi->pao = {};
         w.flat_lpi->pao.text = "Rose Cottage";
       },
       [](World& w) { w.flat_lpi->pao = {}; }},
      {RuleId::kEndNeedsStart,
       [](World& w) {
         w.flat_lpi->pao.start_number = 12;
         w.flat_lpi->pao.end_number = 14;
       },
       [](World& w) {
         w.flat_lpi->pao = {};
         w.flat_lpi->pao.text = "Rose Cottage";
         w.flat_lpi->pao.end_number = 14;
       }},
      {RuleId::kSuffixNeedsNumber, [](World& w) { w.flat_lpi->pao.start_suffix = "A"; },
       [](World& w) { w.flat_lpi->sao.start_suffix = "A"; }},
      {RuleId::kNumberRange,
       [](World& w) {
         Sao(w, 3).end_number = 3;
         w.flat_lpi->sao.start_suffix = "A";
         w.flat_lpi->sao.end_suffix = "C";
       },
       [](World& w) { Sao(w, 3).end_number = 3; }},
      {RuleId::kNumberSize, [](World& w) { Sao(w, 9999); }, [](World& w) { Sao(w, 10000); }},
      {RuleId::kSuffixLength, [](World& w) { Sao(w, 3).start_suffix = "B"; },
       [](World& w) { Sao(w, 3).start_suffix = "BBB"; }},
      {RuleId::kSuffixLetters, [](World& w) { Sao(w, 3).start_suffix = "Z"; },
       [](World& w) { Sao(w, 3).start_suffix = "1"; }},
      {RuleId::kLpiTexts, [](World& w) { w.flat_lpi->level = std::string(30, 'x'); },
       [](World& w) { w.flat_lpi->level = std::string(31, 'x'); }},
      {RuleId::kPaoIsSao, [](World& w) { w.flat_lpi->pao.text = "Rose Cottage"; },
       [](World& w) { w.flat_lpi->pao.text = "FLAT 1"; }},
      {RuleId::kPaoCharacters, [](World& w) { w.flat_lpi->pao.text = "Ŵy Cottage"; },
       [](World& w) { w.flat_lpi->pao.text = "Rose\tCottage"; }},
      {RuleId::kSaoCharacters, [](World& w) { w.flat_lpi->sao.text = "Café"; },
       [](World& w) { w.flat_lpi->sao.text = "Flat €1"; }},
      {RuleId::kTextConvention, [](World& w) { w.flat_lpi->pao.text = "Land at 2 to 5 High Street"; },
       [](World& w) { w.flat_lpi->pao.text = "Land at 2-5 High Street"; }},
      {RuleId::kTextPlain, [](World& w) { w.flat_lpi->pao.text = "Saint III House"; },
       [](World& w) { w.flat_lpi->pao.text = "Rose Hse"; }},
      {RuleId::kTextSpaces, AsItIs, [](World& w) { w.flat_lpi->pao.text = "Rose  Cottage"; }},
      {RuleId::kTextBareNumber, [](World& w) { w.flat_lpi->sao.text = "Unit 7"; },
       [](World& w) { w.flat_lpi->sao.text = "7"; }},
      {RuleId::kTextOrganisation,
       [](World& w) {
         w.flat->organisation = "Howard Bakery";
         w.flat_lpi->pao.text = "Howard Bakery House";
       },
       [](World& w) {
         w.flat->organisation = "Howard Bakery";
         w.flat_lpi->pao.text = "HOWARD BAKERY";
       }},
      {RuleId::kStreetRecordPlain, [](World& w) { w.MakeStreetRecord(); },
       [](World& w) {
         w.MakeStreetRecord();
         w.flat_lpi->pao.has_number = true;
         w.flat_lpi->pao.start_number = 1;
       }},
      {RuleId::kSaoNeedsParent,
       [](World& w) {
         w.SetFlatStatus(8);
         w.flat->parent_uprn = {};
       },
       [](World& w) { w.flat->parent_uprn = {}; }},
      {RuleId::kOneApprovedLpi,
       [](World& w) {
         model::Lpi row = w.NewLpi(3);
         row.uprn = w.flat->uprn;
         row.logical_status = 3;
         w.more.emplace_back(row);
       },
       [](World& w) {
         model::Lpi row = w.NewLpi(3);
         row.uprn = w.flat->uprn;
         w.more.emplace_back(row);
       }},
      {RuleId::kLpiBilingual,
       [](World& w) {
         w.config.bilingual = true;
         w.SetFlatStatus(8);
         w.shell.reset();
         w.shell_lpi.reset();
         w.flat->parent_uprn = {};
         model::StreetDescriptor welsh = w.NewDescriptor(World::kUsrn, "Clos Alexandra");
         welsh.language = "CYM";
         w.more.emplace_back(welsh);
       },
       [](World& w) {
         w.config.bilingual = true;
         model::StreetDescriptor welsh = w.NewDescriptor(World::kUsrn, "Clos Alexandra");
         welsh.language = "CYM";
         w.more.emplace_back(welsh);
       }},
      {RuleId::kDuplicateAddress, [](World& w) { w.AddProperty(w.NewBlpu(3), w.NewLpi(3)); },
       [](World& w) {
         model::Lpi row = w.NewLpi(3);
         row.sao.text = "FLAT 1";
         row.postcode = "NR11AB";
         w.AddProperty(w.NewBlpu(3), row);
       }},
      {RuleId::kLpiOpenOnClosed,
       [](World& w) { w.SetFlatStatus(8); },
       [](World& w) {
         w.SetFlatStatus(8);
         model::Lpi row = w.NewLpi(3);
         row.uprn = w.flat->uprn;
         row.logical_status = 7;
         w.more.emplace_back(row);
       },
       {RuleId::kLpiEndStatus}},
      {RuleId::kLpiStreetType, [](World& w) { w.street->record_type = 2; },
       [](World& w) { w.street->record_type = 4; }},
      {RuleId::kPostalFlag, [](World& w) { w.flat_lpi->postal_address = "L"; },
       [](World& w) { w.flat_lpi->postal_address = "X"; }},
      {RuleId::kPostalComplete, [](World& w) { w.flat_lpi->postal_address = "A"; },
       [](World& w) { w.flat_lpi->post_town.clear(); }},
      {RuleId::kPostalNone,
       [](World& w) {
         w.SetFlatStatus(6);
         w.flat_lpi->postal_address = "N";
       },
       [](World& w) { w.flat_lpi->postal_address = "N"; }},
      {RuleId::kPostalPseudo, [](World& w) { w.flat_lpi->postal_address = "P"; },
       [](World& w) {
         w.flat_lpi->postal_address = "P";
         w.flat_lpi->postcode.clear();
       }},
      {RuleId::kLpiPostcode, [](World& w) { w.flat_lpi->postcode = "nr11ab"; },
       [](World& w) { w.flat_lpi->postcode = "NR1 1A"; }},
      {RuleId::kOfficialFlag, [](World& w) { w.flat_lpi->official_flag = "C"; },
       [](World& w) { w.flat_lpi->official_flag = "X"; }},
      {RuleId::kUsrnMatch, [](World& w) { w.flat_lpi->usrn_match_indicator = "2"; },
       [](World& w) { w.flat_lpi->usrn_match_indicator = "3"; }},
  };
  return *cases;
}

model::Classification ClassOf(const World& w, const std::string& code) {
  model::Classification row;
  row.uprn = w.flat->uprn;
  row.class_key = TestKey('C', 1);
  row.code = code;
  row.scheme = "AddressBase Premium Classification Scheme";
  return row;
}

model::DeliveryPoint PointOf(const World& w) {
  model::DeliveryPoint row;
  row.uprn = w.flat->uprn;
  row.udprn = 50906066;
  row.post_town = "NORWICH";
  row.postcode = "NR1 1AB";
  row.postcode_type = "S";
  return row;
}

model::PropertyOrganisation OrganisationOf(const World& w, size_t length) {
  model::PropertyOrganisation row;
  row.uprn = w.flat->uprn;
  row.org_key = TestKey('O', 1);
  row.organisation = std::string(length, 'x');
  return row;
}

model::Successor SuccessorOf(const World& w, model::Uprn successor) {
  model::Successor row;
  row.uprn = w.flat->uprn;
  row.successor_key = TestKey('S', 1);
  row.successor = successor;
  return row;
}

model::PostcodeCentroid Centroid(int quality, double x) {
  model::PostcodeCentroid row;
  row.postcode = *model::Postcode::Parse("NR1 1AB");
  row.quality = quality;
  row.x = x;
  row.y = x == 0 ? 0 : 308'352;
  return row;
}

const std::vector<RuleCase>& RemainingCases() {
  static const auto* const cases = new std::vector<RuleCase>{
      {RuleId::kOtherKey, [](World& w) { w.more.emplace_back(ClassOf(w, "RD06")); },
       [](World& w) {
         model::Classification row = ClassOf(w, "RD06");
         row.class_key = "2625X000000001";
         w.more.emplace_back(row);
       }},
      {RuleId::kOtherDates, [](World& w) { w.descriptor->dates = w.street->dates; },
       [](World& w) { w.descriptor->dates.start = {2026, 3, 2}; }},
      {RuleId::kOtherBlpu, [](World& w) { w.more.emplace_back(PointOf(w)); },
       [](World& w) {
         model::DeliveryPoint row = PointOf(w);
         row.uprn = *model::Uprn::Create(7);
         w.more.emplace_back(row);
       }},
      {RuleId::kDeliveryPoint, [](World& w) { w.more.emplace_back(PointOf(w)); },
       [](World& w) {
         model::DeliveryPoint row = PointOf(w);
         row.post_town.clear();
         w.more.emplace_back(row);
       }},
      {RuleId::kDeliveryPostcode, [](World& w) { w.more.emplace_back(PointOf(w)); },
       [](World& w) {
         model::DeliveryPoint row = PointOf(w);
         row.postcode = "RUBBISH";
         w.more.emplace_back(row);
       }},
      {RuleId::kSuccessor, [](World& w) { w.more.emplace_back(SuccessorOf(w, w.shell->uprn)); },
       [](World& w) { w.more.emplace_back(SuccessorOf(w, {})); }},
      {RuleId::kPropertyOrganisation, [](World& w) { w.more.emplace_back(OrganisationOf(w, 100)); },
       [](World& w) { w.more.emplace_back(OrganisationOf(w, 101)); }},
      {RuleId::kClassification, [](World& w) { w.more.emplace_back(ClassOf(w, "CR08")); },
       [](World& w) { w.more.emplace_back(ClassOf(w, "CR99")); }},
      {RuleId::kCentroidQuality, [](World& w) { w.more.emplace_back(Centroid(10, 624'068)); },
       [](World& w) { w.more.emplace_back(Centroid(15, 624'068)); }},
      {RuleId::kCentroidPoint, [](World& w) { w.more.emplace_back(Centroid(90, 0)); },
       [](World& w) { w.more.emplace_back(Centroid(90, 624'068)); }},
      {RuleId::kCentroidKey, [](World& w) { w.more.emplace_back(Centroid(10, 624'068)); },
       [](World& w) {
         model::PostcodeCentroid row = Centroid(10, 624'068);
         row.postcode = {};
         w.more.emplace_back(row);
       }},
  };
  return *cases;
}

}  // namespace

std::span<const RuleCase> AddressCases() { return LpiCases(); }
std::span<const RuleCase> OtherCases() { return RemainingCases(); }

}  // namespace wensum::llpg
