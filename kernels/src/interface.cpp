// The C interface: checks arguments and chooses the kernels of an instruction set.
#include "kokoro_kernels.h"

#include <cstdint>

#include "block.h"
#include "convolution.h"
#include "layout.h"
#include "lone_convolution.h"
#include "pack.h"
#include "processor.h"
#include "projection.h"
#include "stage.h"

using namespace kokoro;

namespace {

constexpr int64_t kMostRows = int64_t{1} << 24;  // Hours of speech; sizes stay far from overflow.
constexpr int32_t kMostThreads = 256;

bool is_precision(int32_t precision) {
    return precision == KK_FLOAT32 || precision == KK_BFLOAT16;
}

bool is_length(int64_t rows) { return rows >= 1 && rows <= kMostRows; }

bool is_aligned(const void *memory) {
    return memory && reinterpret_cast<uintptr_t>(memory) % kAlignment == 0;
}

// The kernels of a precision for vectors of `width` bits, 0 for the widest; null if the processor
// lacks them.
const Kernels *kernels_of(int32_t precision, int32_t width) {
    const uint32_t found = abilities();
#if defined(__x86_64__)
    if (precision == KK_BFLOAT16)
        return (width == 0 || width == 512) && found & KK_TILES ? &tiles::kernels : nullptr;
    if ((width == 0 || width == 512) && found & KK_VECTOR_512) return &width512::kernels;
    if ((width == 0 || width == 256) && found & KK_VECTOR_256) return &width256::kernels;
#else
    if (precision == KK_BFLOAT16) return nullptr;
    if ((width == 0 || width == 128) && found & KK_VECTOR_128) return &width128::kernels;
#endif
    return nullptr;
}

bool is_threads(int32_t threads) { return threads >= 1 && threads <= kMostThreads; }

template <class Shape>
bool is_known(const Shape *shape, int32_t precision) {
    return kokoro::is_known(shape) && is_precision(precision);
}

bool is_projection(const kk_projection_shape *shape, int32_t precision) {
    return kokoro::is_known(shape) && precision == KK_FLOAT32;
}

template <class Shape>
int32_t pack_checked(const Shape *shape, int32_t precision, const float *weights, void *packed) {
    if (!is_known(shape, precision) || !weights || !is_aligned(packed)) return KK_BAD_ARGUMENT;
    pack(*shape, precision, weights, packed);
    return KK_OK;
}

// What every run checks after its pointers. `needed` is what its kk_*_workspace_bytes returns.
int32_t check(const void *packed, const void *workspace, int64_t workspace_bytes, int64_t needed,
              const Kernels *kernels) {
    if (!is_aligned(packed) || !is_aligned(workspace) || needed < 0) return KK_BAD_ARGUMENT;
    if (workspace_bytes < needed) return KK_SMALL_WORKSPACE;
    return kernels ? KK_OK : KK_UNSUPPORTED;
}

}  // namespace

#define KK_PUBLIC extern "C" __attribute__((visibility("default")))

KK_PUBLIC int32_t kk_interface(void) { return KK_INTERFACE; }

KK_PUBLIC uint32_t kk_abilities(void) { return abilities(); }

// Stages

KK_PUBLIC int64_t kk_stage_weight_count(const kk_stage_shape *shape) {
    return kokoro::is_known(shape) ? weight_count(*shape) : -1;
}

KK_PUBLIC int64_t kk_stage_packed_bytes(const kk_stage_shape *shape, int32_t precision) {
    return is_known(shape, precision) ? packed_stage(*shape, precision, nullptr).bytes : -1;
}

KK_PUBLIC int32_t kk_stage_pack(const kk_stage_shape *shape, int32_t precision,
                                const float *weights, void *packed) {
    return pack_checked(shape, precision, weights, packed);
}

KK_PUBLIC int64_t kk_stage_rows(const kk_stage_shape *shape, int64_t input_rows) {
    return kokoro::is_known(shape) && is_length(input_rows) ? stage_rows(*shape, input_rows) : -1;
}

KK_PUBLIC int64_t kk_stage_workspace_bytes(const kk_stage_shape *shape, int32_t precision,
                                           int64_t input_rows, int32_t threads) {
    if (!is_known(shape, precision) || !is_length(input_rows) || !is_threads(threads)) return -1;
    return workspace_bytes(*shape, precision, input_rows, threads);
}

KK_PUBLIC int32_t kk_stage_run(const kk_stage_shape *shape, int32_t precision, const void *packed,
                               int64_t input_rows, const float *x, const float *source,
                               const float *style, float *y, void *workspace,
                               int64_t workspace_bytes, const kk_plan *plan) {
    if (!plan || !x || !source || !style || !y) return KK_BAD_ARGUMENT;
    const int64_t needed = kk_stage_workspace_bytes(shape, precision, input_rows, plan->threads);
    const Kernels *kernels = kernels_of(precision, plan->width);
    if (const int32_t bad = check(packed, workspace, workspace_bytes, needed, kernels)) return bad;
    return run_stage(*shape, precision, packed, {input_rows, x, source, style}, y, workspace,
                     plan->threads, *kernels);
}

// Blocks

KK_PUBLIC int64_t kk_block_weight_count(const kk_block_shape *shape) {
    return kokoro::is_known(shape) ? weight_count(*shape) : -1;
}

KK_PUBLIC int64_t kk_block_packed_bytes(const kk_block_shape *shape, int32_t precision) {
    return is_known(shape, precision) ? packed_block(*shape, precision, nullptr).bytes : -1;
}

KK_PUBLIC int32_t kk_block_pack(const kk_block_shape *shape, int32_t precision,
                                const float *weights, void *packed) {
    return pack_checked(shape, precision, weights, packed);
}

KK_PUBLIC int64_t kk_block_rows(const kk_block_shape *shape, int64_t input_rows) {
    return kokoro::is_known(shape) && is_length(input_rows) ? block_rows(*shape, input_rows) : -1;
}

KK_PUBLIC int64_t kk_block_workspace_bytes(const kk_block_shape *shape, int32_t precision,
                                           int64_t input_rows, int32_t threads) {
    if (!is_known(shape, precision) || !is_length(input_rows) || !is_threads(threads)) return -1;
    return workspace_bytes(*shape, precision, input_rows);
}

KK_PUBLIC int32_t kk_block_run(const kk_block_shape *shape, int32_t precision, const void *packed,
                               int64_t input_rows, const float *x, const float *style, float *y,
                               void *workspace, int64_t workspace_bytes, const kk_plan *plan) {
    if (!plan || !x || !style || !y) return KK_BAD_ARGUMENT;
    const int64_t needed = kk_block_workspace_bytes(shape, precision, input_rows, plan->threads);
    const Kernels *kernels = kernels_of(precision, plan->width);
    if (const int32_t bad = check(packed, workspace, workspace_bytes, needed, kernels)) return bad;
    return run_block(*shape, precision, packed, {input_rows, x, style}, y, workspace,
                     plan->threads, *kernels);
}

// Projections

KK_PUBLIC int64_t kk_projection_weight_count(const kk_projection_shape *shape) {
    return kokoro::is_known(shape) ? weight_count(*shape) : -1;
}

KK_PUBLIC int64_t kk_projection_packed_bytes(const kk_projection_shape *shape, int32_t precision) {
    return is_projection(shape, precision) ? packed_projection(*shape, nullptr).bytes : -1;
}

KK_PUBLIC int32_t kk_projection_pack(const kk_projection_shape *shape, int32_t precision,
                                     const float *weights, void *packed) {
    if (!is_projection(shape, precision)) return KK_BAD_ARGUMENT;
    return pack_checked(shape, precision, weights, packed);
}

KK_PUBLIC int64_t kk_projection_rows(const kk_projection_shape *shape, int64_t input_rows) {
    if (!kokoro::is_known(shape) || !is_length(input_rows)) return -1;
    const int64_t rows = projection_rows(*shape, input_rows);
    return rows > 0 ? rows : -1;
}

KK_PUBLIC int64_t kk_projection_workspace_bytes(const kk_projection_shape *shape,
                                                int32_t precision, int64_t input_rows,
                                                int32_t threads) {
    if (!is_projection(shape, precision) || kk_projection_rows(shape, input_rows) < 0) return -1;
    return is_threads(threads) ? workspace_bytes(*shape, threads) : -1;
}

KK_PUBLIC int32_t kk_projection_run(const kk_projection_shape *shape, int32_t precision,
                                    const void *packed, int64_t input_rows, const float *x,
                                    float *y, void *workspace, int64_t workspace_bytes,
                                    const kk_plan *plan) {
    if (!plan || !x || !y) return KK_BAD_ARGUMENT;
    const int64_t needed =
        kk_projection_workspace_bytes(shape, precision, input_rows, plan->threads);
    const Kernels *kernels = kernels_of(precision, plan->width);
    if (const int32_t bad = check(packed, workspace, workspace_bytes, needed, kernels)) return bad;
    return run_projection(*shape, packed, input_rows, x, y, workspace, plan->threads, *kernels);
}

// Convolutions by themselves

KK_PUBLIC int64_t kk_convolution_packed_bytes(const kk_convolution_shape *shape,
                                              int32_t precision) {
    if (!is_known(shape, precision)) return -1;
    return weight_bytes(method_of(shape->taps, precision), shape->channels, shape->taps);
}

KK_PUBLIC int32_t kk_convolution_pack(const kk_convolution_shape *shape, int32_t precision,
                                      const float *weights, void *packed) {
    return pack_checked(shape, precision, weights, packed);
}

KK_PUBLIC int64_t kk_convolution_workspace_bytes(const kk_convolution_shape *shape,
                                                 int32_t precision, int64_t rows,
                                                 int32_t threads) {
    if (!is_known(shape, precision) || !is_length(rows) || !is_threads(threads)) return -1;
    return workspace_bytes(*shape, precision, rows, threads);
}

KK_PUBLIC int32_t kk_convolution_run(const kk_convolution_shape *shape, int32_t precision,
                                     const kk_convolution_weights *weights, int64_t rows,
                                     const float *x, const float *residual, float *y, double *mean,
                                     double *variance, void *workspace, int64_t workspace_bytes,
                                     const kk_plan *plan) {
    if (!plan || !weights || !x || !y || !mean || !variance) return KK_BAD_ARGUMENT;
    if (!weights->bias || !weights->alpha || !weights->inverse_alpha || !weights->scale ||
        !weights->shift)
        return KK_BAD_ARGUMENT;
    const int64_t needed = kk_convolution_workspace_bytes(shape, precision, rows, plan->threads);
    const Kernels *kernels = kernels_of(precision, plan->width);
    if (const int32_t bad = check(weights->packed, workspace, workspace_bytes, needed, kernels))
        return bad;
    Pass pass = {};
    pass.convolution = convolution_of(*shape, precision, *weights);
    pass.x = x;
    pass.scale = weights->scale;
    pass.shift = weights->shift;
    pass.residual = residual;
    pass.gain = 1;
    pass.y = y;
    pass.rows = rows;
    return run_convolution(pass, {mean, variance}, workspace, plan->threads, *kernels);
}
