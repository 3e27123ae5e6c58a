// Where the packed weights of a stage lie. Packing and running walk through the same list.
#pragma once

#include <stdint.h>

#include "convolution.h"
#include "kokoro_kernels.h"
#include "transforms.h"

namespace kokoro {

constexpr int32_t kBlocks = 4;     // The noise block and three residual blocks.
constexpr int32_t kDilations = 3;  // Pairs of convolutions in a block.
constexpr int64_t kAlignment = 64, kAlignedFloats = kAlignment / 4;

inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

inline int64_t round_up(int64_t a, int64_t b) { return ceil_div(a, b) * b; }

constexpr int32_t kMostChannels = 4096;

inline bool is_taps(int32_t taps) { return taps == 3 || taps == 7 || taps == 11; }

inline bool is_dilation(int32_t dilation) { return dilation >= 1 && dilation <= 5; }

inline bool is_count(int32_t count) { return count >= 1 && count <= kMostChannels; }

inline bool is_width(int32_t channels) { return is_count(channels) && channels % 32 == 0; }

inline bool is_known(const kk_convolution_shape *shape) {
    return shape && is_width(shape->channels) && is_taps(shape->taps) &&
           is_dilation(shape->dilation);
}

inline bool is_known(const kk_projection_shape *shape) {
    constexpr int32_t kMost = 64;
    return shape && is_count(shape->input_channels) && is_count(shape->channels) &&
           shape->taps >= 1 && shape->taps <= kMost && shape->stride >= 1 &&
           shape->stride <= kMost && shape->padding >= 0 && shape->padding < shape->taps &&
           shape->slope >= 0 && shape->slope <= 1;
}

inline bool is_known(const kk_block_shape *shape) {
    return shape && is_count(shape->input_channels) && is_width(shape->channels) &&
           is_count(shape->style_columns) && (shape->doubled == 0 || shape->doubled == 1);
}

inline bool is_known(const kk_stage_shape *shape) {
    if (!shape || !is_width(shape->input_channels) || !is_width(shape->channels)) return false;
    if (!is_count(shape->style_columns)) return false;
    if (shape->upsample_stride < 1 || shape->upsample_stride > 64) return false;
    if (shape->upsample_taps != 2 * shape->upsample_stride) return false;
    // The length becomes stride times as many, as for every such pair in this model.
    if (int64_t{2} * shape->upsample_padding != shape->upsample_stride) return false;
    if (shape->mirrored != 0 && shape->mirrored != 1) return false;
    if (!is_taps(shape->noise_taps)) return false;
    for (int i = 0; i < 3; i++) {
        if (!is_taps(shape->block_taps[i])) return false;
        if (!is_dilation(shape->dilations[i])) return false;
    }
    return true;
}

inline int32_t products_of(int32_t taps) {
    return taps == ToomCook43::kTaps ? ToomCook43::kProducts : FftConvolution<7>::kProducts;
}

// Weights that a fast convolution keeps for a pair of channels.
inline int32_t weights_of(int32_t taps) {
    return taps == ToomCook43::kTaps ? ToomCook43::kWeights : FftConvolution<7>::kWeights;
}

inline Method method_of(int32_t taps, int32_t precision) {
    if (precision == KK_BFLOAT16) return Method::tiles;
    return taps == 3 ? Method::toom_cook : Method::real_fft;
}

// Bytes of the weights of a convolution, as the method reads them.
inline int64_t weight_bytes(Method method, int64_t channels, int32_t taps) {
    if (method == Method::tiles) return channels * channels * taps * 2;
    return channels * channels * weights_of(taps) * 4;
}

// Bytes of the weights of a Dense.
inline int64_t dense_bytes(int32_t precision, int64_t columns, int64_t taps, int64_t depth) {
    return columns * taps * depth * (precision == KK_BFLOAT16 ? 2 : 4);
}

// Bytes of a row that a Dense reads.
inline int64_t dense_row_bytes(int32_t precision, int64_t depth) {
    return depth * (precision == KK_BFLOAT16 ? 2 : 4);
}

// Bytes of all that a Dense of so many rows reads, with `border` rows before and after. In bfloat16
// it reads whole tiles of 32 rows.
inline int64_t dense_input_bytes(int32_t precision, int64_t rows, int64_t border, int64_t depth) {
    return (round_up(rows, 32) + 2 * border) * dense_row_bytes(precision, depth);
}

inline int32_t taps_of_block(const kk_stage_shape &shape, int32_t block) {
    return block == 0 ? shape.noise_taps : shape.block_taps[block - 1];
}

// Hands out the aligned parts of packed weights in their order; of a null base, only their sizes.
class Parts {
public:
    explicit Parts(void *base) : base_(static_cast<char *>(base)) {}

    template <class T>
    T *next(int64_t bytes) {
        char *part = base_ ? base_ + used_ : nullptr;
        used_ += round_up(bytes, kAlignment);
        return reinterpret_cast<T *>(part);
    }

    float *floats(int64_t count) { return next<float>(count * 4); }

    int64_t used() const { return used_; }

private:
    char *base_;
    int64_t used_ = 0;
};

// The scale and shift of an AdaIN are weights [style_columns][2 channels] by style, plus offset.
struct PackedModulation {
    float *weights, *offset;
};

inline PackedModulation next_modulation(Parts &parts, int64_t channels, int64_t style_columns) {
    return {parts.floats(2 * channels * style_columns), parts.floats(2 * channels)};
}

// One convolution of a stage's residual block with the AdaIN and Snake before it.
struct PackedConvolution {
    void *weights;
    float *bias, *alpha, *inverse_alpha;
    PackedModulation modulation;
};

struct PackedStage {
    void *upsample_weights;  // Of a Dense with stride * channels columns and two taps.
    float *upsample_bias;
    PackedConvolution convolutions[kBlocks][kDilations][2];
    int64_t bytes;
};

inline PackedStage packed_stage(const kk_stage_shape &shape, int32_t precision, void *base) {
    Parts parts(base);
    PackedStage stage;
    const int64_t channels = shape.channels;
    stage.upsample_weights = parts.next<void>(
        dense_bytes(precision, channels * shape.upsample_stride, 2, shape.input_channels));
    stage.upsample_bias = parts.floats(channels);
    for (int32_t block = 0; block < kBlocks; block++) {
        const int32_t taps = taps_of_block(shape, block);
        for (auto &pair : stage.convolutions[block])
            for (PackedConvolution &conv : pair) {
                conv.weights =
                    parts.next<void>(weight_bytes(method_of(taps, precision), channels, taps));
                conv.bias = parts.floats(channels);
                conv.alpha = parts.floats(channels);
                conv.inverse_alpha = parts.floats(channels);
                conv.modulation = next_modulation(parts, channels, shape.style_columns);
            }
    }
    stage.bytes = parts.used();
    return stage;
}

// A block's input channels as a Dense reads them.
inline int64_t depth_of(const kk_block_shape &shape) { return round_up(shape.input_channels, 32); }

inline bool has_shortcut(const kk_block_shape &shape) {
    return shape.input_channels != shape.channels;
}

struct PackedBlock {
    PackedModulation first_modulation, second_modulation;
    float *pool_taps, *pool_bias;  // [3][input_channels]; only of a doubled block
    void *first_weights, *second_weights, *shortcut_weights;
    float *first_bias, *second_bias;
    int64_t bytes;
};

inline PackedBlock packed_block(const kk_block_shape &shape, int32_t precision, void *base) {
    Parts parts(base);
    PackedBlock block = {};
    const int64_t inputs = shape.input_channels, channels = shape.channels;
    block.first_modulation = next_modulation(parts, inputs, shape.style_columns);
    if (shape.doubled) {
        block.pool_taps = parts.floats(3 * inputs);
        block.pool_bias = parts.floats(inputs);
    }
    block.first_weights = parts.next<void>(dense_bytes(precision, channels, 3, depth_of(shape)));
    block.first_bias = parts.floats(channels);
    block.second_modulation = next_modulation(parts, channels, shape.style_columns);
    block.second_weights = parts.next<void>(dense_bytes(precision, channels, 3, channels));
    block.second_bias = parts.floats(channels);
    if (has_shortcut(shape))
        block.shortcut_weights =
            parts.next<void>(dense_bytes(precision, channels, 1, depth_of(shape)));
    block.bytes = parts.used();
    return block;
}

// The columns that a projection writes.
inline int64_t columns_of(const kk_projection_shape &shape) { return round_up(shape.channels, 32); }

struct PackedProjection {
    float *weights;  // Of a Dense with one tap, whose depth is all taps of all input channels.
    float *bias;
    int64_t bytes;
};

inline PackedProjection packed_projection(const kk_projection_shape &shape, void *base) {
    Parts parts(base);
    PackedProjection packed;
    packed.weights = parts.next<float>(dense_bytes(
        KK_FLOAT32, columns_of(shape), 1, int64_t{shape.taps} * shape.input_channels));
    packed.bias = parts.floats(columns_of(shape));
    packed.bytes = parts.used();
    return packed;
}

}  // namespace kokoro
