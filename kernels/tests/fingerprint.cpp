// Prints a hash of what the kernels compute, for each precision, width and number of threads. The
// hashes of a precision are equal, whatever the compiler and the processor.
#include <cinttypes>
#include <cstdio>

#include "random_case.h"

template <class Shape>
static uint64_t fingerprint(int32_t precision, const kk_plan &plan, uint64_t hash) {
    Random random(1);
    for (int i = 0; i < 8; ++i) {
        const Shape shape = Kind<Shape>::random(random);
        const int64_t rows = 1 + random.below(60);
        Case<Shape> each(shape, precision, rows, random.bits());
        if (each.run(plan) != KK_OK) std::abort();
        hash = fnv1a(each.packed.data(), each.packed.bytes(), hash);
        hash = fnv1a(each.y.data(), each.y.bytes(), hash);
    }
    return hash;
}

int main() {
    for (int32_t precision : precisions(true)) {
        for (int32_t width : widths(precision)) {
            for (int32_t threads = 1; threads <= 3; ++threads) {
                const kk_plan plan = {threads, width};
                const uint64_t stages = fingerprint<kk_stage_shape>(precision, plan, 0);
                uint64_t all = fingerprint<kk_block_shape>(precision, plan, stages);
                if (precision == KK_FLOAT32)
                    all = fingerprint<kk_projection_shape>(precision, plan, all);
                std::printf("%s %016" PRIx64 " width %" PRId32 " threads %" PRId32 "\n",
                            precision == KK_FLOAT32 ? "float32" : "bfloat16", all, width, threads);
            }
        }
    }
    return kk_abilities() == 0;
}
