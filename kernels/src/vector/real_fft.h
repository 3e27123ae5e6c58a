// The discrete Fourier transform of N real numbers, unrolled, for N up to 32.
//
// Each level splits even from odd samples (Cooley and Tukey 1965) and keeps the N/2 + 1 bins that
// are not conjugates of others (Sorensen, Jones, Heideman and Burrus 1987).
#pragma once

#include "vector.h"

namespace {

// cos(2 pi k / 32); the sine is the cosine of 8 - k.
constexpr float kCosine[9] = {1.0f,
                              0.98078528040323044913f,
                              0.92387953251128675613f,
                              0.83146961230254523708f,
                              0.70710678118654752440f,
                              0.55557023301960222474f,
                              0.38268343236508977173f,
                              0.19509032201612826785f,
                              0.0f};

template <int N>
struct RealFft {
    // Each of the N/2 odd bins is turned by exp(-2 pi i k / N).
    static KK_INLINE Vector cosine(int k) { return every(kCosine[k * 32 / N]); }
    static KK_INLINE Vector sine(int k) { return every(kCosine[8 - k * 32 / N]); }

    // x [N] to the real and imaginary parts of bins 0 to N/2.
    static KK_INLINE void forward(const Vector *x, Vector *re, Vector *im) {
        Vector even[N / 2], odd[N / 2];
        Vector even_re[N / 4 + 1], even_im[N / 4 + 1], odd_re[N / 4 + 1], odd_im[N / 4 + 1];
        KK_UNROLL
        for (int i = 0; i < N / 2; i++) {
            even[i] = x[2 * i];
            odd[i] = x[2 * i + 1];
        }
        RealFft<N / 2>::forward(even, even_re, even_im);
        RealFft<N / 2>::forward(odd, odd_re, odd_im);
        re[0] = even_re[0] + odd_re[0];
        re[N / 2] = even_re[0] - odd_re[0];
        im[0] = im[N / 2] = Vector{};
        re[N / 4] = even_re[N / 4];
        im[N / 4] = -odd_re[N / 4];
        KK_UNROLL
        for (int k = 1; k < N / 4; k++) {
            const Vector turned_re = fma(cosine(k), odd_re[k], sine(k) * odd_im[k]);
            const Vector turned_im = fma(cosine(k), odd_im[k], -(sine(k) * odd_re[k]));
            re[k] = even_re[k] + turned_re;
            im[k] = even_im[k] + turned_im;
            re[N / 2 - k] = even_re[k] - turned_re;
            im[N / 2 - k] = turned_im - even_im[k];
        }
    }

    // Bins 0 to N/2 back to x, N times as large.
    static KK_INLINE void inverse(const Vector *re, const Vector *im, Vector *x) {
        Vector even[N / 2], odd[N / 2];
        Vector even_re[N / 4 + 1], even_im[N / 4 + 1], odd_re[N / 4 + 1], odd_im[N / 4 + 1];
        even_re[0] = re[0] + re[N / 2];
        odd_re[0] = re[0] - re[N / 2];
        even_re[N / 4] = re[N / 4] + re[N / 4];
        odd_re[N / 4] = -(im[N / 4] + im[N / 4]);
        even_im[0] = even_im[N / 4] = odd_im[0] = odd_im[N / 4] = Vector{};
        KK_UNROLL
        for (int k = 1; k < N / 4; k++) {
            even_re[k] = re[k] + re[N / 2 - k];
            even_im[k] = im[k] - im[N / 2 - k];
            const Vector turned_re = re[k] - re[N / 2 - k];
            const Vector turned_im = im[k] + im[N / 2 - k];
            odd_re[k] = fma(turned_re, cosine(k), -(turned_im * sine(k)));
            odd_im[k] = fma(turned_re, sine(k), turned_im * cosine(k));
        }
        RealFft<N / 2>::inverse(even_re, even_im, even);
        RealFft<N / 2>::inverse(odd_re, odd_im, odd);
        KK_UNROLL
        for (int i = 0; i < N / 2; i++) {
            x[2 * i] = even[i];
            x[2 * i + 1] = odd[i];
        }
    }
};

template <>
struct RealFft<2> {
    static KK_INLINE void forward(const Vector *x, Vector *re, Vector *im) {
        re[0] = x[0] + x[1];
        re[1] = x[0] - x[1];
        im[0] = im[1] = Vector{};
    }

    static KK_INLINE void inverse(const Vector *re, const Vector *, Vector *x) {
        x[0] = re[0] + re[1];
        x[1] = re[0] - re[1];
    }
};

}  // namespace
