// One head of self-attention on packed queries, keys and values: P = softmax(Q K' / sqrt d), O = P V.
// A sequence has T tokens; a head has d numbers; rows of the packed array are 3D apart.
#pragma once
#include "arithmetic.h"

namespace tangent {

/// Where a head's numbers lie.
struct Head {
  int64_t T, d, stride;
  bool causal;
};

/// Scratch memory of one thread, reused from head to head.
inline float* scratch(size_t numbers) {
  static thread_local std::vector<float> memory;
  if (memory.size() < numbers) memory.resize(numbers);
  return memory.data();
}

/// out = P o (S' - sum(P o S')), the derivative of softmax, row by row; in place.
inline void softmaxDerivative(const float* weights, int64_t T, int64_t width, float factor, float* scores) {
  for (int64_t t = 0; t < T; t++) {
    const float* p = weights + t * T;
    float* s = scores + t * width;
    const float mean = dot(p, s, T);
#pragma omp simd
    for (int64_t j = 0; j < T; j++) s[j] = p[j] * (s[j] - mean) * factor;
  }
}

inline void copyOut(const float* in, int64_t width, int64_t rows, int64_t columns, float* out, int64_t stride) {
  for (int64_t r = 0; r < rows; r++) std::memcpy(out + r * stride, in + r * width, columns * sizeof(float));
}

/// Writes P (T x T) and O (rows D apart).
inline void attendHead(const Head& head, int64_t D, const float* qkv, float* weights, float* output) {
  const auto [T, d, stride, causal] = head;
  const int64_t wideT = padded(T), wideD = padded(d);
  float* keys = scratch(d * wideT + T * wideD + T * std::max(wideT, wideD));
  float* values = keys + d * wideT;
  float* result = values + T * wideD;
  packTransposed(qkv + D, stride, T, d, keys);
  pack(qkv + 2 * D, stride, T, d, values);
  multiply(T, d, wideT, qkv, stride, keys, result);
  const float factor = 1 / std::sqrt(static_cast<float>(d));
  for (int64_t t = 0; t < T; t++) {
    const int64_t seen = causal ? t + 1 : T;
    float* s = result + t * wideT;
    float* p = weights + t * T;
    float largest = s[0];
#pragma omp simd reduction(max : largest)
    for (int64_t j = 1; j < seen; j++) largest = std::max(largest, s[j]);
#pragma omp simd
    for (int64_t j = 0; j < seen; j++) p[j] = exponential((s[j] - largest) * factor);
    const float scale = 1 / sum(p, seen);
#pragma omp simd
    for (int64_t j = 0; j < seen; j++) p[j] *= scale;
    std::fill(p + seen, p + T, 0.0f);
  }
  multiply(T, T, wideD, weights, T, values, result);
  copyOut(result, wideD, T, d, output, D);
}

/// Writes O' = P' V + P V' with P' = softmax'(Q' K' + Q K'').
inline void attendHeadJvp(const Head& head, int64_t D, const float* qkv, const float* weights, const float* tangent,
                          float* output) {
  const auto [T, d, stride, causal] = head;
  const int64_t wideT = padded(T), wideD = padded(d);
  float* keys = scratch(d * wideT + T * wideD + T * wideT + T * wideD);
  float* values = keys + d * wideT;
  float* scores = values + T * wideD;
  float* result = scores + T * wideT;
  packTransposed(qkv + D, stride, T, d, keys);
  multiply(T, d, wideT, tangent, stride, keys, scores);
  packTransposed(tangent + D, stride, T, d, keys);
  multiply(T, d, wideT, qkv, stride, keys, scores, true);
  softmaxDerivative(weights, T, wideT, 1 / std::sqrt(static_cast<float>(d)), scores);
  pack(qkv + 2 * D, stride, T, d, values);
  multiply(T, T, wideD, scores, wideT, values, result);
  pack(tangent + 2 * D, stride, T, d, values);
  multiply(T, T, wideD, weights, T, values, result, true);
  copyOut(result, wideD, T, d, output, D);
}

/// Writes the cotangents of Q, K and V into qkvBar, from the cotangent u of O.
inline void attendHeadVjp(const Head& head, int64_t D, const float* qkv, const float* weights, const float* u,
                          float* qkvBar) {
  const auto [T, d, stride, causal] = head;
  const int64_t wideT = padded(T), wideD = padded(d);
  float* packed = scratch(std::max(d * wideT, T * wideD) + T * wideT + T * wideT + T * wideD);
  float* scores = packed + std::max(d * wideT, T * wideD);
  float* transposed = scores + T * wideT;
  float* result = transposed + T * wideT;
  // S' from P' = u V'
  packTransposed(qkv + 2 * D, stride, T, d, packed);
  multiply(T, d, wideT, u, D, packed, scores);
  softmaxDerivative(weights, T, wideT, 1 / std::sqrt(static_cast<float>(d)), scores);
  // Q' = S' K
  pack(qkv + D, stride, T, d, packed);
  multiply(T, T, wideD, scores, wideT, packed, result);
  copyOut(result, wideD, T, d, qkvBar, stride);
  // K' = S'^T Q
  packTransposed(scores, wideT, T, T, transposed);
  pack(qkv, stride, T, d, packed);
  multiply(T, T, wideD, transposed, wideT, packed, result);
  copyOut(result, wideD, T, d, qkvBar + D, stride);
  // V' = P^T u
  packTransposed(weights, T, T, T, transposed);
  pack(u, D, T, d, packed);
  multiply(T, T, wideD, transposed, wideT, packed, result);
  copyOut(result, wideD, T, d, qkvBar + 2 * D, stride);
}

}  // namespace tangent
