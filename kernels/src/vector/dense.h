// What is done on each side of a Dense's matrix product, in all precisions.
#pragma once

#include "../convolution.h"
#include "vector.h"

namespace {

KK_INLINE Vector leaky(Vector x, Vector slope) { return x < Vector{} ? x * slope : x; }

// scale * x + shift at a channel; of a lone channel only lane 0 counts.
KK_INLINE Vector normed(Vector x, const kokoro::Activation &given, int32_t c, bool lone = false) {
    if (!given.scale) return x;
    if (lone) return fma(x, every(given.scale[c]), every(given.shift[c]));
    return fma(x, load(given.scale + c), load(given.shift + c));
}

// Keep 32 columns of the products [count][32] as rows of y.
inline void finish_dense(const kokoro::Dense &dense, int64_t row, int64_t count, int64_t column,
                         const float *products) {
    constexpr int64_t kColumns = kokoro::kDenseColumns;
    const Vector gain = every(dense.gain);
    const float *bias = dense.bias ? dense.bias + column % dense.channels : nullptr;
    for (int64_t i = 0; i < count; i++, products += kColumns) {
        const int64_t number = (row + i) * dense.columns + column, at = number - dense.begin;
        if (number < dense.begin || number >= dense.end) continue;
        for (int64_t v = 0; v < kColumns; v += kLanes) {
            Vector value = load(products + v);
            if (bias) value += load(bias + v);
            if (dense.residual) value += load(dense.residual + at + v);
            store(dense.y + at + v, value * gain);
        }
    }
}

}  // namespace
