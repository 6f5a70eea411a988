// Files in pieces that fit one message.
#ifndef WENSUM_SERVICES_CLI_FILE_CHUNKS_H_
#define WENSUM_SERVICES_CLI_FILE_CHUNKS_H_

#include <istream>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace wensum::cli {

// Calls `take` with one piece of the file after another, until it answers false: a refusal, of which the end of the
// call says why. False if the file cannot be read to its end.
bool ForEachChunk(std::istream& file, absl::FunctionRef<bool(std::string_view chunk)> take);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_FILE_CHUNKS_H_
