// A convolution of the generator, and the functions that compute a part of one.
//
//   y[t] = (bias + sum over j of weights_j * u[t + (j - taps / 2) * dilation] + residuals[t]) * gain
//   u    = snake(scale * x + shift), and zero outside of x
//
// Each tile, a run of rows, is computed by itself. How a convolution is cut into tiles depends on
// its shape only, never on the threads or the width of vectors.
#pragma once

#include <stdint.h>

namespace kokoro {

enum class Method {
    toom_cook,  // F(4, 3)
    real_fft,   // 32 points
    tiles       // bfloat16, by AMX
};

struct Convolution {
    Method method;
    int32_t channels, taps, dilation;
    // What `pack.h` made of the weights for the method.
    const void *weights;
    const float *bias;
    const float *alpha, *inverse_alpha;
};

// One run of a convolution over `rows` rows.
struct Pass {
    Convolution convolution;
    const float *x;
    const float *scale, *shift;        // of AdaIN, by channel
    const float *residual, *residual2; // null if there is none; may be y
    float gain;
    float *y;
    int64_t rows;
    int64_t tile_rows;
    // By tile: pivot, sum and sum of squares about the pivot of y, each by channel.
    float *sums;
};

// A matrix product over a few taps, for what needs no fast convolution:
//
//   y[m] = (bias + sum over j of weights_j x[m + j * tap_rows] + residual[m]) * gain
//
// A convolution of few rows, one tap for a plain matrix product, or a transposed convolution: of
// twice as many taps as its stride it has two taps and stride * channels columns, which are the
// `stride` rows that begin at m * stride.
struct Dense {
    int64_t rows;
    int32_t depth;   // numbers of x for a tap; in bfloat16 a multiple of 32
    int32_t x_row;   // floats from a row of x to the next
    int32_t columns; // of y: a multiple of 32
    int32_t taps, tap_rows;
    const void *x;       // activated, at row 0; the rows before and after that a tap meets are there
    const void *weights; // as `pack_dense` makes them
    const float *bias;   // [channels], which divides the columns; null if there is none
    int32_t channels;
    const float *residual; // null if there is none; may be y
    float gain;
    // Of all floats [rows][columns] only those from `begin` to `end` are kept. y and residual are
    // where `begin` is.
    float *y;
    int64_t begin, end;
};

// What makes the x of a Dense: leaky_relu(scale * x + shift), rounded to the precision, with zeros
// in the columns from `channels` to `width`.
struct Activation {
    const float *x;
    int64_t rows;
    int32_t channels, width;
    const float *scale, *shift; // null: 1 and 0
    float slope;
    void *to;
};

constexpr int32_t kPanel = 16;  // Columns of packed weights that lie together.

// Rows and columns of y in one task of a Dense.
constexpr int64_t kDenseRows = 224, kDenseColumns = 32;

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// The functions of one instruction set and precision.
struct Kernels {
    void (*convolve)(const Pass &, int64_t tile, float *scratch);
    void (*dense)(const Dense &, int64_t first_row, int64_t first_column);
    void (*activate)(const Activation &, int64_t first_row, int64_t rows);
    void (*sums)(const float *x, int64_t rows, int32_t channels, float *sums);
};

namespace width128 { extern const Kernels kernels; }
namespace width256 { extern const Kernels kernels; }
namespace width512 { extern const Kernels kernels; }
namespace tiles { extern const Kernels kernels; }

}  // namespace kokoro
