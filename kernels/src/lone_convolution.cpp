#include "lone_convolution.h"

#include "layout.h"
#include "processor.h"

namespace kokoro {

namespace {

struct Workspace {
    float *sums, *scratch;
    int64_t bytes;
};

Workspace workspace_of(const Convolution &conv, int64_t rows, int32_t threads, void *base) {
    Parts parts(base);
    Workspace space;
    space.sums = parts.floats(sum_floats(conv, rows));
    space.scratch = parts.floats(scratch_floats(conv, rows) * threads);
    space.bytes = parts.used();
    return space;
}

}  // namespace

Convolution convolution_of(const kk_convolution_shape &shape, int32_t precision,
                           const kk_convolution_weights &weights) {
    return {method_of(shape.taps, precision), shape.channels,     shape.taps,    shape.dilation,
            weights.packed,                   weights.bias, weights.alpha, weights.inverse_alpha};
}

int64_t workspace_bytes(const kk_convolution_shape &shape, int32_t precision, int64_t rows,
                        int32_t threads) {
    return workspace_of(convolution_of(shape, precision, {}), rows, threads, nullptr).bytes;
}

kk_status run_convolution(const Pass &pass, Moments moments, void *workspace, int32_t threads,
                          const Kernels &kernels) {
    const WithoutDenormals scope;
    Team team(threads);
    if (!team.complete()) return KK_NO_THREADS;
    const Workspace space = workspace_of(pass.convolution, pass.rows, threads, workspace);
    convolve(Call{team, kernels}, pass, space.sums, space.scratch, moments);
    return KK_OK;
}

}  // namespace kokoro
