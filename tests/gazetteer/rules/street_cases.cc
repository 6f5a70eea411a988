#include "tests/gazetteer/rules/rule_world.h"

namespace wensum::llpg {
namespace {

constexpr uint32_t kOther = 26200012;
const model::PartialDate kFuture = {2026, 3, 2};

// Nothing changed: the world keeps the rule as it is.
void AsItIs(World& /*w*/) {}

const std::vector<RuleCase>& Cases() {
  static const auto* const cases = new std::vector<RuleCase>{
      {RuleId::kUsrn,
       AsItIs,
       [](World& w) { w.more.emplace_back(model::Street()); },
       {RuleId::kStreetType, RuleId::kStreetAuthority, RuleId::kStreetEntryDate, RuleId::kStreetLastUpdate,
        RuleId::kStreetStartDate, RuleId::kStreetEnds}},
      {RuleId::kUsrnUnique,
       [](World& w) {
         w.more.emplace_back(w.NewStreet(kOther));
         w.more.emplace_back(w.NewDescriptor(kOther, "The Glade"));
       },
       [](World& w) { w.more.emplace_back(*w.street); }},
      {RuleId::kStreetType, [](World& w) { w.street->record_type = 9; }, [](World& w) { w.street->record_type = 5; }},
      {RuleId::kStreetAuthority, [](World& w) { w.config.street_authorities = {2600}; },
       [](World& w) { w.config.street_authorities = {2601}; }},
      {RuleId::kStreetEntryDate, [](World& w) { w.street->dates.last_update = w.street->dates.entry = w.today; },
       [](World& w) { w.street->dates.entry = {}; }},
      {RuleId::kStreetLastUpdate, [](World& w) { w.street->dates.last_update = w.today; },
       [](World& w) { w.street->dates.last_update = {2001, 5, 7}; }},
      {RuleId::kStreetStartDate, [](World& w) { w.street->dates.start = w.today; },
       [](World& w) { w.street->dates.start = kFuture; }},
      {RuleId::kStreetEnds, AsItIs, [](World& w) { w.street->end_x = w.street->end_y = 0; }},
      {RuleId::kStreetTolerance, [](World& w) { w.street->tolerance = 99; },
       [](World& w) { w.street->tolerance = 100; }},
      {RuleId::kStreetRange, [](World& w) { w.street->end_y = 308000; },
       [](World& w) {
         w.street->end_x = 79'999;
         w.config.max_street_distance = 1e6;
       }},
      {RuleId::kStreetState, [](World& w) { w.street->state = 1; }, [](World& w) { w.street->state = 3; }},
      {RuleId::kStreetSurface, [](World& w) { w.street->surface = 3; }, [](World& w) { w.street->surface = 4; }},
      {RuleId::kStreetClass, [](World& w) { w.street->classification = 10; },
       [](World& w) { w.street->classification = 5; }},
      {RuleId::kStreetStateDated,
       [](World& w) {
         w.street->state = 0;
         w.street->state_date = {};
       },
       [](World& w) { w.street->state_date = {}; }},
      {RuleId::kStreetClosedNeedsEnd,
       [](World& w) {
         w.more.emplace_back(w.NewDescriptor(kOther, "The Glade"));
         model::Street closed = w.NewStreet(kOther);
         closed.state = 4;
         closed.dates.end = {2010, 1, 1};
         w.more.emplace_back(closed);
       },
       [](World& w) {
         w.more.emplace_back(w.NewDescriptor(kOther, "The Glade"));
         model::Street closed = w.NewStreet(kOther);
         closed.state = 4;
         w.more.emplace_back(closed);
       }},
      {RuleId::kStreetEndNeedsClosed, AsItIs, [](World& w) { w.street->dates.end = {2010, 1, 1}; }},
      {RuleId::kStreetDatesOrdered,
       [](World& w) {
         w.more.emplace_back(w.NewDescriptor(kOther, "The Glade"));
         model::Street closed = w.NewStreet(kOther);
         closed.state = 4;
         closed.dates.end = closed.dates.start;
         w.more.emplace_back(closed);
       },
       [](World& w) {
         w.more.emplace_back(w.NewDescriptor(kOther, "The Glade"));
         model::Street closed = w.NewStreet(kOther);
         closed.state = 4;
         closed.dates.end = {2001, 5, 6};
         w.more.emplace_back(closed);
       }},
      {RuleId::kStreetStateDate, [](World& w) { w.street->state_date = {1990, 1, 1}; },
       [](World& w) { w.street->state_date = {1989, 12, 31}; }},
      {RuleId::kStreetTypeState, [](World& w) { w.street->state = 5; },
       [](World& w) {
         w.street->state = 5;
         w.street->record_type = 2;
       }},
      {RuleId::kStreetDescribed, AsItIs, [](World& w) { w.descriptor.reset(); }},
      {RuleId::kStreetClosedEmpty,
       [](World& w) {
         w.SetFlatStatus(8);
         model::Street closed = w.NewStreet(kOther);
         closed.state = 4;
         closed.dates.end = {2020, 1, 1};
         w.flat_lpi->usrn = closed.usrn;
         w.more.emplace_back(closed);
         w.more.emplace_back(w.NewDescriptor(kOther, "The Glade"));
       },
       [](World& w) {
         w.street->state = 4;
         w.street->dates.end = {2020, 1, 1};
       },
       {RuleId::kLiveOnClosedStreet}},
      {RuleId::kDescriptor, [](World& w) { w.descriptor->description = std::string(100, 'x'); },
       [](World& w) { w.descriptor->description = std::string(111, 'x'); }},
      {RuleId::kDescriptorLocality, [](World& w) { w.descriptor->locality = std::string(35, 'x'); },
       [](World& w) { w.descriptor->locality = std::string(36, 'x'); }},
      {RuleId::kDescriptorTownLength, [](World& w) { w.descriptor->town = std::string(30, 'x'); },
       [](World& w) { w.descriptor->town = std::string(31, 'x'); }},
      {RuleId::kDescriptorAreaLength, [](World& w) { w.descriptor->administrative_area = std::string(30, 'x'); },
       [](World& w) { w.descriptor->administrative_area = std::string(31, 'x'); }},
      {RuleId::kDescriptorTown,
       [](World& w) {
         w.street->record_type = 9;
         w.descriptor->town.clear();
       },
       [](World& w) { w.descriptor->town.clear(); }},
      {RuleId::kDescriptorArea, AsItIs, [](World& w) { w.descriptor->administrative_area.clear(); }},
      {RuleId::kDescriptorLanguage, AsItIs, [](World& w) { w.descriptor->language = "FRA"; }},
      {RuleId::kDescriptorUnique,
       [](World& w) {
         w.more.emplace_back(w.NewStreet(kOther));
         w.more.emplace_back(w.NewDescriptor(kOther, "The Glade"));
       },
       [](World& w) { w.more.emplace_back(w.NewDescriptor(World::kUsrn, "The Glade")); }},
      {RuleId::kStreetNameUnique,
       [](World& w) {
         w.more.emplace_back(w.NewStreet(kOther));
         model::StreetDescriptor other = w.NewDescriptor(kOther, "Alexandra Close");
         other.locality = "Mile Cross";
         w.more.emplace_back(other);
       },
       [](World& w) {
         w.more.emplace_back(w.NewStreet(kOther));
         w.more.emplace_back(w.NewDescriptor(kOther, "ALEXANDRA CLOSE"));
       }},
      {RuleId::kStreetBilingual,
       [](World& w) {
         w.config.bilingual = true;
         model::StreetDescriptor welsh = w.NewDescriptor(World::kUsrn, "Clos Alexandra");
         welsh.language = "CYM";
         w.more.emplace_back(welsh);
         for (const auto& lpi : {*w.shell_lpi, *w.flat_lpi}) {
           model::Lpi other = lpi;
           other.language = "CYM";
           other.lpi_key = TestKey('L', 100 + lpi.uprn.value() % 10);
           w.more.emplace_back(other);
         }
       },
       [](World& w) { w.config.bilingual = true; },
       {RuleId::kLpiBilingual}},
      {RuleId::kStreetNameIsDescription, [](World& w) { w.descriptor->description = "Offley Street"; },
       [](World& w) { w.descriptor->description = "From Church Lane to Mill Road"; }},
      {RuleId::kLocalityIsTown, [](World& w) { w.descriptor->locality = "Mile Cross"; },
       [](World& w) { w.descriptor->locality = "Norwich"; }},
      {RuleId::kLocalityNeedsTown,
       [](World& w) {
         w.street->record_type = 9;
         w.descriptor->town.clear();
       },
       [](World& w) {
         w.street->record_type = 9;
         w.descriptor->locality = "Mile Cross";
         w.descriptor->town.clear();
       }},
      {RuleId::kStreetNamePlain, [](World& w) { w.descriptor->description = "St Benedicts Street"; },
       [](World& w) { w.descriptor->description = "Magdalen St"; }},
      {RuleId::kStreetNumberForm,
       [](World& w) {
         w.street->record_type = 3;
         w.street->usrn = *model::Usrn::Create(kOther);
         w.descriptor->usrn = w.street->usrn;
         w.descriptor->description = "A47";
         w.more.emplace_back(w.NewStreet(World::kUsrn));
         w.more.emplace_back(w.NewDescriptor(World::kUsrn, "Alexandra Close"));
       },
       [](World& w) {
         w.street->record_type = 3;
         w.street->usrn = *model::Usrn::Create(kOther);
         w.descriptor->usrn = w.street->usrn;
         w.descriptor->description = "Southern Bypass";
         w.more.emplace_back(w.NewStreet(World::kUsrn));
         w.more.emplace_back(w.NewDescriptor(World::kUsrn, "Alexandra Close"));
       }},
  };
  return *cases;
}

}  // namespace

std::span<const RuleCase> StreetCases() { return Cases(); }

}  // namespace wensum::llpg
