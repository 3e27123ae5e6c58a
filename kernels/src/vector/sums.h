// Sums for mean and variance.
#pragma once

#include "vector.h"

namespace {

// Sums of rows about a pivot, which is the first row: the variance cancels little, unless that row
// is far from the others.
struct Sums {
    float *pivot, *sum, *squares;

    Sums(float *memory, int64_t channels)
        : pivot(memory), sum(memory + channels), squares(memory + 2 * channels) {
        memset(sum, 0, 2 * static_cast<size_t>(channels) * sizeof(float));
    }
};

inline void add_sums(const float *x, int64_t rows, int32_t channels, float *memory) {
    const Sums sums(memory, channels);
    const int32_t whole = channels / kLanes * kLanes;
    memcpy(sums.pivot, x, static_cast<size_t>(channels) * sizeof(float));
    for (int64_t t = 0; t < rows; t++, x += channels) {
        for (int32_t c = 0; c < whole; c += kLanes) {
            const Vector distance = load(x + c) - load(sums.pivot + c);
            store(sums.sum + c, load(sums.sum + c) + distance);
            store(sums.squares + c, fma(distance, distance, load(sums.squares + c)));
        }
        for (int32_t c = whole; c < channels; c++) {
            const float distance = x[c] - sums.pivot[c];
            sums.sum[c] += distance;
            sums.squares[c] = __builtin_fmaf(distance, distance, sums.squares[c]);
        }
    }
}

}  // namespace
