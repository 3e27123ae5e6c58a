// NEON: 32 registers of 4 floats, of which 24 hold sums.
#define KK_WIDTH 128
#define KK_ROWS 6
#define KK_VECTORS 4
#define KK_NAMESPACE width128
#include "kernels.inc"
