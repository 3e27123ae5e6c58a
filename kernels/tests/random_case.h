// Random shapes, and what runs one with random weights and inputs in guarded memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "guarded.h"
#include "kokoro_kernels.h"

// The same numbers with every compiler and library, which std's distributions do not give.
class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}
    uint64_t bits();                 // splitmix64
    int32_t below(int32_t count);    // 0 to count - 1
    float number();                  // at least -1 and below 1
    int32_t one_of(const std::vector<int32_t> &choices);

private:
    uint64_t state_;
};

uint64_t fnv1a(const void *data, size_t bytes, uint64_t start = 0xcbf29ce484222325u);

// What this processor has, the narrowest width first.
std::vector<int32_t> precisions(bool with_bfloat16);
std::vector<int32_t> widths(int32_t precision);

// The arguments of a run, each to be changed.
template <class Shape>
struct Call {
    const Shape *shape;
    int32_t precision;
    const void *packed;
    int64_t rows;                    // of x
    const float *x, *source, *style;
    float *y;
    void *workspace;
    int64_t workspace_bytes;
    const kk_plan *plan;
};

// The functions of a kind of kernel under one name, and what else differs between the kinds.
template <class Shape>
struct Kind;

template <>
struct Kind<kk_stage_shape> {
    static constexpr auto weight_count = kk_stage_weight_count;
    static constexpr auto packed_bytes = kk_stage_packed_bytes;
    static constexpr auto pack = kk_stage_pack;
    static constexpr auto rows = kk_stage_rows;
    static constexpr auto workspace_bytes = kk_stage_workspace_bytes;
    static constexpr bool has_source = true, has_style = true, has_bfloat16 = true;
    static int64_t columns(const kk_stage_shape &shape) { return shape.channels; }
    static int64_t style(const kk_stage_shape &shape) { return shape.style_columns; }
    static int32_t run(const Call<kk_stage_shape> &call) {
        return kk_stage_run(call.shape, call.precision, call.packed, call.rows, call.x,
                            call.source, call.style, call.y, call.workspace,
                            call.workspace_bytes, call.plan);
    }
    static kk_stage_shape random(Random &random);
    static kk_stage_shape small();
};

template <>
struct Kind<kk_block_shape> {
    static constexpr auto weight_count = kk_block_weight_count;
    static constexpr auto packed_bytes = kk_block_packed_bytes;
    static constexpr auto pack = kk_block_pack;
    static constexpr auto rows = kk_block_rows;
    static constexpr auto workspace_bytes = kk_block_workspace_bytes;
    static constexpr bool has_source = false, has_style = true, has_bfloat16 = true;
    static int64_t columns(const kk_block_shape &shape) { return shape.channels; }
    static int64_t style(const kk_block_shape &shape) { return shape.style_columns; }
    static int32_t run(const Call<kk_block_shape> &call) {
        return kk_block_run(call.shape, call.precision, call.packed, call.rows, call.x, call.style,
                            call.y, call.workspace, call.workspace_bytes, call.plan);
    }
    static kk_block_shape random(Random &random);
    static kk_block_shape small();
};

template <>
struct Kind<kk_projection_shape> {
    static constexpr auto weight_count = kk_projection_weight_count;
    static constexpr auto packed_bytes = kk_projection_packed_bytes;
    static constexpr auto pack = kk_projection_pack;
    static constexpr auto rows = kk_projection_rows;
    static constexpr auto workspace_bytes = kk_projection_workspace_bytes;
    static constexpr bool has_source = false, has_style = false, has_bfloat16 = false;
    static int64_t columns(const kk_projection_shape &s) { return (s.channels + 31) / 32 * 32; }
    static int64_t style(const kk_projection_shape &) { return 0; }
    static int32_t run(const Call<kk_projection_shape> &call) {
        return kk_projection_run(call.shape, call.precision, call.packed, call.rows, call.x,
                                 call.y, call.workspace, call.workspace_bytes, call.plan);
    }
    static kk_projection_shape random(Random &random);
    static kk_projection_shape small();
};

std::string text_of(const kk_stage_shape &shape);
std::string text_of(const kk_projection_shape &shape);
std::string text_of(const kk_block_shape &shape);

inline size_t counted(int64_t count) { return count < 0 ? 0 : static_cast<size_t>(count); }

template <class Shape>
class Case {
public:
    using Functions = Kind<Shape>;

    // With `aligned` false, memory that need not be aligned to more than a float is not.
    Case(const Shape &shape, int32_t precision, int64_t input_rows, uint64_t seed,
         bool aligned = true)
        : shape(shape),
          precision(precision),
          input_rows(input_rows),
          weights(counted(Functions::weight_count(&shape)), aligned ? 0 : 4),
          x(counted(input_rows * shape.input_channels), aligned ? 0 : 20),
          style(counted(Functions::style(shape)), aligned ? 0 : 12),
          y(counted(Functions::rows(&shape, input_rows) * Functions::columns(shape)),
            aligned ? 0 : 60),
          source(Functions::has_source ? y.size() : 0, aligned ? 0 : 36),
          packed(counted(Functions::packed_bytes(&shape, precision))) {
        Random random(seed);
        for (float &each : weights) each = 0.1f * random.number();
        for (Guarded<float> *floats : {&x, &style, &source})
            for (float &each : *floats) each = random.number();
        const float *from = weights.data();
        if (Functions::pack(&shape, precision, from, packed.data()) != KK_OK) std::abort();
        sum_ = sum_of_inputs();
    }

    // Run into y, in a workspace full of NaN.
    int32_t run(const kk_plan &plan) { return run_with(source.data(), plan); }

    // Run with y in the source's place.
    int32_t run_in_place(const kk_plan &plan) {
        std::copy(source.begin(), source.end(), y.begin());
        return run_with(y.data(), plan);
    }

    std::vector<uint8_t> output() const {
        const auto *bytes = reinterpret_cast<const uint8_t *>(y.data());
        return {bytes, bytes + y.bytes()};
    }

    // True if no guard byte was changed, and no input since it was made.
    bool intact() {
        return weights.intact() && x.intact() && style.intact() && y.intact() &&
               source.intact() && packed.intact() && workspaces_intact_ &&
               sum_ == sum_of_inputs();
    }

    const Shape shape;
    const int32_t precision;
    const int64_t input_rows;
    Guarded<float> weights, x, style, y, source;
    Guarded<uint8_t> packed;

private:
    int32_t run_with(const float *given_source, const kk_plan &plan) {
        const int64_t bytes =
            Functions::workspace_bytes(&shape, precision, input_rows, plan.threads);
        Guarded<uint8_t> workspace(counted(bytes));
        std::memset(workspace.data(), 0xFF, workspace.bytes());
        const int32_t status =
            Functions::run({&shape, precision, packed.data(), input_rows, x.data(), given_source,
                            style.data(), y.data(), workspace.data(), bytes, &plan});
        workspaces_intact_ = workspaces_intact_ && workspace.intact();
        return status;
    }

    uint64_t sum_of_inputs() const {
        uint64_t sum = fnv1a(packed.data(), packed.bytes());
        for (const Guarded<float> *each : {&weights, &x, &style, &source})
            sum = fnv1a(each->data(), each->bytes(), sum);
        return sum;
    }

    uint64_t sum_ = 0;
    bool workspaces_intact_ = true;
};
