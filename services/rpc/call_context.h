// What a handler knows of the call it serves. Plain C++: handlers never see the transport.
#ifndef WENSUM_SERVICES_RPC_CALL_CONTEXT_H_
#define WENSUM_SERVICES_RPC_CALL_CONTEXT_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace wensum::rpc {

// What the transport says of a call, before anything is decided. The views live as long as the call.
struct CallInfo {
  std::string_view method;   // "/wensum.v1.People/Get"
  std::string_view peer;     // as gRPC writes it: "ipv4:127.0.0.1:51000", "unix:/run/wensum"
  std::string_view purpose;  // that the caller names; empty if it names none
};

// What the access policy grants to a call.
struct Grant {
  std::string caller;
  std::string purpose;
  int purpose_bit = 0;  // of model::PurposeMask
};

// One call, from its admission to its audit entry. Not thread-safe.
class CallContext {
 public:
  using Deadline = std::chrono::system_clock::time_point;

  // `method` must outlive the context; string literals do.
  explicit CallContext(std::string_view method) : method_(method) {}

  [[nodiscard]] std::string_view method() const { return method_; }
  [[nodiscard]] const Grant& grant() const { return grant_; }
  // Bit of the purpose that the answer is for.
  [[nodiscard]] int purpose_bit() const { return grant_.purpose_bit; }
  [[nodiscard]] bool expired() const { return deadline_ <= std::chrono::system_clock::now(); }

  // True once the caller has gone away. Long work asks now and then; only calls whose transport tells ever say so.
  [[nodiscard]] bool cancelled() const { return cancelled_ != nullptr && *cancelled_; }

  void set_grant(Grant grant) { grant_ = std::move(grant); }
  // `cancelled` must outlive the context.
  void set_cancelled(const std::atomic<bool>* cancelled) { cancelled_ = cancelled; }
  void set_deadline(Deadline deadline) { deadline_ = deadline; }

  // Names a resource that the call read or wrote, for the audit entry. Opaque names only (people/{id},
  // properties/{uprn}): never a personal value or a key of a source system. Beyond kMaxAuditBytes they are counted.
  void AddResource(std::string_view name) {
    if (resources_.size() + name.size() < kMaxAuditBytes) {
      if (!resources_.empty()) {
        resources_.push_back(' ');
      }
      resources_.append(name);
    } else {
      ++resources_cut_;
    }
  }
  // The revision that the call wrote or answered for.
  void set_revision(uint64_t revision) { revision_ = revision; }

  [[nodiscard]] const std::string& resources() const { return resources_; }
  [[nodiscard]] uint64_t resources_cut() const { return resources_cut_; }
  [[nodiscard]] uint64_t revision() const { return revision_; }

  // Room for the names of a full batch of 1,000 people.
  static constexpr size_t kMaxAuditBytes = 32 * 1024;

 private:
  std::string_view method_;
  Grant grant_;
  const std::atomic<bool>* cancelled_ = nullptr;
  Deadline deadline_ = Deadline::max();
  std::string resources_;
  uint64_t resources_cut_ = 0;
  uint64_t revision_ = 0;
};

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_CALL_CONTEXT_H_
