// Calls the kernels as careful and as careless callers do; made to run under sanitizers.
//
// check_memory [SECONDS [SEED]]: random shapes for so long, at least a few of them.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <thread>

#include "random_case.h"

static int passed, failed;
static std::string subject;  // What the checks are about; printed if one fails.

#define CHECK(condition) check(condition, #condition, __LINE__)

static void check(bool right, const char *condition, int line) {
    ++(right ? passed : failed);
    if (!right) std::printf("line %d: %s\n    %s\n", line, condition, subject.c_str());
}

static constexpr int64_t kHuge = std::numeric_limits<int64_t>::max();
static constexpr int32_t kMost = std::numeric_limits<int32_t>::max();

static bool is_finite(const Guarded<float> &floats) {
    return std::all_of(floats.begin(), floats.end(), [](float x) { return std::isfinite(x); });
}

static void check_library() {
    subject = "the library";
    CHECK(kk_interface() == KK_INTERFACE);
    CHECK((kk_abilities() & ~15u) == 0);
}

// The same bytes with every number of threads and width of vectors, and y in the source's place.
template <class Shape>
static void check_case(const Shape &shape, int32_t precision, int64_t rows, uint64_t seed) {
    subject = text_of(shape) + " precision " + std::to_string(precision) + ", " +
              std::to_string(rows) + " rows, seed " + std::to_string(seed);
    Case<Shape> aligned(shape, precision, rows, seed);
    CHECK(aligned.run({1, 0}) == KK_OK);
    CHECK(is_finite(aligned.y));
    const std::vector<uint8_t> expected = aligned.output();

    Case<Shape> moved(shape, precision, rows, seed, false);
    for (int32_t width : widths(precision)) {
        for (int32_t threads = 1; threads <= 3; ++threads) {
            CHECK(moved.run({threads, width}) == KK_OK);
            CHECK(moved.output() == expected);
        }
    }
    CHECK(moved.intact());
    if (Kind<Shape>::has_source) {
        CHECK(aligned.run_in_place({2, 0}) == KK_OK);
        CHECK(aligned.output() == expected);
    }
    CHECK(aligned.intact());
}

template <class Shape>
static void check_lengths() {
    for (int32_t precision : precisions(Kind<Shape>::has_bfloat16))
        for (int64_t rows : {1, 2, 3, 5, 11, 33, 101})
            check_case(Kind<Shape>::small(), precision, rows, 1);
}

template <class Shape>
static void check_random_shapes(double seconds, uint64_t seed) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    Random random(seed);
    for (int i = 0; i < 4 || Clock::now() < end; ++i) {
        const Shape shape = Kind<Shape>::random(random);
        const int64_t rows = 1 + random.below(i % 4 == 0 ? 101 : 12);
        for (int32_t precision : precisions(Kind<Shape>::has_bfloat16))
            check_case(shape, precision, rows, random.bits());
    }
}

// Zeros, denormals, the largest numbers and what is none do no harm, and what is none stays none.
template <class Shape>
static void check_unusual_numbers(int32_t precision) {
    const float largest = std::numeric_limits<float>::max();
    const float smallest = std::numeric_limits<float>::denorm_min();
    const float infinite = std::numeric_limits<float>::infinity();
    for (float value : {0.0f, smallest, largest, infinite, std::nanf("")}) {
        Case<Shape> each(Kind<Shape>::small(), precision, 9, 2);
        subject = text_of(each.shape) + " of " + std::to_string(value);
        std::fill(each.x.begin(), each.x.end(), value);
        std::fill(each.source.begin(), each.source.end(), value);
        CHECK(each.run({2, 0}) == KK_OK);
        if (std::fabs(value) < 1) CHECK(is_finite(each.y));
        if (!std::isfinite(value)) CHECK(!is_finite(each.y));
        const std::vector<uint8_t> output = each.output();
        CHECK(each.run({3, widths(precision).front()}) == KK_OK);
        if (std::isfinite(value)) CHECK(each.output() == output);
    }
}

// One NaN reaches the output whichever value of x it is.
template <class Shape>
static void check_one_nan(int32_t precision) {
    const size_t last = 9 * counted(Kind<Shape>::small().input_channels) - 1;
    for (size_t at : {size_t{0}, last / 2, last}) {
        Case<Shape> each(Kind<Shape>::small(), precision, 9, 3);
        subject = text_of(each.shape) + " with NaN at " + std::to_string(at);
        each.x.data()[at] = std::nanf("");
        CHECK(each.run({1, 0}) == KK_OK);
        CHECK(std::any_of(each.y.begin(), each.y.end(), [](float y) { return std::isnan(y); }));
    }
}

template <class Shape>
static void check_refused_shape(const Shape *shape) {
    using Functions = Kind<Shape>;
    Case<Shape> known(Functions::small(), KK_FLOAT32, 2, 4);
    Guarded<uint8_t> workspace(1 << 20);
    const kk_plan plan = {1, 0};
    CHECK(Functions::weight_count(shape) == -1);
    CHECK(Functions::packed_bytes(shape, KK_FLOAT32) == -1);
    CHECK(Functions::rows(shape, 2) == -1);
    CHECK(Functions::workspace_bytes(shape, KK_FLOAT32, 2, 1) == -1);
    CHECK(Functions::pack(shape, KK_FLOAT32, known.weights.data(), known.packed.data()) ==
          KK_BAD_ARGUMENT);
    CHECK(Functions::run({shape, KK_FLOAT32, known.packed.data(), 2, known.x.data(),
                          known.source.data(), known.style.data(), known.y.data(),
                          workspace.data(), 1 << 20, &plan}) == KK_BAD_ARGUMENT);
    CHECK(known.intact());
    CHECK(workspace.intact());
}

template <class Shape>
static void check_refused_shapes(const std::vector<std::function<void(Shape &)>> &changes) {
    subject = "no shape";
    check_refused_shape<Shape>(nullptr);
    for (const auto &change : changes) {
        Shape shape = Kind<Shape>::small();
        change(shape);
        subject = "refused " + text_of(shape);
        check_refused_shape(&shape);
    }
}

static void check_refused_stages() {
    check_refused_shapes<kk_stage_shape>({
        [](auto &s) { s.input_channels = 0; },
        [](auto &s) { s.input_channels = -32; },
        [](auto &s) { s.input_channels = 33; },
        [](auto &s) { s.input_channels = kMost; },
        [](auto &s) { s.channels = 0; },
        [](auto &s) { s.channels = 16; },
        [](auto &s) { s.channels = kMost - 31; },
        [](auto &s) { s.style_columns = 0; },
        [](auto &s) { s.style_columns = -1; },
        [](auto &s) { s.upsample_taps = 7; },
        [](auto &s) { s.upsample_taps = 0; },
        [](auto &s) { s.upsample_stride = 0; },
        [](auto &s) { s.upsample_stride = -4; },
        [](auto &s) { s.upsample_taps = -2, s.upsample_stride = kMost; },
        [](auto &s) { s.upsample_padding = -1; },
        [](auto &s) { s.upsample_padding = kMost; },
        [](auto &s) { s.mirrored = 2; },
        [](auto &s) { s.mirrored = -1; },
        [](auto &s) { s.noise_taps = 5; },
        [](auto &s) { s.noise_taps = -3; },
        [](auto &s) { s.block_taps[0] = 1; },
        [](auto &s) { s.block_taps[2] = 13; },
        [](auto &s) { s.dilations[0] = 0; },
        [](auto &s) { s.dilations[1] = -1; },
        [](auto &s) { s.dilations[2] = 6; },
    });
}

static void check_refused_blocks() {
    check_refused_shapes<kk_block_shape>({
        [](auto &s) { s.input_channels = 0; },
        [](auto &s) { s.input_channels = -1; },
        [](auto &s) { s.input_channels = kMost; },
        [](auto &s) { s.channels = 0; },
        [](auto &s) { s.channels = 33; },
        [](auto &s) { s.channels = kMost - 31; },
        [](auto &s) { s.style_columns = 0; },
        [](auto &s) { s.style_columns = kMost; },
        [](auto &s) { s.doubled = 2; },
        [](auto &s) { s.doubled = -1; },
    });
}

static void check_refused_projections() {
    check_refused_shapes<kk_projection_shape>({
        [](auto &s) { s.input_channels = 0; },
        [](auto &s) { s.input_channels = kMost; },
        [](auto &s) { s.channels = -1; },
        [](auto &s) { s.channels = kMost; },
        [](auto &s) { s.taps = 0; },
        [](auto &s) { s.taps = 65; },
        [](auto &s) { s.stride = 0; },
        [](auto &s) { s.stride = kMost; },
        [](auto &s) { s.padding = -1; },
        [](auto &s) { s.padding = 5; },
        [](auto &s) { s.slope = -0.5f; },
        [](auto &s) { s.slope = 1.5f; },
        [](auto &s) { s.slope = std::nanf(""); },
    });
}

// What would overflow, or be nothing, is refused.
template <class Shape>
static void check_sizes() {
    using Functions = Kind<Shape>;
    const Shape shape = Functions::small();
    subject = "sizes of " + text_of(shape);
    for (int64_t rows : {kHuge, kHuge / 2, int64_t{0}, int64_t{-1}, -kHuge - 1}) {
        CHECK(Functions::rows(&shape, rows) == -1);
        CHECK(Functions::workspace_bytes(&shape, KK_FLOAT32, rows, 1) == -1);
    }
    for (int32_t threads : {0, -1, -kMost, kMost})
        CHECK(Functions::workspace_bytes(&shape, KK_FLOAT32, 9, threads) == -1);
    for (int32_t precision : {-1, 2, kMost}) {
        CHECK(Functions::packed_bytes(&shape, precision) == -1);
        CHECK(Functions::workspace_bytes(&shape, precision, 9, 1) == -1);
    }
    for (int64_t rows = 1; rows > 0 && rows < kHuge / 4; rows *= 3) {
        const bool known = Functions::rows(&shape, rows) > 0;
        CHECK(known == (Functions::workspace_bytes(&shape, KK_FLOAT32, rows, 64) >= 0));
    }
}

// A refused call writes nothing.
template <class Shape>
static void check_refused_calls() {
    Case<Shape> each(Kind<Shape>::small(), KK_FLOAT32, 9, 5);
    const kk_plan plan = {2, 0};
    const int64_t bytes = Kind<Shape>::workspace_bytes(&each.shape, KK_FLOAT32, 9, plan.threads);
    Guarded<uint8_t> workspace(static_cast<size_t>(bytes));
    std::fill(workspace.begin(), workspace.end(), uint8_t{0});
    const std::vector<uint8_t> before = each.output();
    const Call<Shape> good = {&each.shape, KK_FLOAT32, each.packed.data(), 9, each.x.data(),
                              each.source.data(), each.style.data(), each.y.data(),
                              workspace.data(), bytes, &plan};
    using Change = std::function<void(Call<Shape> &)>;
    auto refused = [&](const char *name, int32_t status, const Change &change) {
        subject = text_of(each.shape) + ", " + name;
        Call<Shape> call = good;
        change(call);
        CHECK(Kind<Shape>::run(call) == status);
        CHECK(each.output() == before);
        CHECK(each.intact());
    };

    refused("no shape", KK_BAD_ARGUMENT, [](auto &call) { call.shape = nullptr; });
    refused("no weights", KK_BAD_ARGUMENT, [](auto &call) { call.packed = nullptr; });
    refused("no x", KK_BAD_ARGUMENT, [](auto &call) { call.x = nullptr; });
    if (Kind<Shape>::has_style)
        refused("no style", KK_BAD_ARGUMENT, [](auto &call) { call.style = nullptr; });
    refused("no y", KK_BAD_ARGUMENT, [](auto &call) { call.y = nullptr; });
    refused("no workspace", KK_BAD_ARGUMENT, [](auto &call) { call.workspace = nullptr; });
    refused("no plan", KK_BAD_ARGUMENT, [](auto &call) { call.plan = nullptr; });
    if (Kind<Shape>::has_source)
        refused("no source", KK_BAD_ARGUMENT, [](auto &call) { call.source = nullptr; });
    for (int64_t rows : {int64_t{0}, int64_t{-9}, kHuge})
        refused("length", KK_BAD_ARGUMENT, [=](auto &call) { call.rows = rows; });
    refused("precision", KK_BAD_ARGUMENT, [](auto &call) { call.precision = 2; });
    for (size_t offset : {4, 32}) {
        refused("misaligned weights", KK_BAD_ARGUMENT,
                [&](auto &call) { call.packed = each.packed.data() + offset; });
        refused("misaligned workspace", KK_BAD_ARGUMENT,
                [&](auto &call) { call.workspace = workspace.data() + offset; });
    }
    for (int64_t less : {bytes - 1, bytes / 2, int64_t{0}, int64_t{-1}, -kHuge})
        if (less < bytes)
            refused("small workspace", KK_SMALL_WORKSPACE,
                    [=](auto &call) { call.workspace_bytes = less; });
    for (int32_t threads : {0, -1, kMost}) {
        const kk_plan bad = {threads, 0};
        refused("threads", KK_BAD_ARGUMENT, [&](auto &call) { call.plan = &bad; });
    }
    for (int32_t width : {64, 192, -256, kk_abilities() & KK_VECTOR_128 ? 256 : 128}) {
        const kk_plan bad = {1, width};
        refused("width", KK_UNSUPPORTED, [&](auto &call) { call.plan = &bad; });
    }
    CHECK(std::all_of(workspace.begin(), workspace.end(), [](uint8_t byte) { return byte == 0; }));

    subject = text_of(each.shape) + ", the call that the refused ones were made of";
    CHECK(Kind<Shape>::run(good) == KK_OK);
    CHECK(each.output() != before);
    CHECK(workspace.intact());
}

// Packing works everywhere; running needs the tiles.
template <class Shape>
static void check_without_tiles() {
    subject = "no tiles";
    if (!Kind<Shape>::has_bfloat16 || kk_abilities() & KK_TILES) return;
    Case<Shape> each(Kind<Shape>::small(), KK_BFLOAT16, 9, 5);
    CHECK(each.run({1, 0}) == KK_UNSUPPORTED);
    CHECK(each.intact());
}

template <class Shape>
static void check_refused_packing() {
    Case<Shape> each(Kind<Shape>::small(), KK_FLOAT32, 2, 6);
    subject = "refused packing of " + text_of(each.shape);
    const float *weights = each.weights.data();
    uint8_t *packed = each.packed.data();
    CHECK(Kind<Shape>::pack(&each.shape, KK_FLOAT32, nullptr, packed) == KK_BAD_ARGUMENT);
    CHECK(Kind<Shape>::pack(&each.shape, KK_FLOAT32, weights, nullptr) == KK_BAD_ARGUMENT);
    CHECK(Kind<Shape>::pack(&each.shape, KK_FLOAT32, weights, packed + 4) == KK_BAD_ARGUMENT);
    CHECK(Kind<Shape>::pack(&each.shape, -1, weights, packed) == KK_BAD_ARGUMENT);
    CHECK(Kind<Shape>::pack(&each.shape, 2, weights, packed) == KK_BAD_ARGUMENT);
    CHECK(each.intact());
}

// Several calls at once, each with threads of its own, give what one gives alone.
template <class Shape>
static void check_calls_at_once(int32_t precision) {
    subject = "calls at once";
    Case<Shape> alone(Kind<Shape>::small(), precision, 40, 7);
    CHECK(alone.run({1, 0}) == KK_OK);
    std::vector<int> right(3, 0);
    std::vector<std::thread> callers;
    for (int &each : right) {
        callers.emplace_back([&each, &alone, precision] {
            Case<Shape> own(Kind<Shape>::small(), precision, 40, 7);
            for (int32_t turn = 0; turn < 4; ++turn)
                each += own.run({1 + turn % 2, 0}) == KK_OK && own.output() == alone.output() &&
                        own.intact();
        });
    }
    for (std::thread &each : callers) each.join();
    CHECK(right == std::vector<int>(3, 4));
}

template <class Shape>
static void check_kind(double seconds, uint64_t seed) {
    check_sizes<Shape>();
    check_refused_packing<Shape>();
    check_refused_calls<Shape>();
    check_without_tiles<Shape>();
    check_lengths<Shape>();
    for (int32_t precision : precisions(Kind<Shape>::has_bfloat16)) {
        check_unusual_numbers<Shape>(precision);
        check_one_nan<Shape>(precision);
        check_calls_at_once<Shape>(precision);
    }
    check_random_shapes<Shape>(seconds, seed);
}

int main(int count, char **arguments) {
    const double seconds = count > 1 ? std::atof(arguments[1]) : 0;
    const uint64_t seed = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1;
    check_library();
    if (kk_abilities() == 0) {
        std::printf("The kernels do not run on this processor.\n");
        return 1;
    }
    check_refused_stages();
    check_refused_blocks();
    check_refused_projections();
    check_kind<kk_stage_shape>(seconds / 3, seed);
    check_kind<kk_block_shape>(seconds / 3, seed);
    check_kind<kk_projection_shape>(seconds / 3, seed);
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
