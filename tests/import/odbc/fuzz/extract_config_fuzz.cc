// Any text as an extract configuration: errors say something; what is accepted keeps its promises.
#include <cstdint>
#include <string_view>

#include "base/status_macros.h"
#include "import/odbc/extract_config.h"
#include "import/odbc/field_text.h"
#include "import/odbc/query_text.h"
#include "tests/support/fuzz_require.h"

namespace wensum::ingest {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<ExtractConfig> config = ParseExtractConfig(text);
  if (!config.ok()) {
    Require(!Message(config.status()).empty(), "an error has a message");
  } else {
    Require(config->connection.driver.empty() != config->connection.dsn.empty(), "one of driver and dsn");
    Require(!config->key.empty(), "a key");
    Require(config->watermark.has_value() == (config->parameters > 0), "parameters with a watermark");
    const absl::StatusOr<QueryText> again = CheckQuery(config->query);
    Require(again.ok() && again->text == config->query, "the query is in its last form");
  }
  // The query's checks again, where mutations of YAML seldom get to.
  const absl::StatusOr<QueryText> query = CheckQuery(text);
  if (query.ok()) {
    const absl::StatusOr<QueryText> again = CheckQuery(query->text);
    Require(again.ok() && again->text == query->text && again->parameters == query->parameters, "the query is stable");
  }
  if (const absl::StatusOr<WatermarkValue> value = ParseWatermark(text); value.ok() && !value->is_number) {
    Require(!(Earlier(*value, 300) > *value), "earlier is not later");
  }
  return 0;
}

}  // namespace wensum::ingest
