#include "team.h"

#include <system_error>

#include "processor.h"

namespace kokoro {

namespace {

// A call has some thirty rounds, with little between two: a thread that waits looks a while before
// it sleeps.
constexpr int kLooks = 4000;

void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    __asm__ __volatile__("yield");
#endif
}

template <class Condition>
bool comes_soon(const Condition &condition) {
    for (int i = 0; i < kLooks; i++) {
        if (condition()) return true;
        pause();
    }
    return false;
}

}  // namespace

Team::Team(int32_t threads) {
    try {
        threads_.reserve(static_cast<size_t>(threads - 1));
        for (int32_t i = 1; i < threads; i++) threads_.emplace_back(&Team::work, this, i);
    } catch (const std::system_error &) {
        complete_ = false;
    } catch (const std::bad_alloc &) {
        complete_ = false;
    }
}

Team::~Team() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ending_ = true;
        round_.fetch_add(1);
    }
    begun_.notify_all();
    for (std::thread &thread : threads_) thread.join();
}

void Team::run(int64_t count, Call call, const void *task) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        count_ = count;
        call_ = call;
        task_ = task;
        next_.store(0);
        working_.store(static_cast<int32_t>(threads_.size()));
        round_.fetch_add(1);
    }
    if (!threads_.empty()) begun_.notify_all();
    take_tasks(0);
    const auto is_done = [this] { return working_.load() == 0; };
    if (comes_soon(is_done)) return;
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, is_done);
}

void Team::work(int32_t thread) {
    const WithoutDenormals scope;
    for (uint32_t seen = 0;; seen++) {
        const auto is_begun = [this, seen] { return round_.load() != seen; };
        if (!comes_soon(is_begun)) {
            std::unique_lock<std::mutex> lock(mutex_);
            begun_.wait(lock, is_begun);
        }
        if (ending_) return;
        take_tasks(thread);
        if (working_.fetch_sub(1) == 1) {
            const std::lock_guard<std::mutex> lock(mutex_);
            done_.notify_one();
        }
    }
}

void Team::take_tasks(int32_t thread) {
    for (int64_t i; (i = next_.fetch_add(1)) < count_;) call_(task_, i, thread);
}

}  // namespace kokoro
