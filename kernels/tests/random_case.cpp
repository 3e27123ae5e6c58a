#include "random_case.h"

#include <sstream>

uint64_t Random::bits() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int32_t Random::below(int32_t count) {
    return static_cast<int32_t>(bits() % static_cast<uint64_t>(count));
}

float Random::number() {
    return static_cast<float>(static_cast<int64_t>(bits() >> 40) - (1 << 23)) / (1 << 23);
}

int32_t Random::one_of(const std::vector<int32_t> &choices) {
    return choices[static_cast<size_t>(below(static_cast<int32_t>(choices.size())))];
}

uint64_t fnv1a(const void *data, size_t bytes, uint64_t hash) {
    const auto *each = static_cast<const uint8_t *>(data);
    for (size_t i = 0; i < bytes; ++i) hash = (hash ^ each[i]) * 0x100000001b3u;
    return hash;
}

std::vector<int32_t> precisions(bool with_bfloat16) {
    std::vector<int32_t> found = {KK_FLOAT32};
    if (with_bfloat16 && kk_abilities() & KK_TILES) found.push_back(KK_BFLOAT16);
    return found;
}

std::vector<int32_t> widths(int32_t precision) {
    if (precision == KK_BFLOAT16) return {512};
    std::vector<int32_t> found;
    if (kk_abilities() & KK_VECTOR_128) found.push_back(128);
    if (kk_abilities() & KK_VECTOR_256) found.push_back(256);
    if (kk_abilities() & KK_VECTOR_512) found.push_back(512);
    return found;
}

kk_stage_shape Kind<kk_stage_shape>::random(Random &random) {
    kk_stage_shape shape{};
    shape.channels = random.one_of({32, 32, 64, 96});
    shape.input_channels = random.one_of({32, 64, 96, 128});
    shape.style_columns = random.one_of({1, 7, 64, 128});
    shape.upsample_stride = random.one_of({2, 4, 6, 10});
    shape.upsample_taps = 2 * shape.upsample_stride;
    shape.upsample_padding = shape.upsample_stride / 2;
    shape.mirrored = random.below(2);
    shape.noise_taps = random.one_of({3, 7, 11});
    for (int32_t &taps : shape.block_taps) taps = random.one_of({3, 7, 11});
    for (int32_t &dilation : shape.dilations) dilation = 1 + random.below(5);
    return shape;
}

kk_stage_shape Kind<kk_stage_shape>::small() {
    return {64, 32, 16, 8, 4, 2, 1, 7, {3, 7, 11}, {1, 3, 5}};
}

std::string text_of(const kk_stage_shape &s) {
    std::ostringstream text;
    text << "stage {" << s.input_channels << ", " << s.channels << ", " << s.style_columns << ", "
         << s.upsample_taps << ", " << s.upsample_stride << ", " << s.upsample_padding << ", "
         << s.mirrored << ", " << s.noise_taps << ", {" << s.block_taps[0] << ", "
         << s.block_taps[1] << ", " << s.block_taps[2] << "}, {" << s.dilations[0] << ", "
         << s.dilations[1] << ", " << s.dilations[2] << "}}";
    return text.str();
}

kk_block_shape Kind<kk_block_shape>::random(Random &random) {
    kk_block_shape shape{};
    shape.channels = random.one_of({32, 64, 96, 128});
    shape.input_channels = random.below(3) ? 1 + random.below(150) : shape.channels;
    shape.style_columns = random.one_of({1, 7, 64, 128});
    shape.doubled = random.below(2);
    return shape;
}

kk_block_shape Kind<kk_block_shape>::small() { return {66, 32, 16, 1}; }

std::string text_of(const kk_block_shape &s) {
    std::ostringstream text;
    text << "block {" << s.input_channels << ", " << s.channels << ", " << s.style_columns << ", "
         << s.doubled << "}";
    return text.str();
}

kk_projection_shape Kind<kk_projection_shape>::random(Random &random) {
    kk_projection_shape shape{};
    shape.channels = 1 + random.below(70);
    shape.input_channels = 1 + random.below(70);
    shape.taps = 1 + random.below(random.below(4) ? 12 : 64);
    shape.stride = 1 + random.below(random.below(4) ? 6 : 64);
    shape.padding = shape.taps / 2 + random.below(shape.taps - shape.taps / 2);
    shape.slope = random.one_of({0, 1}) ? 1 : 0.01f;
    return shape;
}

kk_projection_shape Kind<kk_projection_shape>::small() { return {22, 33, 5, 2, 2, 0.1f}; }

std::string text_of(const kk_projection_shape &s) {
    std::ostringstream text;
    text << "projection {" << s.input_channels << ", " << s.channels << ", " << s.taps << ", "
         << s.stride << ", " << s.padding << ", " << s.slope << "}";
    return text.str();
}
