// A stage of the generator: upsampling, the noise block and three residual blocks.
#pragma once

#include "convolution.h"
#include "kokoro_kernels.h"

namespace kokoro {

struct StageInput {
    int64_t rows;         // of x
    const float *x;       // [rows][input_channels]
    const float *source;  // [stage_rows][channels]
    const float *style;   // [style_columns]
};

int64_t stage_rows(const kk_stage_shape &shape, int64_t input_rows);

int64_t workspace_bytes(const kk_stage_shape &shape, int32_t precision, int64_t input_rows,
                        int32_t threads);

// Run the stage with memory of `workspace_bytes`; KK_OK or KK_NO_THREADS.
kk_status run_stage(const kk_stage_shape &shape, int32_t precision, const void *packed,
                    const StageInput &input, float *y, void *workspace, int32_t threads,
                    const Kernels &kernels);

}  // namespace kokoro
