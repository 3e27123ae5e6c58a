#include "projection.h"

#include <algorithm>
#include <cstring>

#include "layout.h"
#include "operations.h"
#include "processor.h"

namespace kokoro {

namespace {

// Rows of x that so many rows of y meet.
int64_t read_rows(const kk_projection_shape &shape, int64_t rows) {
    return (rows - 1) * shape.stride + shape.taps;
}

int64_t scratch_floats(const kk_projection_shape &shape) {
    return round_up(read_rows(shape, kDenseRows) * shape.input_channels, kAlignedFloats);
}

// Rows [first, first + count) of leaky_relu(x), zero outside of x.
void activate_rows(const Kernels &kernels, const kk_projection_shape &shape, const float *x,
                   int64_t input_rows, int64_t first, int64_t count, float *to) {
    const int64_t channels = shape.input_channels;
    const int64_t begin = std::clamp<int64_t>(0, first, first + count);
    const int64_t end = std::clamp<int64_t>(input_rows, begin, first + count);
    const auto clear = [&](int64_t from, int64_t until) {
        std::memset(to + (from - first) * channels, 0,
                    static_cast<size_t>((until - from) * channels) * sizeof(float));
    };
    clear(first, begin);
    clear(end, first + count);
    Activation given = {};
    given.x = x + begin * channels;
    given.rows = end - begin;
    given.channels = given.width = shape.input_channels;
    given.slope = shape.slope;
    given.to = to + (begin - first) * channels;
    kernels.activate(given, 0, given.rows);
}

}  // namespace

int64_t projection_rows(const kk_projection_shape &shape, int64_t input_rows) {
    const int64_t padded = input_rows + 2 * int64_t{shape.padding};
    return padded < shape.taps ? 0 : (padded - shape.taps) / shape.stride + 1;
}

int64_t workspace_bytes(const kk_projection_shape &shape, int32_t threads) {
    return scratch_floats(shape) * threads * static_cast<int64_t>(sizeof(float));
}

kk_status run_projection(const kk_projection_shape &shape, const void *packed, int64_t input_rows,
                         const float *x, float *y, void *workspace, int32_t threads,
                         const Kernels &kernels) {
    const WithoutDenormals scope;
    Team team(threads);
    if (!team.complete()) return KK_NO_THREADS;
    // The layout has no const twin; nothing is written through it here.
    const PackedProjection weights = packed_projection(shape, const_cast<void *>(packed));
    const int64_t rows = projection_rows(shape, input_rows), columns = columns_of(shape);
    team.share(ceil_div(rows, kDenseRows), [&](int64_t task, int32_t thread) {
        float *scratch = static_cast<float *>(workspace) + thread * scratch_floats(shape);
        const int64_t first = task * kDenseRows, count = std::min(kDenseRows, rows - first);
        activate_rows(kernels, shape, x, input_rows, first * shape.stride - shape.padding,
                      read_rows(shape, count), scratch);
        Dense product = {};
        product.rows = count;
        product.depth = shape.taps * shape.input_channels;
        product.x_row = shape.stride * shape.input_channels;
        product.columns = product.channels = static_cast<int32_t>(columns);
        product.taps = 1;
        product.x = scratch;
        product.weights = weights.weights;
        product.bias = weights.bias;
        product.gain = 1;
        product.y = y + first * columns;
        product.end = count * columns;
        for (int64_t column = 0; column < columns; column += kDenseColumns)
            kernels.dense(product, 0, column);
    });
    return KK_OK;
}

}  // namespace kokoro
