// Small pieces of float arithmetic that the kernels are built of. Loops are written so that the
// compiler turns them into vector instructions (-O3 -march=native -fopenmp-simd -fno-math-errno -fno-trapping-math); every sum has a fixed
// order, so that results do not depend on the number of threads.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace tangent {

/// Numbers in one vector register of the widest kind; narrower machines take several.
constexpr int64_t kLanes = 16;
typedef float Lanes __attribute__((vector_size(4 * kLanes)));

inline int64_t padded(int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

inline Lanes load(const float* p) {
  Lanes lanes;
  std::memcpy(&lanes, p, sizeof lanes);
  return lanes;
}

inline void store(float* p, Lanes lanes) { std::memcpy(p, &lanes, sizeof lanes); }

/// e^x to 2 units in the last place, without branches: 2^n * e^r with |r| <= ln(2)/2.
inline float exponential(float x) {
  x = std::min(std::max(x, -87.0f), 88.0f);
  const float n = std::rint(x * 1.44269504088896341f);
  const float r = (x - n * 0.693359375f) + n * 2.12194440054690583e-4f;
  float series = 1.0f / 5040;
  series = series * r + 1.0f / 720;
  series = series * r + 1.0f / 120;
  series = series * r + 1.0f / 24;
  series = series * r + 1.0f / 6;
  series = series * r + 0.5f;
  series = series * r + 1.0f;
  series = series * r + 1.0f;
  const int32_t bits = (static_cast<int32_t>(n) + 127) << 23;
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return series * power;
}

inline float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }

inline float sum(const float* x, int64_t n) {
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t i = 0; i < n; i++) total += x[i];
  return total;
}

inline float dot(const float* x, const float* y, int64_t n) {
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int64_t i = 0; i < n; i++) total += x[i] * y[i];
  return total;
}

/// out (rows x padded(columns)) = in (rows x columns, rows `stride` apart), with zeros behind.
inline void pack(const float* in, int64_t stride, int64_t rows, int64_t columns, float* out) {
  const int64_t width = padded(columns);
  for (int64_t r = 0; r < rows; r++) {
    std::memcpy(out + r * width, in + r * stride, columns * sizeof(float));
    std::fill(out + r * width + columns, out + (r + 1) * width, 0.0f);
  }
}

/// out (columns x padded(rows)) = the transpose of in (rows x columns, rows `stride` apart).
inline void packTransposed(const float* in, int64_t stride, int64_t rows, int64_t columns, float* out) {
  const int64_t width = padded(rows);
  for (int64_t c = 0; c < columns; c++) {
    float* line = out + c * width;
    for (int64_t r = 0; r < rows; r++) line[r] = in[r * stride + c];
    std::fill(line + rows, line + width, 0.0f);
  }
}

template <int Rows, int Blocks>
inline void multiplyTile(int64_t K, const float* a, int64_t strideA, const float* b, int64_t width, float* c,
                         bool accumulate) {
  Lanes sums[Rows][Blocks];
  for (int r = 0; r < Rows; r++)
    for (int s = 0; s < Blocks; s++)
      sums[r][s] = accumulate ? load(c + r * width + s * kLanes) : Lanes{};
  for (int64_t k = 0; k < K; k++) {
    Lanes line[Blocks];
    for (int s = 0; s < Blocks; s++) line[s] = load(b + k * width + s * kLanes);
    for (int r = 0; r < Rows; r++) {
      const float factor = a[r * strideA + k];
      for (int s = 0; s < Blocks; s++) sums[r][s] += factor * line[s];
    }
  }
  for (int r = 0; r < Rows; r++)
    for (int s = 0; s < Blocks; s++) store(c + r * width + s * kLanes, sums[r][s]);
}

template <int Blocks>
inline void multiplyColumns(int64_t M, int64_t K, const float* a, int64_t strideA, const float* b, int64_t width,
                            float* c, bool accumulate) {
  constexpr int kRows = 6;
  int64_t m = 0;
  for (; m + kRows <= M; m += kRows)
    multiplyTile<kRows, Blocks>(K, a + m * strideA, strideA, b, width, c + m * width, accumulate);
  for (; m < M; m++) multiplyTile<1, Blocks>(K, a + m * strideA, strideA, b, width, c + m * width, accumulate);
}

/// c (M x width) = or += a (M x K, rows strideA apart) * b (K x width); width is a multiple of kLanes.
inline void multiply(int64_t M, int64_t K, int64_t width, const float* a, int64_t strideA, const float* b, float* c,
                     bool accumulate = false) {
  int64_t n = 0;
  for (; n + 2 * kLanes <= width; n += 2 * kLanes)
    multiplyColumns<2>(M, K, a, strideA, b + n, width, c + n, accumulate);
  if (n < width) multiplyColumns<1>(M, K, a, strideA, b + n, width, c + n, accumulate);
}

}  // namespace tangent
