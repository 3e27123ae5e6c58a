/* Kernels for the generator of Kokoro-82M on a CPU.
 *
 * The library keeps nothing between two calls. The caller gives all memory that a run works in:
 * packed weights, a workspace and the output. Several threads may call it at once, each with its own
 * workspace.
 *
 * Tensors are float32 and channels last: x[t][c] is x[t * channels + c]. Lengths are in rows.
 * The same arguments give the same bytes, whatever the threads and the width of vectors.
 */
#ifndef KOKORO_KERNELS_H
#define KOKORO_KERNELS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KK_INTERFACE 1

enum kk_status {
    KK_OK = 0,
    KK_BAD_ARGUMENT = 1,     /* a shape that the kernels do not know, a null pointer, bad alignment */
    KK_UNSUPPORTED = 2,      /* this processor lacks what was asked for */
    KK_SMALL_WORKSPACE = 3,  /* fewer bytes than kk_*_workspace_bytes says */
    KK_NO_THREADS = 4        /* the system starts no further thread */
};

enum kk_precision {
    KK_FLOAT32 = 0,
    KK_BFLOAT16 = 1 /* products of bfloat16, sums of float32; needs KK_TILES */
};

/* What this processor can do, as a set of bits; 0 if the kernels can't run on it. */
enum kk_ability {
    KK_VECTOR_128 = 1, /* NEON */
    KK_VECTOR_256 = 2, /* AVX2 and FMA */
    KK_VECTOR_512 = 4, /* AVX-512 F, BW, DQ, VL */
    KK_TILES = 8       /* AMX with bfloat16, and AVX-512 BF16 */
};

int32_t kk_interface(void); /* KK_INTERFACE of the library */
uint32_t kk_abilities(void);

/* How to run. Neither changes the result. */
typedef struct kk_plan {
    int32_t threads; /* 1 to 256, the caller's thread included */
    int32_t width;   /* bits of a vector: 128, 256, 512; 0 is the widest that the processor has */
} kk_plan;

/* A stage of the generator:
 *
 *   v = upsample(leaky_relu(x, 0.1)) + noise block(source)
 *   y = mean of three residual blocks of v
 *
 * `upsample` is a transposed convolution. A residual block is three times
 *
 *   u = u + conv(snake(adain(conv(snake(adain(u, style))), style)))
 *
 * where the first convolution is dilated, the second is not, and both keep the length.
 */
typedef struct kk_stage_shape {
    int32_t input_channels; /* a multiple of 32 */
    int32_t channels;       /* a multiple of 32 */
    int32_t style_columns;
    int32_t upsample_taps; /* twice the stride */
    int32_t upsample_stride;
    int32_t upsample_padding;
    int32_t mirrored; /* 1: one mirrored row is put before the upsampled ones; else 0 */
    int32_t noise_taps;    /* 3, 7 or 11 */
    int32_t block_taps[3]; /* each 3, 7 or 11 */
    int32_t dilations[3];  /* 1 to 5 */
} kk_stage_shape;

/* Number of floats in the weights of a stage; -1 for a shape that the kernels do not know.
 *
 * In this order, each as PyTorch has it:
 *   upsample: weight [input_channels][channels][upsample_taps], bias [channels]
 *   noise block, then the three residual blocks; of each, for each dilation, the first and then the
 *   second half:
 *     conv weight [channels][channels][taps], conv bias [channels], alpha of snake [channels],
 *     norm weight [channels], norm bias [channels],
 *     style weight [2 * channels][style_columns], style bias [2 * channels]
 */
int64_t kk_stage_weight_count(const kk_stage_shape *shape);

/* Size of the packed weights; -1 for a shape or a precision that the kernels do not know. */
int64_t kk_stage_packed_bytes(const kk_stage_shape *shape, int32_t precision);

/* Transform weights into the form that the kernels read; it is the same on every processor of one
 * byte order. `packed` has to be aligned to 64 bytes, here and in kk_stage_run. */
int32_t kk_stage_pack(const kk_stage_shape *shape, int32_t precision, const float *weights,
                      void *packed);

/* Number of rows that a stage makes of so many input rows; -1 for a bad shape or no rows. */
int64_t kk_stage_rows(const kk_stage_shape *shape, int64_t input_rows);

int64_t kk_stage_workspace_bytes(const kk_stage_shape *shape, int32_t precision,
                                 int64_t input_rows, int32_t threads);

/* Run a stage: x [input_rows][input_channels], source [rows][channels] after its convolution,
 * style [style_columns]; y [rows][channels], which may be `source`. The workspace has to be aligned
 * to 64 bytes. */
int32_t kk_stage_run(const kk_stage_shape *shape, int32_t precision, const void *packed,
                     int64_t input_rows, const float *x, const float *source, const float *style,
                     float *y, void *workspace, int64_t workspace_bytes, const kk_plan *plan);

/* A residual block of the decoder before the generator:
 *
 *   y = (conv(act(h)) + shortcut(x)) / sqrt(2),   h = conv(pool(act(x)))
 *
 * `act` is AdaIN and a leaky ReLU of 0.2, both convolutions have three taps. A block that doubles
 * the length has a `pool`, a transposed depthwise convolution of three taps and stride 2, and its
 * shortcut repeats each row. A block that changes the number of channels has a linear shortcut.
 */
typedef struct kk_block_shape {
    int32_t input_channels; /* any number */
    int32_t channels;       /* a multiple of 32 */
    int32_t style_columns;
    int32_t doubled; /* 1: y has twice as many rows as x; else 0 */
} kk_block_shape;

/* Number of floats in the weights of a block; -1 for a shape that the kernels do not know.
 *
 * In this order, each as PyTorch has it:
 *   norm weight [input_channels], norm bias [input_channels],
 *   style weight [2 * input_channels][style_columns], style bias [2 * input_channels]
 *   doubled only: pool weight [input_channels][3], pool bias [input_channels]
 *   conv weight [channels][input_channels][3], conv bias [channels]
 *   norm weight [channels], norm bias [channels],
 *   style weight [2 * channels][style_columns], style bias [2 * channels]
 *   conv weight [channels][channels][3], conv bias [channels]
 *   if the numbers of channels differ: shortcut weight [channels][input_channels]
 */
int64_t kk_block_weight_count(const kk_block_shape *shape);

/* As for a stage. */
int64_t kk_block_packed_bytes(const kk_block_shape *shape, int32_t precision);
int32_t kk_block_pack(const kk_block_shape *shape, int32_t precision, const float *weights,
                      void *packed);
int64_t kk_block_rows(const kk_block_shape *shape, int64_t input_rows);
int64_t kk_block_workspace_bytes(const kk_block_shape *shape, int32_t precision,
                                 int64_t input_rows, int32_t threads);

/* Run a block: x [input_rows][input_channels], style [style_columns]; y [rows][channels]. */
int32_t kk_block_run(const kk_block_shape *shape, int32_t precision, const void *packed,
                     int64_t input_rows, const float *x, const float *style, float *y,
                     void *workspace, int64_t workspace_bytes, const kk_plan *plan);

/* A convolution of few taps or columns, in KK_FLOAT32 only:
 *
 *   y[m] = bias + sum over j of weights_j leaky_relu(x[m * stride + j - padding], slope)
 *
 * with zeros outside of x: what brings the excitation to the width of a stage, and what turns the
 * last stage's output into spectra. */
typedef struct kk_projection_shape {
    int32_t input_channels; /* any number */
    int32_t channels;       /* any number */
    int32_t taps;           /* 1 to 64 */
    int32_t stride;         /* 1 to 64 */
    int32_t padding;        /* less than taps */
    float slope;            /* of the leaky ReLU: 0 to 1, which is none */
} kk_projection_shape;

/* Weights [channels][input_channels][taps], then bias [channels]; the rest is as for a stage. */
int64_t kk_projection_weight_count(const kk_projection_shape *shape);
int64_t kk_projection_packed_bytes(const kk_projection_shape *shape, int32_t precision);
int32_t kk_projection_pack(const kk_projection_shape *shape, int32_t precision,
                           const float *weights, void *packed);
int64_t kk_projection_rows(const kk_projection_shape *shape, int64_t input_rows);
int64_t kk_projection_workspace_bytes(const kk_projection_shape *shape, int32_t precision,
                                      int64_t input_rows, int32_t threads);

/* Run it: x [input_rows][input_channels]; y [rows][channels rounded up to 32], of which the added
 * columns are zero. */
int32_t kk_projection_run(const kk_projection_shape *shape, int32_t precision, const void *packed,
                          int64_t input_rows, const float *x, float *y, void *workspace,
                          int64_t workspace_bytes, const kk_plan *plan);

/* One convolution of a residual block by itself, to test and to measure the parts of a stage:
 *
 *   y[t] = bias + residual[t] + sum over j of weights_j snake(scale * x + shift)[t + (j - taps / 2) d]
 *
 * with zeros outside of x. The residual may be null. */
typedef struct kk_convolution_shape {
    int32_t channels; /* a multiple of 32 */
    int32_t taps;     /* 3, 7 or 11 */
    int32_t dilation; /* d: 1 to 5 */
} kk_convolution_shape;

typedef struct kk_convolution_weights { /* by channel, but for what is packed */
    const void *packed;
    const float *bias, *alpha, *inverse_alpha, *scale, *shift;
} kk_convolution_weights;

/* Size of the packed weights; kk_convolution_pack takes weights [channels][channels][taps]. */
int64_t kk_convolution_packed_bytes(const kk_convolution_shape *shape, int32_t precision);
int32_t kk_convolution_pack(const kk_convolution_shape *shape, int32_t precision,
                            const float *weights, void *packed);
int64_t kk_convolution_workspace_bytes(const kk_convolution_shape *shape, int32_t precision,
                                       int64_t rows, int32_t threads);

/* Run it on x [rows][channels]; also the mean and the variance of y by channel. */
int32_t kk_convolution_run(const kk_convolution_shape *shape, int32_t precision,
                           const kk_convolution_weights *weights, int64_t rows, const float *x,
                           const float *residual, float *y, double *mean, double *variance,
                           void *workspace, int64_t workspace_bytes, const kk_plan *plan);

#ifdef __cplusplus
}
#endif
#endif
