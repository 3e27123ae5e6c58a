// A convolution of few taps or columns in float32.
#pragma once

#include "convolution.h"
#include "kokoro_kernels.h"

namespace kokoro {

int64_t projection_rows(const kk_projection_shape &shape, int64_t input_rows);

int64_t workspace_bytes(const kk_projection_shape &shape, int32_t threads);

// Run it with memory of `workspace_bytes`; KK_OK or KK_NO_THREADS.
kk_status run_projection(const kk_projection_shape &shape, const void *packed, int64_t input_rows,
                         const float *x, float *y, void *workspace, int32_t threads,
                         const Kernels &kernels);

}  // namespace kokoro
