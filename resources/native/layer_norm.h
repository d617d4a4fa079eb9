// Layer normalization of rows of length D: x^ = (x - mean x) r, r = 1 / sqrt(var x + epsilon).
#pragma once
#include "arithmetic.h"

namespace tangent {

inline void layerNormRow(const float* x, const float* weight, const float* bias, float epsilon, int64_t D, float* y,
                         float* normalized, float* inverseDeviation) {
  const float mean = sum(x, D) / D;
  float squares = 0;
#pragma omp simd reduction(+ : squares)
  for (int64_t i = 0; i < D; i++) squares += (x[i] - mean) * (x[i] - mean);
  const float r = 1 / std::sqrt(squares / D + epsilon);
  *inverseDeviation = r;
#pragma omp simd
  for (int64_t i = 0; i < D; i++) {
    const float value = (x[i] - mean) * r;
    normalized[i] = value;
    y[i] = value * weight[i] + bias[i];
  }
}

/// The derivative along dx, dWeight, dBias: weight o N'(dx) + x^ o dWeight + dBias with
/// N'(d) = r (d - mean d - x^ mean(x^ o d)), which is symmetric.
inline void layerNormJvpRow(const float* normalized, float r, const float* weight, const float* dx,
                            const float* dWeight, const float* dBias, int64_t D, float* dy) {
  const float mean = sum(dx, D) / D;
  const float along = dot(normalized, dx, D) / D;
#pragma omp simd
  for (int64_t i = 0; i < D; i++)
    dy[i] = weight[i] * (r * (dx[i] - mean - normalized[i] * along)) + normalized[i] * dWeight[i] + dBias[i];
}

/// The cotangent of x: N'(weight o u).
inline void layerNormVjpRow(const float* normalized, float r, const float* weight, const float* u, int64_t D,
                            float* xBar) {
  float total = 0, along = 0;
#pragma omp simd reduction(+ : total, along)
  for (int64_t i = 0; i < D; i++) {
    const float scaled = weight[i] * u[i];
    total += scaled;
    along += normalized[i] * scaled;
  }
  total /= D;
  along /= D;
#pragma omp simd
  for (int64_t i = 0; i < D; i++) xBar[i] = r * (weight[i] * u[i] - total - normalized[i] * along);
}

}  // namespace tangent
