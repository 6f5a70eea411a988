#include "services/convert/message_fields.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

namespace wensum::convert {

std::vector<std::string> DifferentFields(const google::protobuf::Message& a, const google::protobuf::Message& b) {
  std::vector<std::string> different;
  google::protobuf::util::MessageDifferencer differencer;
  for (int i = 0; i < a.GetDescriptor()->field_count(); ++i) {
    const google::protobuf::FieldDescriptor* const field = a.GetDescriptor()->field(i);
    if (field->name() != "etag" && !differencer.CompareWithFields(a, b, {field}, {field})) {
      different.emplace_back(field->name());
    }
  }
  return different;
}

void KeepNamed(const std::vector<std::string>& names, google::protobuf::Message& message) {
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const google::protobuf::FieldDescriptor* const field = message.GetDescriptor()->field(i);
    if (field->name() != "name" && std::ranges::find(names, field->name()) == names.end()) {
      message.GetReflection()->ClearField(&message, field);
    }
  }
}

}  // namespace wensum::convert
