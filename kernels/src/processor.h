// What the processor can do, and the state that the kernels set on each thread.
#pragma once

#include <stdint.h>

namespace kokoro {

// The set of kk_ability that this processor has.
uint32_t abilities();

// While it lives, this thread takes denormal numbers as zero and gives zero for them. They are slow,
// and the same on every thread only if all treat them alike.
class WithoutDenormals {
public:
    WithoutDenormals();
    ~WithoutDenormals();
    WithoutDenormals(const WithoutDenormals &) = delete;
    WithoutDenormals &operator=(const WithoutDenormals &) = delete;

private:
    uint64_t before_;
};

}  // namespace kokoro
