// Threads that share the tasks of one call. They end with it: nothing runs between two calls.
#pragma once

#include <stdint.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace kokoro {

class Team {
public:
    // Start `threads` - 1 threads; the caller's is the first.
    explicit Team(int32_t threads);
    ~Team();
    Team(const Team &) = delete;
    Team &operator=(const Team &) = delete;

    // Whether the system gave all threads.
    bool complete() const { return complete_; }

    // Call task(i, thread) for each i below `count`, in any order, each on some thread of the team.
    template <class Task>
    void share(int64_t count, const Task &task) {
        run(count, [](const void *given, int64_t i, int32_t thread) {
            (*static_cast<const Task *>(given))(i, thread);
        }, &task);
    }

private:
    using Call = void (*)(const void *, int64_t, int32_t);

    void run(int64_t count, Call call, const void *task);
    void work(int32_t thread);
    void take_tasks(int32_t thread);

    std::vector<std::thread> threads_;
    bool complete_ = true;
    std::mutex mutex_;
    std::condition_variable begun_, done_;
    // Guarded by the mutex when they change; the round makes the rest visible.
    std::atomic<uint32_t> round_{0};
    std::atomic<int32_t> working_{0};
    bool ending_ = false;
    int64_t count_ = 0;
    Call call_ = nullptr;
    const void *task_ = nullptr;
    std::atomic<int64_t> next_{0};
};

}  // namespace kokoro
