// One step of AdamW on a range of numbers, in double precision, rounded once to float.
#pragma once
#include <cmath>
#include <cstdint>

namespace tangent {

/// In the order in which main/numerics/engine/kernels/native.ts packs them.
struct AdamWConstants {
  double beta1, beta2, epsilon, learningRate, keptShare, firstCorrection, secondCorrection;
};

inline void adamWRange(const AdamWConstants& k, const float* theta, const float* g, const float* m, const float* v,
                       int64_t begin, int64_t end, float* newTheta, float* newM, float* newV) {
#pragma omp simd
  for (int64_t i = begin; i < end; i++) {
    const double gradient = g[i];
    // The rounded moments are what the step uses, as they are what is stored.
    const float first = static_cast<float>(k.beta1 * m[i] + (1 - k.beta1) * gradient);
    const float second = static_cast<float>(k.beta2 * v[i] + (1 - k.beta2) * gradient * gradient);
    const double direction = first / k.firstCorrection / (std::sqrt(second / k.secondCorrection) + k.epsilon);
    newM[i] = first;
    newV[i] = second;
    newTheta[i] = static_cast<float>(theta[i] * k.keptShare - k.learningRate * direction);
  }
}

}  // namespace tangent
