#include "processor.h"

#include <initializer_list>

#include "kokoro_kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <xmmintrin.h>
#endif
#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace kokoro {

#if defined(__x86_64__)

namespace {

// Features by leaf and register, and the state that the system saves for them (Intel SDM, volume 1,
// chapters 13 to 18). __builtin_cpu_supports is not asked: some compilers' runtimes lack it.
struct Leaf {
    unsigned a = 0, b = 0, c = 0, d = 0;

    Leaf(unsigned leaf, unsigned sub) { __get_cpuid_count(leaf, sub, &a, &b, &c, &d); }
};

constexpr bool has(uint64_t bits, std::initializer_list<int> wanted) {
    for (const int bit : wanted)
        if (!(bits >> bit & 1)) return false;
    return true;
}

// What the system keeps when it switches between threads: XCR0.
uint64_t kept_state() {
    if (!has(Leaf(1, 0).c, {27})) return 0;  // OSXSAVE
    uint32_t low, high;
    __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return uint64_t{high} << 32 | low;
}

// Ask the system for what AMX needs, once a process: without it the first tile instruction ends the
// process (Linux gives the large state of tiles only on request). False if it is not granted.
bool allow_tiles() {
#if defined(__linux__)
    constexpr int kRequestPermission = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM, XTILEDATA
    static const bool granted = syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
    return granted;
#else
    return false;
#endif
}

constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;

}  // namespace

uint32_t abilities() {
    const Leaf basic(1, 0), extended(7, 0), further(7, 1);
    const uint64_t state = kept_state();
    uint32_t found = 0;
    if (has(state, {1, 2}) && has(basic.c, {12, 28}) && has(extended.b, {5}))  // FMA, AVX, AVX2
        found |= KK_VECTOR_256;
    if (found && has(state, {5, 6, 7}) && has(extended.b, {16, 17, 30, 31}))  // F, DQ, BW, VL
        found |= KK_VECTOR_512;
    // AMX-BF16 and AMX-TILE, and AVX-512 BF16.
    if (found & KK_VECTOR_512 && has(state, {17, 18}) && has(extended.d, {22, 24}) &&
        has(further.a, {5}) && allow_tiles())
        found |= KK_TILES;
    return found;
}

WithoutDenormals::WithoutDenormals() : before_(_mm_getcsr()) {
    _mm_setcsr(static_cast<unsigned>(before_) | kFlushToZero | kDenormalsAreZero);
}

WithoutDenormals::~WithoutDenormals() { _mm_setcsr(static_cast<unsigned>(before_)); }

#elif defined(__aarch64__)

uint32_t abilities() { return KK_VECTOR_128; }

WithoutDenormals::WithoutDenormals() {
    constexpr uint64_t kFlushToZero = 1u << 24;
    __asm__ __volatile__("mrs %0, fpcr" : "=r"(before_));
    __asm__ __volatile__("msr fpcr, %0" : : "r"(before_ | kFlushToZero) : "memory");
}

WithoutDenormals::~WithoutDenormals() { __asm__ __volatile__("msr fpcr, %0" : : "r"(before_) : "memory"); }

#else
#error "The kernels are for x86-64 and aarch64."
#endif

}  // namespace kokoro
