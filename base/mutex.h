// A reader-writer mutex with clang thread-safety annotations, over std::shared_mutex.
//
// absl::Mutex is not used: Debian's library is not instrumented, so ThreadSanitizer reports false races through it.
#ifndef WENSUM_BASE_MUTEX_H_
#define WENSUM_BASE_MUTEX_H_

#include <chrono>
#include <condition_variable>
#include <shared_mutex>

#if defined(__clang__)
#define WENSUM_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define WENSUM_THREAD_ANNOTATION(x)
#endif

#define WENSUM_CAPABILITY(x) WENSUM_THREAD_ANNOTATION(capability(x))
#define WENSUM_SCOPED_CAPABILITY WENSUM_THREAD_ANNOTATION(scoped_lockable)
#define WENSUM_GUARDED_BY(x) WENSUM_THREAD_ANNOTATION(guarded_by(x))
#define WENSUM_PT_GUARDED_BY(x) WENSUM_THREAD_ANNOTATION(pt_guarded_by(x))
#define WENSUM_REQUIRES(...) WENSUM_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define WENSUM_REQUIRES_SHARED(...) WENSUM_THREAD_ANNOTATION(requires_shared_capability(__VA_ARGS__))
#define WENSUM_ACQUIRE(...) WENSUM_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define WENSUM_ACQUIRE_SHARED(...) WENSUM_THREAD_ANNOTATION(acquire_shared_capability(__VA_ARGS__))
#define WENSUM_RELEASE(...) WENSUM_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define WENSUM_RELEASE_SHARED(...) WENSUM_THREAD_ANNOTATION(release_shared_capability(__VA_ARGS__))
#define WENSUM_RELEASE_GENERIC(...) WENSUM_THREAD_ANNOTATION(release_generic_capability(__VA_ARGS__))
#define WENSUM_TRY_ACQUIRE(...) WENSUM_THREAD_ANNOTATION(try_acquire_capability(__VA_ARGS__))
#define WENSUM_EXCLUDES(...) WENSUM_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define WENSUM_NO_THREAD_SAFETY_ANALYSIS WENSUM_THREAD_ANNOTATION(no_thread_safety_analysis)

namespace wensum {

// Exclusive and shared locking. Not reentrant. Satisfies BasicLockable, so a CondVar can wait on it. glibc lets readers
// pass waiting writers: keep shared sections short and rare enough that there are moments without a reader.
class WENSUM_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() WENSUM_ACQUIRE() { mutex_.lock(); }
  void unlock() WENSUM_RELEASE() { mutex_.unlock(); }
  bool try_lock() WENSUM_TRY_ACQUIRE(true) { return mutex_.try_lock(); }
  void lock_shared() WENSUM_ACQUIRE_SHARED() { mutex_.lock_shared(); }
  void unlock_shared() WENSUM_RELEASE_SHARED() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

// Holds a Mutex exclusively for a scope.
class WENSUM_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) WENSUM_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() WENSUM_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Holds a Mutex shared for a scope.
class WENSUM_SCOPED_CAPABILITY ReaderLock {
 public:
  explicit ReaderLock(Mutex& mutex) WENSUM_ACQUIRE_SHARED(mutex) : mutex_(mutex) { mutex_.lock_shared(); }
  ~ReaderLock() WENSUM_RELEASE_GENERIC() { mutex_.unlock_shared(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  Mutex& mutex_;
};

// A condition variable for Mutex. Waits may wake spuriously: always wait in a loop over the condition.
class CondVar {
 public:
  // Releases `mutex`, waits for a notification, and takes it again.
  void Wait(Mutex& mutex) WENSUM_REQUIRES(mutex) { condition_.wait(mutex); }
  // As Wait, for at most `timeout`. Returns false if the time passed without a notification.
  bool WaitFor(Mutex& mutex, std::chrono::microseconds timeout) WENSUM_REQUIRES(mutex) {
    return condition_.wait_for(mutex, timeout) == std::cv_status::no_timeout;
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable_any condition_;
};

}  // namespace wensum

#endif  // WENSUM_BASE_MUTEX_H_
