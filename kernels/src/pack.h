// From the weights as PyTorch has them to those that the kernels read.
#pragma once

#include "kokoro_kernels.h"

namespace kokoro {

int64_t weight_count(const kk_stage_shape &shape);
int64_t weight_count(const kk_block_shape &shape);
int64_t weight_count(const kk_projection_shape &shape);

void pack(const kk_stage_shape &shape, int32_t precision, const float *weights, void *packed);
void pack(const kk_block_shape &shape, int32_t precision, const float *weights, void *packed);
void pack(const kk_projection_shape &shape, int32_t precision, const float *weights, void *packed);
void pack(const kk_convolution_shape &shape, int32_t precision, const float *weights, void *packed);

}  // namespace kokoro
