#include "operations.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "layout.h"
#include "transforms.h"

namespace kokoro {

namespace {

constexpr double kEpsilon = 1e-5;  // Of the instance norm.
constexpr int64_t kSumRows = 512;  // Rows of a tile where only sums are taken.
constexpr int64_t kActivatedRows = 64;

// A tile should have about so many blocks of 256 channels, or so many rows: enough that a weight is
// used often, few enough that a tile stays in the second cache.
constexpr int64_t kToomCookBlocks = 42, kFftBlocks = 28, kTilesRows = 512;

// Outputs of a block of a fast convolution.
int64_t block_outputs(int32_t taps) {
    if (taps == 3) return ToomCook43::kOutputs;
    return taps == 7 ? FftConvolution<7>::kOutputs : FftConvolution<11>::kOutputs;
}

// What the rows of a tile are a multiple of.
int64_t tile_step(const Convolution &conv) {
    return conv.method == Method::tiles ? 32 : block_outputs(conv.taps) * conv.dilation;
}

int64_t usual_steps(const Convolution &conv) {
    const int64_t more = std::max<int64_t>(1, 256 / conv.channels);
    if (conv.method == Method::tiles) return kTilesRows * more / tile_step(conv);
    const int64_t blocks = conv.method == Method::toom_cook ? kToomCookBlocks : kFftBlocks;
    return std::max<int64_t>(1, blocks * more / conv.dilation);
}

// Merge the sums of tiles in the order of time (Chan, Golub and LeVeque 1979), so that they do not
// depend on the threads.
void merge_sums(const float *sums, int64_t rows, int64_t tile, int32_t channels, Moments moments) {
    const int64_t tiles = ceil_div(rows, tile);
    for (int32_t c = 0; c < channels; c++) {
        double count = 0, mean = 0, squares = 0;
        for (int64_t i = 0; i < tiles; i++) {
            const float *own = sums + i * 3 * channels + c;
            const double n = static_cast<double>(std::min(tile, rows - i * tile));
            const double about_pivot = double{own[channels]} / n;
            const double own_mean = double{own[0]} + about_pivot;
            const double own_squares =
                std::max(0.0, double{own[2 * channels]} - n * about_pivot * about_pivot);
            const double distance = own_mean - mean, total = count + n;
            mean += distance * n / total;
            squares += own_squares + distance * distance * count * n / total;
            count = total;
        }
        moments.mean[c] = mean;
        moments.variance[c] = squares / count;
    }
}

}  // namespace

int64_t tile_rows(const Convolution &conv, int64_t rows) {
    const int64_t step = tile_step(conv), usual = usual_steps(conv) * step;
    // Tiles of about equal length, and an even number, so that two threads end together.
    const int64_t tiles = round_up(ceil_div(rows, usual), 2);
    return round_up(ceil_div(rows, tiles), step);
}

int64_t scratch_floats(const Convolution &conv, int64_t rows) {
    const int64_t channels = conv.channels, dilation = conv.dilation, tile = tile_rows(conv, rows);
    if (conv.method == Method::tiles) {
        const int64_t read = tile + int64_t{conv.taps} / 2 * 2 * dilation;
        return round_up(read * channels / 2, kAlignedFloats);
    }
    const int64_t outputs = block_outputs(conv.taps), blocks = tile / outputs;
    const int64_t points = outputs + conv.taps - 1;
    const int64_t behind = conv.taps == ToomCook43::kTaps ? ToomCook43::kBehind
                                                          : FftConvolution<7>::kBehind;
    const int64_t planes = (products_of(conv.taps) + behind) * (blocks * channels + kPanel);
    // The rows' memory is used for weights too, see `Tile`: two of kDenseColumns columns at most.
    const int64_t rows_read = std::max(tile + (points - outputs) * dilation, 2 * kDenseColumns);
    return round_up(planes + rows_read * channels, kAlignedFloats);
}

int64_t sum_floats(const Convolution &conv, int64_t rows) {
    return ceil_div(rows, tile_rows(conv, rows)) * 3 * conv.channels;
}

int64_t sum_floats(int64_t rows, int32_t channels) {
    return ceil_div(rows, kSumRows) * 3 * channels;
}

void convolve(const Call &call, Pass pass, float *sums, float *scratch, Moments moments) {
    const Convolution &conv = pass.convolution;
    pass.tile_rows = tile_rows(conv, pass.rows);
    pass.sums = sums;
    const int64_t thread_scratch = scratch_floats(conv, pass.rows);
    call.team.share(ceil_div(pass.rows, pass.tile_rows), [&](int64_t tile, int32_t thread) {
        call.kernels.convolve(pass, tile, scratch + thread * thread_scratch);
    });
    merge_sums(sums, pass.rows, pass.tile_rows, conv.channels, moments);
}

void take_moments(const Call &call, const float *x, int64_t rows, int32_t channels, float *sums,
                  Moments moments) {
    call.team.share(ceil_div(rows, kSumRows), [&](int64_t tile, int32_t) {
        const int64_t first = tile * kSumRows;
        call.kernels.sums(x + first * channels, std::min(kSumRows, rows - first), channels,
                          sums + tile * 3 * channels);
    });
    merge_sums(sums, rows, kSumRows, channels, moments);
}

void activate(const Call &call, const Activation &given) {
    call.team.share(ceil_div(given.rows, kActivatedRows), [&](int64_t task, int32_t) {
        const int64_t first = task * kActivatedRows;
        call.kernels.activate(given, first, std::min(kActivatedRows, given.rows - first));
    });
}

void dense(const Call &call, const Dense &given) {
    const int64_t parts = given.columns / kDenseColumns;
    call.team.share(ceil_div(given.rows, kDenseRows) * parts, [&](int64_t task, int32_t) {
        call.kernels.dense(given, task / parts * kDenseRows, task % parts * kDenseColumns);
    });
}

void pool(const Call &call, const Pool &given) {
    const Activation &in = given.input;
    const int32_t channels = in.channels;
    const float *early = given.taps, *middle = early + channels, *late = middle + channels;
    const auto active = [&](const float *x, int32_t c) {
        const float y = x[c] * in.scale[c] + in.shift[c];
        return y < 0 ? y * in.slope : y;
    };
    call.team.share(in.rows, [&](int64_t t, int32_t) {
        const float *x = in.x + t * channels, *next = t + 1 < in.rows ? x + channels : nullptr;
        float *even = given.to + 2 * t * channels, *odd = even + channels;
        for (int32_t c = 0; c < channels; c++) {
            const float here = active(x, c);
            even[c] = here * middle[c] + given.bias[c];
            odd[c] = here * late[c] + given.bias[c];
        }
        if (!next) return;
        for (int32_t c = 0; c < channels; c++) odd[c] += active(next, c) * early[c];
    });
}

void modulate(const float *weights, const float *offset, const float *style, int32_t columns,
              int32_t channels, float *to) {
    std::memcpy(to, offset, static_cast<size_t>(2 * channels) * sizeof(float));
    for (int32_t s = 0; s < columns; s++, weights += 2 * channels)
        for (int32_t c = 0; c < 2 * channels; c++) to[c] += weights[c] * style[s];
}

void normalise(const float *modulation, Moments moments, int32_t channels, float *scale,
               float *shift) {
    for (int32_t c = 0; c < channels; c++) {
        const double each = modulation[c] / std::sqrt(moments.variance[c] + kEpsilon);
        scale[c] = static_cast<float>(each);
        shift[c] = static_cast<float>(modulation[channels + c] - moments.mean[c] * each);
    }
}

}  // namespace kokoro
