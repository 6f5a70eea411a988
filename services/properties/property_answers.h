// What the handlers of Properties share: views, field masks, filters, and properties read for lists.
#ifndef WENSUM_SERVICES_PROPERTIES_PROPERTY_ANSWERS_H_
#define WENSUM_SERVICES_PROPERTIES_PROPERTY_ANSWERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"
#include "matching/address/property_facts.h"
#include "model/postcode.h"
#include "services/gazetteer/property_reader.h"
#include "services/properties/places.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/properties.pb.h"

namespace wensum::properties {

inline constexpr size_t kListPage = 100;
inline constexpr size_t kMaxListPage = 1'000;

// INVALID_ARGUMENT for a value that has no name.
absl::StatusOr<gazetteer::View> FromView(v1::PropertyView view);

// What a request asks to see of each property.
struct Shown {
  gazetteer::View view = gazetteer::View::kBasic;
  std::optional<gazetteer::FormOptions> forms;

  [[nodiscard]] const gazetteer::FormOptions* forms_or_null() const { return forms.has_value() ? &*forms : nullptr; }
};

// INVALID_ARGUMENT, naming the field, for what has no meaning.
absl::StatusOr<gazetteer::FormOptions> FromFormOptions(const v1::AddressFormOptions& options);

// What a request with `view` and `address_forms` asks for; errors as of the two above.
template <typename Request>
absl::StatusOr<Shown> FromShown(const Request& request) {
  Shown shown;
  absl::StatusOr<gazetteer::View> view = FromView(request.view());
  if (!view.ok()) {
    return view.status();
  }
  shown.view = *view;
  if (request.has_address_forms()) {
    absl::StatusOr<gazetteer::FormOptions> forms = FromFormOptions(request.address_forms());
    if (!forms.ok()) {
      return forms.status();
    }
    shown.forms = *forms;
  }
  return shown;
}

// INVALID_ARGUMENT, naming field `postcode`.
absl::StatusOr<model::Postcode> ParsePostcode(const std::string& text);

// INVALID_ARGUMENT, naming the entry, for codes that no property can have, or too many of them.
absl::StatusOr<matching::address::PropertyFilter> FromFilter(const v1::PropertyFilter& filter);

// The revision that a past state is of; nullopt for the newest.
std::optional<uint64_t> AsOf(const registry::ReadView& state);

// A read mask for messages of one type. The mask must outlive it.
class ReadMask {
 public:
  // INVALID_ARGUMENT if the mask names a field that the type lacks.
  static absl::StatusOr<ReadMask> Create(const google::protobuf::FieldMask& mask,
                                         const google::protobuf::Descriptor* type);
  // Clears what the mask does not name; an empty mask names everything.
  void Trim(google::protobuf::Message* message) const;

 private:
  explicit ReadMask(const google::protobuf::FieldMask* mask) : mask_(mask) {}
  const google::protobuf::FieldMask* mask_;
};

// Reads properties of the newest state for a list, in the view and mask that the request asks for.
class PropertyLister {
 public:
  // All must outlive the lister.
  PropertyLister(const registry::Register& reg, const Places& places, const registry::ReadView& state, Shown shown,
                 ReadMask mask, rpc::CallContext* call);

  // Fills out[i], which is empty, with the property uprns[i] and names it in the audit entry; false for those, still
  // empty, that are gone.
  absl::StatusOr<std::vector<bool>> Read(const std::vector<uint64_t>& uprns, const std::vector<v1::Property*>& out);
  // Those that are still there.
  absl::Status ReadAll(const std::vector<uint64_t>& uprns, v1::ListPropertiesResponse& response);

 private:
  gazetteer::PropertyWalk walk_;
  const Places& places_;
  const Shown shown_;
  const ReadMask mask_;
  rpc::CallContext& call_;
};

// Takes those out of a repeated field that were not found.
template <typename Messages>
void DropUnfound(const std::vector<bool>& found, Messages* messages) {
  int kept = 0;
  for (int i = 0; i < messages->size(); ++i) {
    if (found[static_cast<size_t>(i)]) {
      messages->SwapElements(kept++, i);
    }
  }
  messages->DeleteSubrange(kept, messages->size() - kept);
}

}  // namespace wensum::properties

#endif  // WENSUM_SERVICES_PROPERTIES_PROPERTY_ANSWERS_H_
