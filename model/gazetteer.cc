#include "model/gazetteer.h"

namespace wensum::model {

std::string_view GazetteerFormatName(GazetteerFormat format) {
  switch (format) {
    case GazetteerFormat::kDtf73:
      return "DTF_7_3";
    case GazetteerFormat::kAddressBasePremium2:
      return "ABP_2";
    case GazetteerFormat::kAddressBasePremium1:
      return "ABP_1";
    case GazetteerFormat::kCodePointOpen:
      return "CODE_POINT_OPEN";
    case GazetteerFormat::kUnknown:
      break;
  }
  return "UNKNOWN";
}

int RecordType(const GazetteerRow& row) {
  struct Visitor {
    int operator()(const Street& /*row*/) const { return 11; }
    int operator()(const StreetDescriptor& /*row*/) const { return 15; }
    int operator()(const Blpu& /*row*/) const { return 21; }
    int operator()(const CrossReference& /*row*/) const { return 23; }
    int operator()(const Lpi& /*row*/) const { return 24; }
    int operator()(const DeliveryPoint& /*row*/) const { return 28; }
    int operator()(const Successor& /*row*/) const { return 30; }
    int operator()(const PropertyOrganisation& /*row*/) const { return 31; }
    int operator()(const Classification& /*row*/) const { return 32; }
    int operator()(const PostcodeCentroid& /*row*/) const { return 0; }
    int operator()(const StreetReference& /*row*/) const { return 12; }
    int operator()(const Provenance& /*row*/) const { return 22; }
    int operator()(const KeptRow& row) const { return row.record_type; }
    int operator()(const CustodianRecord& row) const { return row.record_type; }
  };
  return std::visit(Visitor(), row);
}

}  // namespace wensum::model
