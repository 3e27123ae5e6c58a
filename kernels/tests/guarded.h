// Memory with guard bytes around it. AddressSanitizer is told of them; without it, and for
// instructions that it does not see, `intact` finds what was written there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#if defined(__SANITIZE_ADDRESS__)
#define GUARDED_BY_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GUARDED_BY_SANITIZER 1
#endif
#endif
#ifdef GUARDED_BY_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

template <typename T>
class Guarded {
public:
    // The first element lies `offset` bytes after a multiple of 64.
    explicit Guarded(size_t count, size_t offset = 0) : count_(count), offset_(offset) {
        const size_t bytes = (guard + offset + count * sizeof(T) + guard + 63) / 64 * 64;
        memory_ = static_cast<uint8_t *>(std::aligned_alloc(64, bytes));
        if (memory_ == nullptr) std::abort();
        std::memset(memory_, pattern, bytes);
        bytes_ = bytes;
        shut();
    }
    ~Guarded() {
        open();
        std::free(memory_);
    }
    Guarded(const Guarded &) = delete;
    Guarded &operator=(const Guarded &) = delete;

    T *data() { return reinterpret_cast<T *>(memory_ + guard + offset_); }
    const T *data() const { return reinterpret_cast<const T *>(memory_ + guard + offset_); }
    size_t size() const { return count_; }
    size_t bytes() const { return count_ * sizeof(T); }
    T *begin() { return data(); }
    T *end() { return data() + count_; }
    const T *begin() const { return data(); }
    const T *end() const { return data() + count_; }

    // True if nothing was written before or after the elements.
    bool intact() {
        open();
        const size_t first = guard + offset_, last = first + bytes();
        bool kept = true;
        for (size_t i = 0; i < bytes_; ++i) {
            if ((i < first || i >= last) && memory_[i] != pattern) kept = false;
        }
        shut();
        return kept;
    }

private:
    static constexpr size_t guard = 4096;
    static constexpr uint8_t pattern = 0xA5;

    void shut() {
#ifdef GUARDED_BY_SANITIZER
        const size_t first = guard + offset_, last = first + bytes();
        __asan_poison_memory_region(memory_, first);
        __asan_poison_memory_region(memory_ + last, bytes_ - last);
#endif
    }
    void open() {
#ifdef GUARDED_BY_SANITIZER
        __asan_unpoison_memory_region(memory_, bytes_);
#endif
    }

    uint8_t *memory_;
    size_t count_, offset_, bytes_;
};
