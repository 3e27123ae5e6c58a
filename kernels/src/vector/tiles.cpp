// Convolution in bfloat16 by the tiles of AMX: an implicit matrix product over the taps, 32 rows by
// 32 columns at a time. Products are of bfloat16, sums of float32.
#define KK_WIDTH 512
#include "../convolution.h"
#include "dense.h"
#include "sums.h"
#include "vector.h"

namespace {

using kokoro::Activation;
using kokoro::Convolution;
using kokoro::Dense;
using kokoro::least;
using kokoro::Pass;

// What was stored is in memory before the next instruction.
#define KK_BARRIER(address) __asm__ __volatile__("" : : "r"(address) : "memory")

constexpr int kSide = 32;                    // Rows and columns of y at a time: 2 by 2 tiles.
constexpr int kTileRows = 16;
constexpr int kPairs = 16 * 32;              // bfloat16s in a tile.
constexpr int64_t kFewChannels = 128;        // So few that all weights of a tap fit beside y.

// The operand of LDTILECFG (Intel SDM, volume 1, chapter 18).
struct alignas(64) TileConfiguration {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
};

// All eight tiles are 16 rows of 64 bytes. They are this thread's until the end of the scope.
struct Tiles {
    Tiles() {
        TileConfiguration configuration;
        memset(&configuration, 0, sizeof configuration);
        configuration.palette = 1;
        for (int i = 0; i < 8; i++) {
            configuration.row_bytes[i] = 64;
            configuration.rows[i] = kTileRows;
        }
        // GCC does not say that this instruction reads all of its operand.
        KK_BARRIER(&configuration);
        _tile_loadconfig(&configuration);
    }
    ~Tiles() { _tile_release(); }
};

// Rows [first, first + count) of snake(scale x + shift) in bfloat16, zero outside of x.
void activate_rows(const Pass &pass, int64_t first, int64_t count, uint16_t *to) {
    const Convolution &conv = pass.convolution;
    const int64_t channels = conv.channels;
    const auto snaked = [&](const float *x, int64_t c) {
        const Vector normed = fma(load(x + c), load(pass.scale + c), load(pass.shift + c));
        return snake(normed, load(conv.alpha + c), load(conv.inverse_alpha + c));
    };
    for (int64_t i = 0; i < count; i++, to += channels) {
        const int64_t t = first + i;
        if (t < 0 || t >= pass.rows) {
            memset(to, 0, static_cast<size_t>(channels) * sizeof *to);
            continue;
        }
        const float *x = pass.x + t * channels;
        for (int64_t c = 0; c < channels; c += 32)
            _mm512_store_si512(to + c, (__m512i)_mm512_cvtne2ps_pbh(snaked(x, c + 16), snaked(x, c)));
    }
}

// Rows of bfloat16 that are multiplied: those of tap j begin `tap` elements after those of j - 1.
struct Rows {
    const uint16_t *first;
    int64_t channels, row, tap;
    int32_t taps;
};

// products [32][32] = 32 rows, times 32 columns of weights [taps][channels / 32][2 tiles].
void multiply(const Rows &rows, const uint16_t *weights, float *products) {
    KK_BARRIER(rows.first);  // Nor that tiles are loaded from memory.
    const size_t row_bytes = static_cast<size_t>(rows.row) * sizeof *weights;
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (int32_t j = 0; j < rows.taps; j++) {
        const uint16_t *upper = rows.first + j * rows.tap;
        const uint16_t *lower = upper + kTileRows * rows.row;
        for (int64_t c = 0; c < rows.channels; c += 32, weights += 2 * kPairs) {
            _tile_loadd(4, upper + c, row_bytes);
            _tile_loadd(6, weights, 64);
            _tile_loadd(5, lower + c, row_bytes);
            _tile_loadd(7, weights + kPairs, 64);
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(2, 5, 6);
            _tile_dpbf16ps(3, 5, 7);
        }
    }
    const int row = kSide * sizeof(float);
    _tile_stored(0, products, row);
    _tile_stored(1, products + 16, row);
    _tile_stored(2, products + 16 * kSide, row);
    _tile_stored(3, products + 16 * kSide + 16, row);
}

// Add bias and residuals to 32 columns of some rows, keep them, and add up their sums.
void finish(const Pass &pass, const float *products, int64_t first, int64_t count, int64_t column,
            float *sums, bool is_first) {
    const int64_t channels = pass.convolution.channels;
    for (int64_t c = column; c < column + kSide; c += kLanes, products += kLanes) {
        const Vector bias = load(pass.convolution.bias + c), gain = every(pass.gain);
        float *pivot = sums + c, *sum = pivot + channels, *squares = sum + channels;
        Vector total = {}, total_squares = {};
        for (int64_t i = 0; i < count; i++) {
            const int64_t at = (first + i) * channels + c;
            Vector value = load(products + i * kSide) + bias;
            if (pass.residual) value += load(pass.residual + at);
            if (pass.residual2) value += load(pass.residual2 + at);
            value *= gain;
            if (is_first && i == 0) store(pivot, value);
            store(pass.y + at, value);
            const Vector distance = value - load(pivot);
            total += distance;
            total_squares = fma(distance, distance, total_squares);
        }
        store(sum, load(sum) + total);
        store(squares, load(squares) + total_squares);
    }
}

// Fetch a share of the lines that the next rows are written to and added from.
void fetch_share(const Pass &pass, int64_t row, int64_t share) {
    const int64_t channels = pass.convolution.channels;
    const int64_t begin = row * channels + share * kSide * kSide;
    const int64_t end = least(begin + kSide * kSide, pass.rows * channels);
    for (int64_t at = begin; at < end; at += 16) {
        __builtin_prefetch(pass.y + at, 1, 2);
        if (pass.residual) __builtin_prefetch(pass.residual + at, 0, 2);
        if (pass.residual2) __builtin_prefetch(pass.residual2 + at, 0, 2);
    }
}

void convolve(const Pass &pass, int64_t tile, float *scratch) {
    const Convolution &conv = pass.convolution;
    const int64_t channels = conv.channels, reach = int64_t{conv.taps} / 2 * conv.dilation;
    const int64_t first = tile * pass.tile_rows;
    const int64_t rows = least(pass.tile_rows, pass.rows - first);
    const int64_t padded = (rows + kSide - 1) / kSide * kSide;
    uint16_t *input = reinterpret_cast<uint16_t *>(scratch);
    activate_rows(pass, first - reach, padded + 2 * reach, input);
    float *sums = pass.sums + tile * 3 * channels;
    memset(sums + channels, 0, 2 * static_cast<size_t>(channels) * sizeof(float));
    const uint16_t *weights = static_cast<const uint16_t *>(conv.weights);
    const int64_t column_weights = kSide * channels * conv.taps;
    alignas(64) float products[kSide * kSide];
    const Tiles ours;
    // Few channels: all columns of 32 rows, whose y stays in the cache. Many: all rows of 32
    // columns, whose weights do.
    const int64_t step = channels <= kFewChannels ? kSide : padded;
    for (int64_t from = 0; from < rows; from += step)
        for (int64_t column = 0; column < channels; column += kSide) {
            if (step == kSide) fetch_share(pass, first + from + kSide, column / kSide);
            for (int64_t i = from; i < least(from + step, rows); i += kSide) {
                const Rows read = {input + i * channels, channels, channels,
                                   conv.dilation * channels, conv.taps};
                multiply(read, weights + column / kSide * column_weights, products);
                finish(pass, products, first + i, least(kSide, rows - i), column, sums, i == 0);
            }
        }
}

void activate(const Activation &given, int64_t first_row, int64_t rows) {
    const int32_t channels = given.channels;
    const Vector slope = every(given.slope);
    const float *x = given.x + first_row * channels;
    uint16_t *to = static_cast<uint16_t *>(given.to) + first_row * given.width;
    for (int64_t t = 0; t < rows; t++, x += channels)
        for (int32_t c = 0; c < given.width; c += 32, to += 32) {
            alignas(64) float values[32] = {};
            for (int32_t v = 0; v < 32 && c + v < channels; v += kLanes) {
                if (c + v + kLanes <= channels) {
                    store(values + v, leaky(normed(load(x + c + v), given, c + v), slope));
                    continue;
                }
                for (int32_t i = c + v; i < channels; i++)
                    values[i - c] = leaky(normed(every(x[i]), given, i, true), slope)[0];
            }
            _mm512_storeu_si512(
                to, (__m512i)_mm512_cvtne2ps_pbh(load(values + kLanes), load(values)));
        }
}

// The rows after the last that are read with it are there; their products are not kept.
void dense(const Dense &given, int64_t row, int64_t column) {
    const int64_t count = least(kokoro::kDenseRows, given.rows - row);
    const uint16_t *x = static_cast<const uint16_t *>(given.x);
    const uint16_t *weights = static_cast<const uint16_t *>(given.weights);
    const int64_t column_weights = int64_t{kSide} * given.depth * given.taps;
    alignas(64) float products[kSide * kSide];
    const Tiles ours;
    for (int64_t i = row; i < row + count; i += kSide) {
        const Rows read = {x + i * given.x_row, given.depth, given.x_row,
                           int64_t{given.tap_rows} * given.x_row, given.taps};
        multiply(read, weights + column / kSide * column_weights, products);
        finish_dense(given, i, least(kSide, row + count - i), column, products);
    }
}

}  // namespace

namespace kokoro {
namespace tiles {
const Kernels kernels = {convolve, dense, activate, add_sums};
}
}  // namespace kokoro
