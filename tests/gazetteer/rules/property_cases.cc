#include "tests/gazetteer/rules/rule_world.h"

namespace wensum::llpg {
namespace {

const model::PartialDate kFuture = {2026, 3, 2};

void AsItIs(World& /*w*/) {}
void Historical(World& w) { w.SetFlatStatus(8); }

// Properties 3, 4, ... each the parent of the one before, the flat the first; the shell above the last one.
void AddLevels(World& w, uint64_t count) {
  w.flat->parent_uprn = w.NewBlpu(3).uprn;
  for (uint64_t i = 3; i < 3 + count; ++i) {
    model::Blpu blpu = w.NewBlpu(i);
    if (i + 1 < 3 + count) {
      blpu.parent_uprn = w.NewBlpu(i + 1).uprn;
    }
    w.AddProperty(blpu, w.NewLpi(i));
  }
}

const std::vector<RuleCase>& BlpuCases() {
  static const auto* const cases = new std::vector<RuleCase>{
      {RuleId::kUprn,
       [](World& w) {
         w.xref->uprn = w.flat->uprn = w.flat_lpi->uprn = w.provenance->uprn = *model::Uprn::Parse("000000199356");
       },
       [](World& w) {
         model::Blpu blpu = *w.flat;
         blpu.uprn = {};
         w.more.emplace_back(blpu);
       }},
      {RuleId::kUprnRange, [](World& w) { w.config.uprn_ranges = {{World::kShell, World::kFlat}}; },
       [](World& w) { w.config.uprn_ranges = {{World::kShell, World::kShell}, {1, 1000}}; }},
      {RuleId::kUprnUnique, [](World& w) { w.AddProperty(w.NewBlpu(3), w.NewLpi(3)); },
       [](World& w) { w.more.emplace_back(*w.flat); }},
      {RuleId::kBlpuStatus,
       [](World& w) { w.SetFlatStatus(6); },
       [](World& w) { w.flat->logical_status = 3; },
       {RuleId::kBlpuHasLpi}},
      {RuleId::kBlpuStatusState, [](World& w) { w.flat->state = 3; }, [](World& w) { w.flat->state = 4; }},
      {RuleId::kBlpuStateDated,
       [](World& w) {
         w.flat->state = 0;
         w.flat->state_date = {};
       },
       [](World& w) { w.flat->state_date = {}; }},
      {RuleId::kBlpuState,
       [](World& w) {
         w.SetFlatStatus(6);
         w.flat->state = 5;
       },
       [](World& w) {
         w.SetFlatStatus(6);
         w.flat->state = 5;
         w.config.for_hub = true;
       }},
      {RuleId::kBlpuStateDate, [](World& w) { w.flat->state_date = w.today; },
       [](World& w) { w.flat->state_date = kFuture; }},
      {RuleId::kRpc, [](World& w) { w.flat->rpc = 4; }, [](World& w) { w.flat->rpc = 6; }},
      {RuleId::kRpcHub, [](World& w) { w.flat->rpc = 2; }, [](World& w) { w.flat->rpc = 3; }},
      {RuleId::kBlpuClass, [](World& w) { w.flat->blpu_class = "CR08"; },
       [](World& w) { w.flat->blpu_class = "RD05"; }},
      {RuleId::kBlpuClassSettled,
       [](World& w) {
         w.flat->blpu_class = "UC";
         w.flat->dates.start = {2025, 3, 1};
       },
       [](World& w) {
         w.flat->blpu_class = "UC";
         w.flat->dates.start = {2025, 2, 28};
       }},
      {RuleId::kBlpuCustodian, [](World& w) { w.flat->local_custodian_code = 7655; },
       [](World& w) { w.flat->local_custodian_code = 2626; }},
      {RuleId::kOrganisation, [](World& w) { w.flat->organisation = "Canolfan Gymuned Tŷ Gwyn & Co"; },
       [](World& w) { w.flat->organisation = "Bakery №1"; }},
      {RuleId::kOrganisationBrackets, [](World& w) { w.flat->organisation = "Howard (Bakers) [East]"; },
       [](World& w) { w.flat->organisation = "Howard (Bakers"; }},
      {RuleId::kOrganisationPunctuation, [](World& w) { w.flat->organisation = "J. B. Howard"; },
       [](World& w) { w.flat->organisation = "J.. B. Howard"; }},
      {RuleId::kOrganisationSpaces, [](World& w) { w.flat->organisation = "Howard Bakery"; },
       [](World& w) { w.flat->organisation = "Howard  Bakery"; }},
      {RuleId::kBlpuPoint, AsItIs, [](World& w) { w.flat->x = w.flat->y = 0; }},
      {RuleId::kBlpuRange, AsItIs, [](World& w) { w.flat->x = 700'000; }, {RuleId::kBlpuNearStreet}},
      {RuleId::kBlpuArea,
       [](World& w) {
         w.flat->x = 300'000;
         w.flat->local_custodian_code = 2610;
         w.config.max_street_distance = 1e6;
       },
       [](World& w) {
         w.flat->x = 300'000;
         w.config.max_street_distance = 1e6;
       }},
      {RuleId::kStreetBlpuPlace, [](World& w) { w.MakeStreetRecord(); },
       [](World& w) {
         w.MakeStreetRecord();
         w.flat->x += 2;
       }},
      {RuleId::kBlpuNearStreet, [](World& w) { w.flat->y = 308050 + 4900; },
       [](World& w) { w.flat->y = 308050 + 5200; }},
      {RuleId::kBlpuStart, [](World& w) { w.flat->dates.start = {1753, 1, 1}; },
       [](World& w) { w.flat->dates.start = {1752, 12, 31}; }},
      {RuleId::kBlpuLastUpdate, [](World& w) { w.flat->dates.last_update = w.flat->dates.entry; },
       [](World& w) { w.flat->dates.last_update = {2001, 5, 7}; }},
      {RuleId::kBlpuDatesOrdered, Historical,
       [](World& w) {
         w.SetFlatStatus(8);
         w.flat->dates.end = {2001, 5, 6};
       }},
      {RuleId::kBlpuEndStatus, Historical,
       [](World& w) {
         w.SetFlatStatus(8);
         w.flat->dates.end = {};
       }},
      {RuleId::kBlpuHasLpi, Historical, [](World& w) { w.flat_lpi.reset(); }},
      {RuleId::kBlpuLpiStatuses,
       [](World& w) {
         model::Lpi other = w.NewLpi(3);
         other.uprn = w.flat->uprn;
         other.logical_status = 3;
         w.more.emplace_back(other);
       },
       [](World& w) {
         w.SetFlatStatus(6);
         model::Lpi other = w.NewLpi(3);
         other.uprn = w.flat->uprn;
         other.logical_status = 5;
         w.more.emplace_back(other);
       }},
      {RuleId::kParentNotSelf, AsItIs, [](World& w) { w.flat->parent_uprn = w.flat->uprn; }},
      {RuleId::kParentExists, AsItIs, [](World& w) { w.flat->parent_uprn = *model::Uprn::Create(7); }},
      {RuleId::kParentCycle, [](World& w) { AddLevels(w, 1); }, [](World& w) { w.shell->parent_uprn = w.flat->uprn; }},
      {RuleId::kParentDepth, [](World& w) { AddLevels(w, 2); }, [](World& w) { AddLevels(w, 3); }},
      {RuleId::kParentStatus,
       [](World& w) {
         w.SetFlatStatus(8);
         w.shell->logical_status = w.shell_lpi->logical_status = 8;
         w.shell->state = 4;
         w.shell->dates.end = w.shell_lpi->dates.end = {2020, 1, 1};
       },
       [](World& w) {
         w.shell->logical_status = w.shell_lpi->logical_status = 8;
         w.shell->state = 4;
         w.shell->dates.end = w.shell_lpi->dates.end = {2020, 1, 1};
       }},
      {RuleId::kStreetBlpuClass, [](World& w) { w.MakeStreetRecord(); },
       [](World& w) {
         w.MakeStreetRecord();
         w.flat->blpu_class = "LC";
       }},
      {RuleId::kStreetBlpuParent, [](World& w) { w.MakeStreetRecord(); },
       [](World& w) {
         w.MakeStreetRecord();
         model::Blpu child = w.NewBlpu(3);
         child.parent_uprn = w.flat->uprn;
         w.AddProperty(child, w.NewLpi(3));
       }},
      {RuleId::kStreetBlpuUnique, [](World& w) { w.MakeStreetRecord(); },
       [](World& w) {
         w.MakeStreetRecord();
         model::Blpu blpu = *w.flat;
         model::Lpi lpi = *w.flat_lpi;
         blpu.uprn = lpi.uprn = w.NewBlpu(3).uprn;
         lpi.lpi_key = TestKey('L', 3);
         lpi.level = "Upper";  // or it would have the other's address
         w.AddProperty(blpu, lpi);
       }},
      {RuleId::kLiveOnClosedStreet,
       AsItIs,
       [](World& w) {
         w.street->state = 4;
         w.street->dates.end = {2020, 1, 1};
       },
       {RuleId::kStreetClosedEmpty}},
      {RuleId::kBlpuWard, AsItIs, [](World& w) { w.flat->ward_code = "E0500290012"; }},
      {RuleId::kBlpuParish, [](World& w) { w.flat->parish_code = "E04006190"; },
       [](World& w) { w.flat->parish_code = "E0400619012"; }},
      {RuleId::kBlpuCountry, [](World& w) { w.flat->country = "W"; }, [](World& w) { w.flat->country = "X"; }},
      {RuleId::kBlpuPostal, [](World& w) { w.flat->addressbase_postal = "L"; },
       [](World& w) { w.flat->addressbase_postal = "S"; }},
      {RuleId::kBlpuLocator, AsItIs, [](World& w) { w.flat->postcode_locator = "NR1 1A"; }},
      {RuleId::kProvenanceKey,
       [](World& w) {
         model::Provenance row = *w.provenance;
         row.provenance_key = TestKey('P', 2);
         w.more.emplace_back(row);
       },
       [](World& w) { w.more.emplace_back(*w.provenance); }},
      {RuleId::kProvenanceCode, [](World& w) { w.provenance->code = "U"; }, [](World& w) { w.provenance->code = "X"; }},
      {RuleId::kProvenanceAnnotation, [](World& w) { w.provenance->annotation = std::string(30, 'x'); },
       [](World& w) { w.provenance->annotation = std::string(31, 'x'); }},
      {RuleId::kProvenanceDates, [](World& w) { w.provenance->dates.end = {2010, 1, 1}; },
       [](World& w) { w.provenance->dates.end = {2001, 1, 1}; }},
      {RuleId::kXrefUprn, AsItIs, [](World& w) { w.xref->uprn = {}; }},
      {RuleId::kXrefBlpu, AsItIs, [](World& w) { w.xref->uprn = *model::Uprn::Create(7); }},
      {RuleId::kXrefKey, AsItIs, [](World& w) { w.xref->xref_key = "2625L000000001"; }},
      {RuleId::kXrefReference, [](World& w) { w.xref->cross_reference = std::string(50, '1'); },
       [](World& w) { w.xref->cross_reference = std::string(51, '1'); }},
      {RuleId::kXrefSource, [](World& w) { w.config.xref_sources = {"NNDR", "CTAX"}; },
       [](World& w) { w.config.xref_sources = {"NNDR"}; }},
      {RuleId::kXrefDates, [](World& w) { w.xref->dates.last_update = w.today; },
       [](World& w) { w.xref->dates.start = {}; }},
      {RuleId::kXrefDatesOrdered, [](World& w) { w.xref->dates.end = w.xref->dates.start; },
       [](World& w) { w.xref->dates.end = {2001, 5, 6}; }},
      {RuleId::kXrefMoved,
       [](World& w) {
         model::CrossReference row = *w.xref;
         row.uprn = w.shell->uprn;
         row.xref_key = TestKey('X', 2);
         w.more.emplace_back(row);
       },
       [](World& w) {
         model::CrossReference row = *w.xref;
         row.uprn = w.shell->uprn;
         w.more.emplace_back(row);
       }},
  };
  return *cases;
}

}  // namespace

std::span<const RuleCase> PropertyCases() { return BlpuCases(); }

}  // namespace wensum::llpg
