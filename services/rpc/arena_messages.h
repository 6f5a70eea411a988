// Requests and responses of one unary method on arenas that are used again for later calls.
#ifndef WENSUM_SERVICES_RPC_ARENA_MESSAGES_H_
#define WENSUM_SERVICES_RPC_ARENA_MESSAGES_H_

#include <google/protobuf/arena.h>
#include <grpcpp/support/message_allocator.h>

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace wensum::rpc {

// For SetMessageAllocatorFor_*: a call takes an idle arena, or makes one, and gives it back when gRPC is done with the
// messages. Without it every call takes its many small blocks from the heap, some of them large enough for glibc to
// tidy up all the small ones on the way. Handlers may put more on response.GetArena(): it lives as long as the
// response. Thread-safe. Must outlive the server.
template <typename Request, typename Response>
class ArenaMessages final : public grpc::MessageAllocator<Request, Response> {
 public:
  ArenaMessages() = default;
  ArenaMessages(const ArenaMessages&) = delete;
  ArenaMessages& operator=(const ArenaMessages&) = delete;

  // The caller must call Release() of the answer exactly once.
  grpc::MessageHolder<Request, Response>* AllocateMessages() override {
    std::unique_ptr<Holder> holder;
    {
      const MutexLock lock(mutex_);
      if (!idle_.empty()) {
        holder = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (holder == nullptr) {
      holder = std::make_unique<Holder>(this);
    }
    holder->Begin();
    return holder.release();
  }

 private:
  static constexpr size_t kBlockBytes = 16 * 1024;  // holds most answers; what does not fit is taken from the heap
  static constexpr size_t kMaxIdle = 64;

  class Holder final : public grpc::MessageHolder<Request, Response> {
   public:
    explicit Holder(ArenaMessages* owner) : owner_(owner), arena_(block_.data(), block_.size()) {}

    void Begin() {
      this->set_request(google::protobuf::Arena::CreateMessage<Request>(&arena_));
      this->set_response(google::protobuf::Arena::CreateMessage<Response>(&arena_));
    }

    void Release() override {
      arena_.Reset();
      owner_->TakeBack(std::unique_ptr<Holder>(this));
    }

   private:
    ArenaMessages* const owner_;
    alignas(std::max_align_t) std::array<char, kBlockBytes> block_;  // before the arena that uses it
    google::protobuf::Arena arena_;
  };

  void TakeBack(std::unique_ptr<Holder> holder) {
    const MutexLock lock(mutex_);
    if (idle_.size() < kMaxIdle) {
      idle_.push_back(std::move(holder));
    }
  }

  Mutex mutex_;
  std::vector<std::unique_ptr<Holder>> idle_ WENSUM_GUARDED_BY(mutex_);  // the last used is the first to be used again
};

}  // namespace wensum::rpc

#endif  // WENSUM_SERVICES_RPC_ARENA_MESSAGES_H_
