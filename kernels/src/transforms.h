// The two fast convolutions: how many points they take, outputs they give, products they need and
// weights they keep for a pair of channels.
//
// Inputs of product r lie kBehind planes behind its results, which overwrite inputs that are done
// with: those of the product before, or of the three of the bin before.
//
// A convolution of K taps is done in blocks. A block of N inputs is transformed into R numbers, each
// is multiplied by a weight of its own, and the R products are transformed into M = N + 1 - K
// outputs. With many channels a product is a matrix product, so R / M against K is what is won.
#pragma once

namespace kokoro {

// Toom-Cook's F(4, 3), with the points 0, 1, -1, 2, -2 and infinity (Winograd 1980; Lavin and
// Gray 2015): 6 products for 4 outputs in place of 12.
struct ToomCook43 {
    static constexpr int kTaps = 3, kPoints = 6, kOutputs = 4, kProducts = 6, kWeights = 6;
    static constexpr int kBehind = 1;
};

// The circular convolution of 32 points by the real FFT. Bins 0 and 16 are real; each of the other
// 15 is a complex product, done with three real ones (Gauss): 47 products for 26 outputs of 7 taps
// in place of 182, or for 22 outputs of 11 taps in place of 242. The real and imaginary parts are
// kept; their sum and difference are made when they are needed, since memory is slower.
template <int K>
struct FftConvolution {
    static constexpr int kTaps = K, kPoints = 32, kOutputs = kPoints + 1 - K;
    static constexpr int kBins = kPoints / 2 - 1, kProducts = 2 + 3 * kBins, kWeights = 2 + 2 * kBins;
    static constexpr int kBehind = 3;
};

}  // namespace kokoro
