#include "block.h"

#include <algorithm>
#include <cstring>

#include "layout.h"
#include "operations.h"
#include "processor.h"

namespace kokoro {

namespace {

constexpr float kSlope = 0.2f;
constexpr float kGain = 0.70710678118654752440f;  // 1 / sqrt(2)

struct Workspace {
    void *wide, *narrow;   // What the products read, of the input's width and of the output's.
    float *pooled;         // [2 rows][input_channels]
    float *shortcut;       // [input rows][channels]
    float *inner;          // [rows][channels]
    float *sums, *modulation, *scale, *shift;
    Moments moments;
    int64_t bytes;
};

Workspace workspace_of(const kk_block_shape &shape, int32_t precision, int64_t input_rows,
                       void *base) {
    const int64_t rows = block_rows(shape, input_rows), channels = shape.channels;
    const int32_t most = std::max(shape.input_channels, shape.channels);
    Workspace space;
    Parts parts(base);
    space.wide = parts.next<void>(dense_input_bytes(precision, rows, 1, depth_of(shape)));
    space.narrow = parts.next<void>(dense_input_bytes(precision, rows, 1, channels));
    space.pooled = parts.floats(shape.doubled ? rows * shape.input_channels : 0);
    space.shortcut = parts.floats(shape.doubled ? input_rows * channels : 0);
    space.inner = parts.floats(rows * channels);
    space.sums = parts.floats(std::max(sum_floats(input_rows, most), sum_floats(rows, most)));
    space.modulation = parts.floats(2 * most);
    space.scale = parts.floats(most);
    space.shift = parts.floats(most);
    space.moments.mean = parts.next<double>(int64_t{most} * 8);
    space.moments.variance = parts.next<double>(int64_t{most} * 8);
    space.bytes = parts.used();
    return space;
}

class Block {
public:
    Block(const kk_block_shape &shape, int32_t precision, const void *packed,
          const BlockInput &input, float *y, const Workspace &space, const Call &call)
        : shape_(shape),
          precision_(precision),
          // The layout has no const twin; nothing is written through it here.
          packed_(packed_block(shape, precision, const_cast<void *>(packed))),
          input_(input),
          y_(y),
          space_(space),
          call_(call),
          rows_(block_rows(shape, input.rows)),
          depth_(static_cast<int32_t>(depth_of(shape))) {}

    void run() {
        shortcut();
        adain(packed_.first_modulation, input_.x, input_.rows, shape_.input_channels);
        Activation first = activation(input_.x, input_.rows, shape_.input_channels, depth_);
        if (shape_.doubled) {
            pool(call_, {first, packed_.pool_taps, packed_.pool_bias, space_.pooled});
            first = plain(space_.pooled, rows_, shape_.input_channels, depth_);
        }
        convolve(first, space_.wide, packed_.first_weights, packed_.first_bias, nullptr, 1,
                 space_.inner);
        adain(packed_.second_modulation, space_.inner, rows_, shape_.channels);
        convolve(activation(space_.inner, rows_, shape_.channels, shape_.channels), space_.narrow,
                 packed_.second_weights, packed_.second_bias, y_, kGain, y_);
    }

private:
    // y = shortcut(x): repeated if the length is doubled.
    void shortcut() {
        const int64_t width = shape_.channels;
        const float *rows = input_.x;
        if (has_shortcut(shape_)) {
            Activation given = plain(input_.x, input_.rows, shape_.input_channels, depth_);
            given.to = space_.wide;
            activate(call_, given);
            float *to = shape_.doubled ? space_.shortcut : y_;
            Dense linear = product(given, 1, packed_.shortcut_weights, to);
            dense(call_, linear);
            rows = to;
        }
        if (rows == y_) return;
        const int64_t times = shape_.doubled ? 2 : 1;
        for (int64_t t = 0; t < rows_; t++)
            std::memcpy(y_ + t * width, rows + t / times * width,
                        static_cast<size_t>(width) * sizeof(float));
    }

    // Set scale and shift to those of an AdaIN of x.
    void adain(const PackedModulation &modulation, const float *x, int64_t rows,
               int32_t channels) {
        take_moments(call_, x, rows, channels, space_.sums, space_.moments);
        modulate(modulation.weights, modulation.offset, input_.style, shape_.style_columns,
                 channels, space_.modulation);
        normalise(space_.modulation, space_.moments, channels, space_.scale, space_.shift);
    }

    static Activation plain(const float *x, int64_t rows, int32_t channels, int32_t width) {
        Activation given = {};
        given.x = x;
        given.rows = rows;
        given.channels = channels;
        given.width = width;
        given.slope = 1;
        return given;
    }

    Activation activation(const float *x, int64_t rows, int32_t channels, int32_t width) const {
        Activation given = plain(x, rows, channels, width);
        given.scale = space_.scale;
        given.shift = space_.shift;
        given.slope = kSlope;
        return given;
    }

    Dense product(const Activation &given, int32_t taps, const void *weights, float *to) const {
        Dense made = {};
        made.rows = given.rows;
        made.depth = made.x_row = given.width;
        made.columns = made.channels = shape_.channels;
        made.taps = taps;
        made.tap_rows = 1;
        made.x = given.to;
        made.weights = weights;
        made.gain = 1;
        made.y = to;
        made.end = made.rows * made.columns;
        return made;
    }

    // to = (conv(given) + residual) * gain, through `memory` with a row of zeros at both ends.
    void convolve(Activation given, void *memory, const void *weights, const float *bias,
                  const float *residual, float gain, float *to) const {
        const int64_t row = dense_row_bytes(precision_, given.width);
        char *first = static_cast<char *>(memory);
        std::memset(first, 0, static_cast<size_t>(row));
        std::memset(first + (given.rows + 1) * row, 0, static_cast<size_t>(row));
        given.to = first + row;
        activate(call_, given);
        Dense made = product(given, 3, weights, to);
        made.x = first;
        made.bias = bias;
        made.residual = residual;
        made.gain = gain;
        dense(call_, made);
    }

    const kk_block_shape &shape_;
    const int32_t precision_;
    const PackedBlock packed_;
    const BlockInput &input_;
    float *const y_;
    const Workspace &space_;
    const Call &call_;
    const int64_t rows_;
    const int32_t depth_;
};

}  // namespace

int64_t block_rows(const kk_block_shape &shape, int64_t input_rows) {
    return shape.doubled ? 2 * input_rows : input_rows;
}

int64_t workspace_bytes(const kk_block_shape &shape, int32_t precision, int64_t input_rows) {
    return workspace_of(shape, precision, input_rows, nullptr).bytes;
}

kk_status run_block(const kk_block_shape &shape, int32_t precision, const void *packed,
                    const BlockInput &input, float *y, void *workspace, int32_t threads,
                    const Kernels &kernels) {
    const WithoutDenormals scope;
    Team team(threads);
    if (!team.complete()) return KK_NO_THREADS;
    const Workspace space = workspace_of(shape, precision, input.rows, workspace);
    Block(shape, precision, packed, input, y, space, Call{team, kernels}).run();
    return KK_OK;
}

}  // namespace kokoro
