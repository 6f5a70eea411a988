// The fields of any message by name, and in which of them two differ.
#ifndef WENSUM_SERVICES_CONVERT_MESSAGE_FIELDS_H_
#define WENSUM_SERVICES_CONVERT_MESSAGE_FIELDS_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace wensum::convert {

// Names of the fields in which two messages of one type differ, `etag` aside, in the order of the type.
std::vector<std::string> DifferentFields(const google::protobuf::Message& a, const google::protobuf::Message& b);

// Takes all fields but `name` and those named out of the message.
void KeepNamed(const std::vector<std::string>& names, google::protobuf::Message& message);

}  // namespace wensum::convert

#endif  // WENSUM_SERVICES_CONVERT_MESSAGE_FIELDS_H_
