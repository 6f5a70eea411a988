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
  };
  return std::visit(Visitor(), row);
}

}  // namespace wensum::model
