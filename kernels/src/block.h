// A residual block of the decoder before the generator (AdainResBlk1d of StyleTTS 2).
#pragma once

#include "convolution.h"
#include "kokoro_kernels.h"

namespace kokoro {

struct BlockInput {
    int64_t rows;
    const float *x;      // [rows][input_channels]
    const float *style;  // [style_columns]
};

int64_t block_rows(const kk_block_shape &shape, int64_t input_rows);

int64_t workspace_bytes(const kk_block_shape &shape, int32_t precision, int64_t input_rows);

// Run the block with memory of `workspace_bytes`; KK_OK or KK_NO_THREADS.
kk_status run_block(const kk_block_shape &shape, int32_t precision, const void *packed,
                    const BlockInput &input, float *y, void *workspace, int32_t threads,
                    const Kernels &kernels);

}  // namespace kokoro
