#include "stage.h"

#include <algorithm>
#include <cstring>

#include "layout.h"
#include "operations.h"
#include "processor.h"

namespace kokoro {

namespace {

constexpr float kUpsampleSlope = 0.1f;

// The convolution of a block for a dilation: the first of a pair is dilated, the second is not.
Convolution convolution_of(const kk_stage_shape &shape, int32_t precision, int32_t block,
                           int32_t pair, int32_t half) {
    Convolution conv = {};
    conv.channels = shape.channels;
    conv.taps = taps_of_block(shape, block);
    conv.dilation = half == 0 ? shape.dilations[pair] : 1;
    conv.method = method_of(conv.taps, precision);
    return conv;
}

struct Workspace {
    void *activated;  // The upsampling's input, with a row of zeros at both ends.
    float *v, *inner, *u;
    float *sums, *modulation, *scale, *shift;
    Moments of_v, moments;
    float *scratch;
    int64_t bytes;
};

Workspace workspace_of(const kk_stage_shape &shape, int32_t precision, int64_t input_rows,
                       int32_t threads, void *base) {
    const int64_t rows = stage_rows(shape, input_rows), channels = shape.channels;
    int64_t sums = sum_floats(rows, shape.channels), scratch = 0;
    for (int32_t block = 0; block < kBlocks; block++)
        for (int32_t pair = 0; pair < kDilations; pair++)
            for (int32_t half = 0; half < 2; half++) {
                const Convolution conv = convolution_of(shape, precision, block, pair, half);
                sums = std::max(sums, sum_floats(conv, rows));
                scratch = std::max(scratch, scratch_floats(conv, rows));
            }
    Workspace space;
    Parts parts(base);
    space.activated = parts.next<void>(
        dense_input_bytes(precision, input_rows + 1, 1, shape.input_channels));
    space.v = parts.floats(rows * channels);
    space.inner = parts.floats(rows * channels);
    space.u = parts.floats(rows * channels);
    space.sums = parts.floats(sums);
    space.modulation = parts.floats(2 * channels);
    space.scale = parts.floats(channels);
    space.shift = parts.floats(channels);
    for (Moments *each : {&space.of_v, &space.moments}) {
        each->mean = parts.next<double>(channels * 8);
        each->variance = parts.next<double>(channels * 8);
    }
    space.scratch = parts.floats(scratch * threads);
    space.bytes = parts.used();
    return space;
}

class Stage {
public:
    Stage(const kk_stage_shape &shape, int32_t precision, const void *packed,
          const StageInput &input, float *y, const Workspace &space, const Call &call)
        : shape_(shape),
          precision_(precision),
          // The layout has no const twin; nothing is written through it here.
          packed_(packed_stage(shape, precision, const_cast<void *>(packed))),
          input_(input),
          y_(y),
          space_(space),
          call_(call),
          rows_(stage_rows(shape, input.rows)),
          channels_(shape.channels) {}

    void run() {
        upsample();
        take_moments(call_, input_.source, rows_, channels_, space_.sums, space_.moments);
        residual_block(0, input_.source, space_.moments, space_.v, space_.v, 1, space_.of_v);
        for (int32_t block = 1; block < kBlocks; block++)
            residual_block(block, space_.v, space_.of_v, y_, block == 1 ? nullptr : y_,
                           block == kBlocks - 1 ? 1.0f / (kBlocks - 1) : 1.0f, space_.moments);
    }

private:
    void upsample() {
        char *activated = static_cast<char *>(space_.activated);
        const int64_t row = dense_row_bytes(precision_, shape_.input_channels);
        std::memset(activated, 0, static_cast<size_t>(row));
        std::memset(activated + (input_.rows + 1) * row, 0, static_cast<size_t>(row));
        Activation leaky = {};
        leaky.x = input_.x;
        leaky.rows = input_.rows;
        leaky.channels = leaky.width = shape_.input_channels;
        leaky.slope = kUpsampleSlope;
        leaky.to = activated + row;
        activate(call_, leaky);
        Dense up = {};
        up.rows = input_.rows + 1;
        up.depth = up.x_row = shape_.input_channels;
        up.columns = shape_.upsample_stride * channels_;
        up.taps = 2;
        up.tap_rows = -1;
        up.x = leaky.to;
        up.weights = packed_.upsample_weights;
        up.bias = packed_.upsample_bias;
        up.channels = channels_;
        up.gain = 1;
        up.y = space_.v + shape_.mirrored * channels_;
        up.begin = int64_t{shape_.upsample_padding} * channels_;
        up.end = up.begin + input_.rows * up.columns;
        dense(call_, up);
        if (shape_.mirrored)  // The row before the first is the second of those that follow.
            std::memcpy(space_.v, space_.v + 2 * channels_,
                        static_cast<size_t>(channels_) * sizeof(float));
    }

    // to = (block(x) + residual) * gain, with the moments of x and then of `to`.
    void residual_block(int32_t block, const float *x, const Moments &of_x, float *to,
                        const float *residual, float gain, const Moments &of_to) {
        const Moments inner = space_.moments;
        for (int32_t pair = 0; pair < kDilations; pair++) {
            const bool is_first = pair == 0, is_last = pair == kDilations - 1;
            const float *from = is_first ? x : space_.u;
            half_block(block, pair, 0, from, is_first ? of_x : inner, nullptr, nullptr, 1,
                       space_.inner, inner);
            half_block(block, pair, 1, space_.inner, inner, from, is_last ? residual : nullptr,
                       is_last ? gain : 1, is_last ? to : space_.u, is_last ? of_to : inner);
        }
    }

    // AdaIN, Snake, convolution.
    void half_block(int32_t block, int32_t pair, int32_t half, const float *x, const Moments &of_x,
                    const float *residual, const float *residual2, float gain, float *to,
                    const Moments &of_to) {
        const PackedConvolution &weights = packed_.convolutions[block][pair][half];
        modulate(weights.modulation.weights, weights.modulation.offset, input_.style,
                 shape_.style_columns, channels_, space_.modulation);
        normalise(space_.modulation, of_x, channels_, space_.scale, space_.shift);
        Pass pass = {};
        pass.convolution = convolution_of(shape_, precision_, block, pair, half);
        pass.convolution.weights = weights.weights;
        pass.convolution.bias = weights.bias;
        pass.convolution.alpha = weights.alpha;
        pass.convolution.inverse_alpha = weights.inverse_alpha;
        pass.x = x;
        pass.scale = space_.scale;
        pass.shift = space_.shift;
        pass.residual = residual;
        pass.residual2 = residual2;
        pass.gain = gain;
        pass.y = to;
        pass.rows = rows_;
        convolve(call_, pass, space_.sums, space_.scratch, of_to);
    }

    const kk_stage_shape &shape_;
    const int32_t precision_;
    const PackedStage packed_;
    const StageInput &input_;
    float *const y_;
    const Workspace &space_;
    const Call &call_;
    const int64_t rows_;
    const int32_t channels_;
};

}  // namespace

int64_t stage_rows(const kk_stage_shape &shape, int64_t input_rows) {
    return input_rows * shape.upsample_stride + shape.mirrored;
}

int64_t workspace_bytes(const kk_stage_shape &shape, int32_t precision, int64_t input_rows,
                        int32_t threads) {
    return workspace_of(shape, precision, input_rows, threads, nullptr).bytes;
}

kk_status run_stage(const kk_stage_shape &shape, int32_t precision, const void *packed,
                    const StageInput &input, float *y, void *workspace, int32_t threads,
                    const Kernels &kernels) {
    const WithoutDenormals scope;
    Team team(threads);
    if (!team.complete()) return KK_NO_THREADS;
    const Workspace space = workspace_of(shape, precision, input.rows, threads, workspace);
    Stage(shape, precision, packed, input, y, space, Call{team, kernels}).run();
    return KK_OK;
}

}  // namespace kokoro
