// The transforms of `../transforms.h` on vectors, a channel a lane.
//
// `forward` reads points that are `step` floats apart and writes the numbers to be multiplied into
// planes that are `plane` floats apart; `inverse` reads the products from such planes.
#pragma once

#include "../transforms.h"
#include "real_fft.h"

namespace {

struct ToomCook43 : kokoro::ToomCook43 {
    static KK_INLINE void forward(const float *x, ptrdiff_t step, float *to, ptrdiff_t plane) {
        Vector d[6];
        KK_UNROLL
        for (int i = 0; i < 6; i++) d[i] = load(x + i * step);
        const Vector two = every(2), four = every(4), minus_four = every(-4), minus_five = every(-5);
        const Vector even1 = fma(minus_four, d[2], d[4]), odd1 = fma(minus_four, d[1], d[3]);
        const Vector even2 = d[4] - d[2], odd2 = two * (d[3] - d[1]);
        store(to, fma(four, d[0], fma(minus_five, d[2], d[4])));
        store(to + plane, even1 + odd1);
        store(to + 2 * plane, even1 - odd1);
        store(to + 3 * plane, even2 + odd2);
        store(to + 4 * plane, even2 - odd2);
        store(to + 5 * plane, fma(four, d[1], fma(minus_five, d[3], d[5])));
    }

    static KK_INLINE void inverse(const float *products, ptrdiff_t plane, Vector *y) {
        Vector p[6];
        KK_UNROLL
        for (int i = 0; i < 6; i++) p[i] = load(products + i * plane);
        const Vector sum1 = p[1] + p[2], difference1 = p[1] - p[2];
        const Vector sum2 = p[3] + p[4], difference2 = p[3] - p[4];
        y[0] = p[0] + sum1 + sum2;
        y[1] = fma(every(2), difference2, difference1);
        y[2] = fma(every(4), sum2, sum1);
        y[3] = fma(every(8), difference2, difference1) + p[5];
    }
};

// (a + bi)(c + di) by Gauss: with k1 = c (a + b), k2 = a (d - c) and k3 = b (c + d) the real part
// is k1 - k3 and the imaginary part k1 + k2. Of each bin the planes are a + b, a and b.
template <int K>
struct FftConvolution : kokoro::FftConvolution<K> {
    using Size = kokoro::FftConvolution<K>;
    static constexpr int N = Size::kPoints;

    static KK_INLINE void forward(const float *x, ptrdiff_t step, float *to, ptrdiff_t plane) {
        Vector points[N], re[N / 2 + 1], im[N / 2 + 1];
        KK_UNROLL
        for (int i = 0; i < N; i++) points[i] = load(x + i * step);
        RealFft<N>::forward(points, re, im);
        store(to, re[0]);
        store(to + plane, re[N / 2]);
        KK_UNROLL
        for (int bin = 1; bin <= Size::kBins; bin++) {
            float *planes = to + (3 * bin - 1) * plane;
            store(planes, re[bin] + im[bin]);
            store(planes + plane, re[bin]);
            store(planes + 2 * plane, im[bin]);
        }
    }

    static KK_INLINE void inverse(const float *products, ptrdiff_t plane, Vector *y) {
        Vector points[N], re[N / 2 + 1], im[N / 2 + 1];
        re[0] = load(products);
        re[N / 2] = load(products + plane);
        im[0] = im[N / 2] = Vector{};
        KK_UNROLL
        for (int bin = 1; bin <= Size::kBins; bin++) {
            const float *planes = products + (3 * bin - 1) * plane;
            const Vector k1 = load(planes), k2 = load(planes + plane), k3 = load(planes + 2 * plane);
            re[bin] = k1 - k3;
            im[bin] = k1 + k2;
        }
        RealFft<N>::inverse(re, im, points);
        KK_UNROLL
        for (int i = 0; i < Size::kOutputs; i++) y[i] = points[i];
    }
};

}  // namespace
