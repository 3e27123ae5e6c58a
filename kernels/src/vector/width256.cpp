// AVX2 with FMA: 16 registers of 8 floats, of which 12 hold sums.
#define KK_WIDTH 256
#define KK_ROWS 6
#define KK_VECTORS 2
#define KK_NAMESPACE width256
#include "kernels.inc"
