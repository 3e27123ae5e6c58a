// AVX-512: 32 registers of 16 floats, of which 28 hold sums.
#define KK_WIDTH 512
#define KK_ROWS 14
#define KK_VECTORS 2
#define KK_NAMESPACE width512
#include "kernels.inc"
