#include "services/register/entity_builder.h"

#include "matching/survive/survivorship.h"

namespace wensum::registry {

storage::v1::Entity BuildEntity(const std::vector<std::pair<uint64_t, const DecodedSource*>>& members,
                                const RegisterRules& rules, const matching::SurvivorshipRules& survivorship,
                                const ValueDecisions& values) {
  storage::v1::Entity entity;
  entity.set_format(kRecordFormat);
  std::vector<matching::Contributor> contributors;
  contributors.reserve(members.size());
  std::vector<uint64_t> ordinals;
  ordinals.reserve(members.size());
  for (const auto& [ordinal, source] : members) {
    contributors.push_back({.record = &source->record, .resolved_addresses = source->state.resolved_addresses});
    entity.set_kind(static_cast<uint32_t>(source->record.kind));
    ordinals.push_back(ordinal);
    storage::v1::Member& member = *entity.add_members();
    member.set_ordinal(ordinal);
    member.set_source(source->record.key.source);
    member.set_source_key(source->record.key.key);
    member.set_incarnation(source->record.key.incarnation);
    member.set_source_time(source->record.source_time);
    member.set_receive_time(source->record.receive_time);
  }
  for (const matching::GoldenView& view : matching::SurviveForPurposes(
           contributors, survivorship, static_cast<int>(rules.purposes.size()), values.Of(ordinals))) {
    EncodeGolden(view, *entity.add_golden());
  }
  return entity;
}

}  // namespace wensum::registry
