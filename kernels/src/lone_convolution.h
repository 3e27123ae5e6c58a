// One convolution by itself, for tests and measurements.
#pragma once

#include "convolution.h"
#include "kokoro_kernels.h"
#include "operations.h"

namespace kokoro {

Convolution convolution_of(const kk_convolution_shape &shape, int32_t precision,
                           const kk_convolution_weights &weights);

int64_t workspace_bytes(const kk_convolution_shape &shape, int32_t precision, int64_t rows,
                        int32_t threads);

// Run a pass with memory of `workspace_bytes`; KK_OK or KK_NO_THREADS.
kk_status run_convolution(const Pass &pass, Moments moments, void *workspace, int32_t threads,
                          const Kernels &kernels);

}  // namespace kokoro
