// Small matrix products with all sums in registers.
#pragma once

#include "../convolution.h"
#include "vector.h"

namespace {

// Rows and vectors of a product that the registers hold; the width's file sets them.
constexpr int kRows = KK_ROWS, kVectors = KK_VECTORS;
constexpr int kColumns = kVectors * kLanes;
static_assert(kColumns <= kokoro::kDenseColumns, "the scratch of a tile has room for so many");
constexpr int kPanelColumns = 16;

// Rows by kColumns sums.
template <int Rows>
struct Block {
    Vector sums[Rows][kVectors];

    KK_INLINE Block() {
        KK_UNROLL
        for (int i = 0; i < Rows; i++)
            for (int v = 0; v < kVectors; v++) sums[i][v] = Vector{};
    }

    // Add a [Rows][depth] times b [depth][kColumns]. Rows of a are `row` floats apart. b lies in
    // panels of 16 columns, which are `panel` floats apart.
    KK_INLINE void add(const float *a, ptrdiff_t row, const float *b, ptrdiff_t panel, int depth) {
        for (int k = 0; k < depth; k++, b += kPanelColumns) {
            Vector column[kVectors];
            KK_UNROLL
            for (int v = 0; v < kVectors; v++)
                column[v] = load(b + (v * kLanes / kPanelColumns) * panel +
                                 v * kLanes % kPanelColumns);
            KK_UNROLL
            for (int i = 0; i < Rows; i++) {
                const Vector each = every(a[i * row + k]);
                KK_UNROLL
                for (int v = 0; v < kVectors; v++) sums[i][v] = fma(each, column[v], sums[i][v]);
            }
        }
    }

    KK_INLINE void put(float *to, ptrdiff_t row) const {
        KK_UNROLL
        for (int i = 0; i < Rows; i++)
            for (int v = 0; v < kVectors; v++) store(to + i * row + v * kLanes, sums[i][v]);
    }
};

// What a product needs; `taps` is 1 but for a convolution, whose tap j reads a + j * tap.
struct Product {
    const float *a;
    ptrdiff_t a_row, a_tap;
    const float *b;
    ptrdiff_t b_panel, b_tap;
    float *c;
    ptrdiff_t c_row;
    int depth, taps;
};

template <int Rows>
__attribute__((noinline)) void multiply_rows(const Product &p) {
    Block<Rows> block;
    for (int j = 0; j < p.taps; j++)
        block.add(p.a + j * p.a_tap, p.a_row, p.b + j * p.b_tap, p.b_panel, p.depth);
    block.put(p.c, p.c_row);
}

template <int Rows>
struct MultiplyRows {
    static KK_INLINE void call(int rows, const Product &p) {
        if (rows == Rows)
            multiply_rows<Rows>(p);
        else
            MultiplyRows<Rows - 1>::call(rows, p);
    }
};

template <>
struct MultiplyRows<0> {
    static KK_INLINE void call(int, const Product &) {}
};

// c [rows][kColumns] = a b, in parts of about equal height.
inline void multiply(Product p, int64_t rows) {
    const int64_t parts = (rows + kRows - 1) / kRows;
    const float *a = p.a;
    float *c = p.c;
    for (int64_t part = 0; part < parts; part++) {
        const int64_t begin = rows * part / parts, end = rows * (part + 1) / parts;
        p.a = a + begin * p.a_row;
        p.c = c + begin * p.c_row;
        MultiplyRows<kRows>::call(static_cast<int>(end - begin), p);
    }
}

}  // namespace
