// Vectors of KK_WIDTH bits by the extensions of GCC and Clang, in a namespace of their own.
//
// No header of the C++ library: its inline functions, compiled here for new processors, could be
// the ones that the linker keeps for all. Products and sums are fused where `fma` says so and
// nowhere else (-ffp-contract=off), so that all compilers and widths give the same bits.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if KK_WIDTH == 128
#include <arm_neon.h>
#else
#include <immintrin.h>
#endif

#define KK_INLINE inline __attribute__((always_inline))

#ifdef __clang__
#define KK_UNROLL _Pragma("clang loop unroll(full)")
#else
#define KK_UNROLL _Pragma("GCC unroll 32")
#endif

namespace {

constexpr int kLanes = KK_WIDTH / 32;

typedef float Vector __attribute__((vector_size(KK_WIDTH / 8)));
typedef float LooseVector __attribute__((vector_size(KK_WIDTH / 8), aligned(4), may_alias));

KK_INLINE Vector load(const float *from) { return *reinterpret_cast<const LooseVector *>(from); }
KK_INLINE void store(float *to, Vector x) { *reinterpret_cast<LooseVector *>(to) = x; }
KK_INLINE Vector every(float x) { return x - Vector{}; }

// a * b + c, rounded once.
KK_INLINE Vector fma(Vector a, Vector b, Vector c) {
#if KK_WIDTH == 512
    return _mm512_fmadd_ps(a, b, c);
#elif KK_WIDTH == 256
    return _mm256_fmadd_ps(a, b, c);
#else
    return vfmaq_f32(c, a, b);
#endif
}

// x + sin(alpha x)^2 / alpha.
//
// The sine is reduced to [-pi/2, pi/2] by a multiple of pi, in two steps (Cody and Waite), and
// taken from an odd polynomial of degree 9. Its sign does not matter. The error is about 1e-7 for
// angles up to 1e4; from 1e7 on the result is wrong. What a norm gives is far below.
KK_INLINE Vector snake(Vector x, Vector alpha, Vector inverse_alpha) {
    const Vector round = every(12582912.0f);  // 1.5 * 2^23: adding it drops the fraction.
    const Vector angle = x * alpha;
    const Vector turns = fma(angle, every(0.31830988618f), round) - round;
    Vector rest = fma(turns, every(-3.140625f), angle);
    rest = fma(turns, every(-9.67653589793e-4f), rest);
    const Vector square = rest * rest;
    Vector sine = fma(every(-2.3889859e-8f), square, every(2.7525562e-6f));
    sine = fma(sine, square, every(-1.9840874e-4f));
    sine = fma(sine, square, every(8.3333310e-3f));
    sine = fma(sine, square, every(-1.6666667e-1f));
    sine = fma(sine * square, rest, rest);
    return fma(sine * sine, inverse_alpha, x);
}

}  // namespace
