#include "services/address_match/address_table.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::address_match {

using matching::address::FlatGazetteer;

AddressTable::AddressTable(std::string path, std::unique_ptr<ingest::ByteSource> source)
    : path_(std::move(path)), source_(std::move(source)), reader_(source_.get()) {}

absl::StatusOr<std::unique_ptr<AddressTable>> AddressTable::Open(const std::string& path,
                                                                 const AddressColumns& columns) {
  absl::StatusOr<std::unique_ptr<ingest::ByteSource>> source = ingest::ByteSource::OpenFile(path);
  if (!source.ok()) {
    return Annotate(source.status(), path);
  }
  std::unique_ptr<AddressTable> table(new AddressTable(path, *std::move(source)));
  WENSUM_RETURN_IF_ERROR(table->ReadHeader(columns));
  return table;
}

absl::Status AddressTable::ReadHeader(const AddressColumns& columns) {
  const absl::StatusOr<bool> header = reader_.Next(row_);
  if (!header.ok()) {
    return Annotate(header.status(), path_);
  }
  if (!*header) {
    return InvalidArgument(Cat(path_, " is empty; its first row must name the columns"));
  }
  WENSUM_ASSIGN_OR_RETURN(text_, FindColumn(columns.text, /*optional=*/false));
  WENSUM_ASSIGN_OR_RETURN(postcode_, FindColumn(columns.postcode, columns.postcode_optional));
  if (!columns.id.empty()) {
    WENSUM_ASSIGN_OR_RETURN(id_, FindColumn(columns.id, /*optional=*/false));
  }
  if (!columns.label.empty()) {
    WENSUM_ASSIGN_OR_RETURN(label_, FindColumn(columns.label, /*optional=*/false));
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> AddressTable::FindColumn(std::string_view name, bool optional) const {
  size_t found = kNoColumn;
  std::vector<std::string> names;
  for (size_t i = 0; i < row_.fields.size(); ++i) {
    const std::string_view field = Trim(row_.fields[i]);
    names.emplace_back(field);
    if (!EqualsIgnoreCaseAscii(field, Trim(name))) {
      continue;
    }
    if (found != kNoColumn) {
      return InvalidArgument(Cat(path_, " names the column ", Quote(name), " twice, as columns ", found + 1, " and ",
                                 i + 1, "; rename one of them"));
    }
    found = i;
  }
  if (found == kNoColumn && !optional) {
    return InvalidArgument(
        Cat(path_, " has no column ", Quote(name), "; its first row names: ", Quote(Join(names, ", "), 400)));
  }
  return found;
}

absl::StatusOr<bool> AddressTable::Next(AddressLine& line) {
  const absl::StatusOr<bool> more = reader_.Next(row_);
  if (!more.ok()) {
    return Annotate(more.status(), path_);
  }
  if (!*more) {
    return false;
  }
  const auto field = [&](size_t column) {
    return column < row_.fields.size() ? Trim(row_.fields[column]) : std::string_view();
  };
  line = {
      .id = field(id_), .text = field(text_), .postcode = field(postcode_), .label = field(label_), .line = row_.line};
  if (id_ != kNoColumn && line.id.empty()) {
    return InvalidArgument(Cat(path_, ", line ", line.line, ": the row has no id; give each row one"));
  }
  return true;
}

absl::StatusOr<FlatGazetteer> ReadGazetteer(const std::string& path, const AddressColumns& columns) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<AddressTable> table, AddressTable::Open(path, columns));
  FlatGazetteer gazetteer;
  absl::flat_hash_map<std::string, uint32_t, TransparentStringHash, TransparentStringEqual> places;
  AddressLine line;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, table->Next(line));
    if (!more) {
      break;
    }
    if (line.text.empty()) {
      continue;
    }
    const std::string number = columns.id.empty() ? Cat(table->rows()) : std::string();
    const std::string_view id = columns.id.empty() ? std::string_view(number) : line.id;
    auto place = places.find(id);
    if (place == places.end()) {
      place = places.emplace(std::string(id), static_cast<uint32_t>(gazetteer.ids.size())).first;
      gazetteer.ids.emplace_back(id);
    }
    gazetteer.addresses.push_back(
        {.property = place->second, .text = std::string(line.text), .postcode = std::string(line.postcode)});
  }
  if (gazetteer.addresses.empty()) {
    return InvalidArgument(Cat(path, " lists no address; there is nothing to match against"));
  }
  return gazetteer;
}

}  // namespace wensum::address_match
