// The operations of the network, each shared by a team. They take all memory from the caller.
#pragma once

#include <stdint.h>

#include "convolution.h"
#include "team.h"

namespace kokoro {

struct Call {
    Team &team;
    const Kernels &kernels;
};

// Mean and variance by channel.
struct Moments {
    double *mean, *variance;
};

// The rows of a tile of a convolution; they depend on nothing but the shape.
int64_t tile_rows(const Convolution &, int64_t rows);

// Floats that a thread needs for a tile: a multiple of the alignment.
int64_t scratch_floats(const Convolution &, int64_t rows);

// Floats of sums that `convolve` and `take_moments` need.
int64_t sum_floats(const Convolution &, int64_t rows);
int64_t sum_floats(int64_t rows, int32_t channels);

// Run a pass, whose tile_rows and sums are set here; moments of y. Each thread has `scratch_floats`
// at `scratch`.
void convolve(const Call &, Pass pass, float *sums, float *scratch, Moments moments);

void take_moments(const Call &, const float *x, int64_t rows, int32_t channels, float *sums,
                  Moments moments);

void activate(const Call &, const Activation &);
void dense(const Call &, const Dense &);

// The transposed depthwise convolution of three taps and stride 2 of what an Activation gives:
// from [rows][channels] to [2 rows][channels].
struct Pool {
    Activation input;   // Its width and `to` are not used.
    const float *taps;  // [3][channels]
    const float *bias;
    float *to;
};

void pool(const Call &, const Pool &);

// The style's part of an AdaIN: to [2 channels], scale and shift, is weights [columns][2 channels]
// by style, plus offset.
void modulate(const float *weights, const float *offset, const float *style, int32_t columns,
              int32_t channels, float *to);

// Fold mean and variance into the scale and shift of an AdaIN.
void normalise(const float *modulation, Moments moments, int32_t channels, float *scale,
               float *shift);

}  // namespace kokoro
