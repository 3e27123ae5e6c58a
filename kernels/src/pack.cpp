#include "pack.h"

#include <cmath>
#include <cstring>

#include "convolution.h"
#include "layout.h"

namespace kokoro {

namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr int32_t kMostTaps = 11;

// The transform of the taps: a row for each weight. Those of the FFT are bins 0 and 16, then the real
// and the imaginary part of each bin between them.
struct TapTransform {
    double rows[FftConvolution<7>::kWeights][kMostTaps];
};

constexpr double kToomCook43[ToomCook43::kProducts][3] = {{1. / 4, 0, 0},             // at 0
                                                          {-1. / 6, -1. / 6, -1. / 6},  // at 1
                                                          {-1. / 6, 1. / 6, -1. / 6},   // at -1
                                                          {1. / 24, 1. / 12, 1. / 6},   // at 2
                                                          {1. / 24, -1. / 12, 1. / 6},  // at -2
                                                          {0, 0, 1}};  // at infinity

TapTransform tap_transform(int32_t taps) {
    TapTransform made = {};
    if (taps == ToomCook43::kTaps) {
        for (int32_t r = 0; r < ToomCook43::kProducts; r++)
            for (int32_t j = 0; j < taps; j++) made.rows[r][j] = kToomCook43[r][j];
        return made;
    }
    constexpr int32_t kPoints = FftConvolution<7>::kPoints;
    for (int32_t j = 0; j < taps; j++) {
        made.rows[0][j] = 1. / kPoints;
        made.rows[1][j] = (j % 2 ? -1. : 1.) / kPoints;
        for (int32_t bin = 1; bin < kPoints / 2; bin++) {
            // The conjugate of the taps' spectrum: the network's convolution does not turn them.
            const double angle = 2 * kPi * bin * j / kPoints;
            made.rows[2 * bin][j] = std::cos(angle) / kPoints;
            made.rows[2 * bin + 1][j] = std::sin(angle) / kPoints;
        }
    }
    return made;
}

// weights [channels out][channels in][taps] to [weights][channels out / 16][channels in][16].
void pack_transformed(const float *weights, int64_t channels, int32_t taps, float *packed) {
    const TapTransform transform = tap_transform(taps);
    const int32_t count = weights_of(taps);
    const int64_t plane = channels * channels;
    for (int64_t first = 0; first < channels; first += kPanel)
        for (int64_t in = 0; in < channels; in++) {
            double columns[kMostTaps][kPanel];
            for (int32_t j = 0; j < taps; j++)
                for (int64_t i = 0; i < kPanel; i++)
                    columns[j][i] = weights[((first + i) * channels + in) * taps + j];
            for (int32_t r = 0; r < count; r++) {
                double sums[kPanel] = {};
                for (int32_t j = 0; j < taps; j++)
                    for (int64_t i = 0; i < kPanel; i++)
                        sums[i] += transform.rows[r][j] * columns[j][i];
                float *to = packed + r * plane + (first * channels + in * kPanel);
                for (int64_t i = 0; i < kPanel; i++) to[i] = static_cast<float>(sums[i]);
            }
        }
}

// Round to the nearest bfloat16, halves to even. Weights are finite.
uint16_t bfloat16(float x) {
    uint32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// weight(column, tap, input channel) to
// [columns / 32][taps][depth / 32][half of 32 columns][depth / 2][column][in % 2], whose last three
// are a tile: a row has the weights of two input channels for 16 columns.
template <class Weight>
void pack_tiles(int64_t columns, int64_t taps, int64_t depth, const Weight &weight,
                uint16_t *packed) {
    for (int64_t first = 0; first < columns; first += 32)
        for (int64_t tap = 0; tap < taps; tap++)
            for (int64_t in = 0; in < depth; in += 32)
                for (int64_t half = first; half < first + 32; half += 16)
                    for (int64_t pair = in; pair < in + 32; pair += 2)
                        for (int64_t column = half; column < half + 16; column++)
                            for (int64_t each = pair; each < pair + 2; each++)
                                *packed++ = bfloat16(weight(column, tap, each));
}

// Weights of a Dense from weight(column, tap, input channel): float32 as
// [columns / 16][taps][depth][16], bfloat16 as the tiles of `pack_tiles`.
template <class Weight>
void pack_dense(int32_t precision, int64_t columns, int64_t taps, int64_t depth,
                const Weight &weight, void *packed) {
    if (precision == KK_BFLOAT16) {
        pack_tiles(columns, taps, depth, weight, static_cast<uint16_t *>(packed));
        return;
    }
    float *to = static_cast<float *>(packed);
    for (int64_t first = 0; first < columns; first += kPanel)
        for (int64_t tap = 0; tap < taps; tap++)
            for (int64_t in = 0; in < depth; in++)
                for (int64_t column = first; column < first + kPanel; column++)
                    *to++ = weight(column, tap, in);
}

// weights [channels in][channels out][2 stride].
//
// Output m * stride + phase - padding gets tap `phase` of input m and tap `phase + stride` of m - 1.
void pack_upsampling(const kk_stage_shape &shape, int32_t precision, const float *weights,
                     void *packed) {
    const int64_t channels = shape.channels, stride = shape.upsample_stride;
    const auto weight = [&](int64_t column, int64_t tap, int64_t in) {
        const int64_t out = column % channels, phase = column / channels;
        return weights[(in * channels + out) * 2 * stride + phase + tap * stride];
    };
    pack_dense(precision, stride * channels, 2, shape.input_channels, weight, packed);
}

// Reads the raw weights one after the other.
class Reader {
public:
    explicit Reader(const float *from) : at_(from) {}

    const float *take(int64_t count) {
        const float *part = at_;
        at_ += count;
        return part;
    }

    void copy(int64_t count, float *to) {
        std::memcpy(to, take(count), static_cast<size_t>(count) * sizeof(float));
    }

private:
    const float *at_;
};

// AdaIN is (1 + gamma) (weight n + bias) + beta of what the norm n gives, where gamma and beta are
// linear in the style: scale = weight (1 + gamma), shift = bias (1 + gamma) + beta.
void pack_modulation(Reader &reader, int64_t channels, int64_t columns,
                     const PackedModulation &packed) {
    const float *norm_weight = reader.take(channels), *norm_bias = reader.take(channels);
    const float *gamma = reader.take(2 * channels * columns), *beta = gamma + channels * columns;
    const float *style_bias = reader.take(2 * channels);
    for (int64_t c = 0; c < channels; c++) {
        const double weight = norm_weight[c], bias = norm_bias[c];
        for (int64_t s = 0; s < columns; s++) {
            const double each = gamma[c * columns + s];
            float *row = packed.weights + s * 2 * channels;
            row[c] = static_cast<float>(weight * each);
            row[channels + c] = static_cast<float>(bias * each + double{beta[c * columns + s]});
        }
        const double one = 1 + double{style_bias[c]};
        packed.offset[c] = static_cast<float>(weight * one);
        packed.offset[channels + c] =
            static_cast<float>(bias * one + double{style_bias[channels + c]});
    }
}

// weights [channels out][channels in][taps] of the fast convolutions.
void pack_convolution(int64_t channels, int32_t taps, int32_t precision, const float *weights,
                      void *packed) {
    if (method_of(taps, precision) != Method::tiles) {
        pack_transformed(weights, channels, taps, static_cast<float *>(packed));
        return;
    }
    const auto weight = [&](int64_t out, int64_t tap, int64_t in) {
        return weights[(out * channels + in) * taps + tap];
    };
    pack_tiles(channels, taps, channels, weight, static_cast<uint16_t *>(packed));
}

// weights [channels][inputs][taps] of a Dense whose depth is rounded up by zeros.
void pack_linear(int32_t precision, int64_t channels, int64_t taps, int64_t inputs,
                 const float *weights, void *packed) {
    const auto weight = [&](int64_t out, int64_t tap, int64_t in) {
        return in < inputs ? weights[(out * inputs + in) * taps + tap] : 0.0f;
    };
    pack_dense(precision, channels, taps, round_up(inputs, 32), weight, packed);
}

int64_t modulation_count(int64_t channels, int64_t style_columns) {
    return 2 * channels + 2 * channels * (style_columns + 1);
}

}  // namespace

int64_t weight_count(const kk_stage_shape &shape) {
    const int64_t channels = shape.channels;
    int64_t count = channels * shape.input_channels * shape.upsample_taps + channels;
    for (int32_t block = 0; block < kBlocks; block++) {
        const int64_t each = channels * channels * taps_of_block(shape, block) + 2 * channels +
                             modulation_count(channels, shape.style_columns);
        count += kDilations * 2 * each;
    }
    return count;
}

int64_t weight_count(const kk_block_shape &shape) {
    const int64_t inputs = shape.input_channels, channels = shape.channels;
    return modulation_count(inputs, shape.style_columns) + (shape.doubled ? 4 * inputs : 0) +
           channels * (3 * inputs + 1) + modulation_count(channels, shape.style_columns) +
           channels * (3 * channels + 1) + (has_shortcut(shape) ? channels * inputs : 0);
}

int64_t weight_count(const kk_projection_shape &shape) {
    return int64_t{shape.channels} * (int64_t{shape.input_channels} * shape.taps + 1);
}

void pack(const kk_stage_shape &shape, int32_t precision, const float *weights, void *packed) {
    const PackedStage stage = packed_stage(shape, precision, packed);
    const int64_t channels = shape.channels;
    std::memset(packed, 0, static_cast<size_t>(stage.bytes));  // Also what lies between the parts.
    Reader reader(weights);
    pack_upsampling(shape, precision,
                    reader.take(channels * shape.input_channels * shape.upsample_taps),
                    stage.upsample_weights);
    reader.copy(channels, stage.upsample_bias);
    for (int32_t block = 0; block < kBlocks; block++) {
        const int32_t taps = taps_of_block(shape, block);
        for (const auto &pair : stage.convolutions[block])
            for (const PackedConvolution &conv : pair) {
                pack_convolution(channels, taps, precision,
                                 reader.take(channels * channels * taps), conv.weights);
                reader.copy(channels, conv.bias);
                reader.copy(channels, conv.alpha);
                for (int64_t c = 0; c < channels; c++) conv.inverse_alpha[c] = 1 / conv.alpha[c];
                pack_modulation(reader, channels, shape.style_columns, conv.modulation);
            }
    }
}

void pack(const kk_block_shape &shape, int32_t precision, const float *weights, void *packed) {
    const PackedBlock block = packed_block(shape, precision, packed);
    const int64_t inputs = shape.input_channels, channels = shape.channels;
    std::memset(packed, 0, static_cast<size_t>(block.bytes));
    Reader reader(weights);
    pack_modulation(reader, inputs, shape.style_columns, block.first_modulation);
    if (shape.doubled) {
        const float *taps = reader.take(3 * inputs);
        for (int64_t c = 0; c < inputs; c++)
            for (int64_t j = 0; j < 3; j++) block.pool_taps[j * inputs + c] = taps[c * 3 + j];
        reader.copy(inputs, block.pool_bias);
    }
    pack_linear(precision, channels, 3, inputs, reader.take(channels * 3 * inputs),
                block.first_weights);
    reader.copy(channels, block.first_bias);
    pack_modulation(reader, channels, shape.style_columns, block.second_modulation);
    pack_linear(precision, channels, 3, channels, reader.take(channels * 3 * channels),
                block.second_weights);
    reader.copy(channels, block.second_bias);
    if (has_shortcut(shape))
        pack_linear(precision, channels, 1, inputs, reader.take(channels * inputs),
                    block.shortcut_weights);
}

void pack(const kk_projection_shape &shape, int32_t precision, const float *weights,
          void *packed) {
    const PackedProjection projection = packed_projection(shape, packed);
    const int64_t inputs = shape.input_channels, taps = shape.taps, channels = shape.channels;
    std::memset(packed, 0, static_cast<size_t>(projection.bytes));
    const auto weight = [&](int64_t out, int64_t, int64_t in) {
        // A row of x holds the input channels tap by tap.
        return out < channels ? weights[(out * inputs + in % inputs) * taps + in / inputs] : 0.0f;
    };
    pack_dense(precision, columns_of(shape), 1, taps * inputs, weight, projection.weights);
    std::memcpy(projection.bias, weights + channels * inputs * taps,
                static_cast<size_t>(channels) * sizeof(float));
}

void pack(const kk_convolution_shape &shape, int32_t precision, const float *weights,
          void *packed) {
    pack_convolution(shape.channels, shape.taps, precision, weights, packed);
}

}  // namespace kokoro
