// TensorFlow operations for the program's fused primitives on the processor, called by
// main/numerics/engine/kernels/native.ts. Shapes in the alphabet of main/numerics/engine/ops.ts. Threads share
// out rows or heads, never the terms of a sum, so results do not depend on how many there are.
#include <functional>
#include "adam_w.h"
#include "attention.h"
#include "layer_norm.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace tangent {
namespace {

using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;

const float* numbers(OpKernelContext* context, int input) { return context->input(input).flat<float>().data(); }

/// Allocates an output; null if there is no memory, with the failure set on the context.
float* allocate(OpKernelContext* context, int output, const TensorShape& shape) {
  Tensor* tensor = nullptr;
  const auto status = context->allocate_output(output, shape, &tensor);
  if (!status.ok()) {
    context->SetStatus(status);
    return nullptr;
  }
  return tensor->flat<float>().data();
}

/// Runs `body(begin, end)` over parts of [0, count); `cost` is in processor cycles for one of them.
void inParallel(OpKernelContext* context, int64_t count, int64_t cost,
                const std::function<void(int64_t, int64_t)>& body) {
  context->device()->tensorflow_cpu_worker_threads()->workers->ParallelFor(count, cost, body);
}

int64_t lastAxis(const Tensor& x) { return x.dim_size(x.dims() - 1); }

TensorShape withLastAxis(const Tensor& x, int64_t length) {
  TensorShape shape = x.shape();
  shape.set_dim(x.dims() - 1, length);
  return shape;
}

#define OUTPUT(name, index, shape)                \
  float* name = allocate(context, index, shape);  \
  if (name == nullptr) return

REGISTER_OP("TangentLayerNorm")
    .Input("x: float").Input("weight: float").Input("bias: float").Attr("epsilon: float")
    .Output("y: float").Output("normalized: float").Output("inverse_deviation: float");

class LayerNormOp : public OpKernel {
 public:
  explicit LayerNormOp(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("epsilon", &epsilon_));
  }
  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const int64_t D = lastAxis(x);
    OUTPUT(y, 0, x.shape());
    OUTPUT(normalized, 1, x.shape());
    OUTPUT(r, 2, withLastAxis(x, 1));
    const float *in = numbers(context, 0), *weight = numbers(context, 1), *bias = numbers(context, 2);
    inParallel(context, x.NumElements() / D, D, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++)
        layerNormRow(in + i * D, weight, bias, epsilon_, D, y + i * D, normalized + i * D, r + i);
    });
  }

 private:
  float epsilon_;
};
REGISTER_KERNEL_BUILDER(Name("TangentLayerNorm").Device(tensorflow::DEVICE_CPU), LayerNormOp);

REGISTER_OP("TangentLayerNormJvp")
    .Input("normalized: float").Input("inverse_deviation: float").Input("weight: float")
    .Input("dx: float").Input("dweight: float").Input("dbias: float").Output("dy: float");

class LayerNormJvpOp : public OpKernel {
 public:
  using OpKernel::OpKernel;
  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const int64_t D = lastAxis(x);
    OUTPUT(dy, 0, x.shape());
    const float *normalized = numbers(context, 0), *r = numbers(context, 1), *weight = numbers(context, 2);
    const float *dx = numbers(context, 3), *dWeight = numbers(context, 4), *dBias = numbers(context, 5);
    inParallel(context, x.NumElements() / D, D, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++)
        layerNormJvpRow(normalized + i * D, r[i], weight, dx + i * D, dWeight, dBias, D, dy + i * D);
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("TangentLayerNormJvp").Device(tensorflow::DEVICE_CPU), LayerNormJvpOp);

REGISTER_OP("TangentLayerNormVjp")
    .Input("normalized: float").Input("inverse_deviation: float").Input("weight: float")
    .Input("u: float").Output("x_bar: float");

class LayerNormVjpOp : public OpKernel {
 public:
  using OpKernel::OpKernel;
  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const int64_t D = lastAxis(x);
    OUTPUT(xBar, 0, x.shape());
    const float *normalized = numbers(context, 0), *r = numbers(context, 1);
    const float *weight = numbers(context, 2), *u = numbers(context, 3);
    inParallel(context, x.NumElements() / D, D, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++)
        layerNormVjpRow(normalized + i * D, r[i], weight, u + i * D, D, xBar + i * D);
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("TangentLayerNormVjp").Device(tensorflow::DEVICE_CPU), LayerNormVjpOp);

/// What the three attention kernels share: the heads of B sequences, each worked on by one thread.
class AttentionOp : public OpKernel {
 public:
  explicit AttentionOp(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("heads", &heads_));
    OP_REQUIRES_OK(construction, construction->GetAttr("causal", &causal_));
  }

 protected:
  /// Calls `body(head, D, offsets)` for every head; offsets into packed, plain (B x T x D) and weights arrays.
  template <typename Body>
  void forEachHead(OpKernelContext* context, const Tensor& qkv, const Body& body) {
    const int64_t B = qkv.dim_size(0), T = qkv.dim_size(1), stride = qkv.dim_size(2);
    const int64_t D = stride / 3, H = heads_, d = D / H;
    const Head head{T, d, stride, causal_};
    inParallel(context, B * H, 8 * T * T * d / kLanes, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) {
        const int64_t sequence = i / H, column = i % H * d;
        body(head, D, sequence * T * stride + column, sequence * T * D + column, i * T * T);
      }
    });
  }
  int64_t heads_;
  bool causal_;
};

REGISTER_OP("TangentAttention")
    .Input("qkv: float").Attr("heads: int").Attr("causal: bool").Output("y: float").Output("weights: float");

class AttentionForwardOp : public AttentionOp {
 public:
  using AttentionOp::AttentionOp;
  void Compute(OpKernelContext* context) override {
    const Tensor& qkv = context->input(0);
    const int64_t B = qkv.dim_size(0), T = qkv.dim_size(1), D = qkv.dim_size(2) / 3;
    OUTPUT(y, 0, TensorShape({B, T, D}));
    OUTPUT(weights, 1, TensorShape({B * heads_, T, T}));
    const float* in = numbers(context, 0);
    forEachHead(context, qkv, [&](const Head& head, int64_t D, int64_t packed, int64_t plain, int64_t square) {
      attendHead(head, D, in + packed, weights + square, y + plain);
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("TangentAttention").Device(tensorflow::DEVICE_CPU), AttentionForwardOp);

REGISTER_OP("TangentAttentionJvp")
    .Input("qkv: float").Input("weights: float").Input("dqkv: float").Attr("heads: int").Attr("causal: bool")
    .Output("dy: float");

class AttentionJvpOp : public AttentionOp {
 public:
  using AttentionOp::AttentionOp;
  void Compute(OpKernelContext* context) override {
    const Tensor& qkv = context->input(0);
    OUTPUT(dy, 0, withLastAxis(qkv, qkv.dim_size(2) / 3));
    const float *in = numbers(context, 0), *weights = numbers(context, 1), *tangent = numbers(context, 2);
    forEachHead(context, qkv, [&](const Head& head, int64_t D, int64_t packed, int64_t plain, int64_t square) {
      attendHeadJvp(head, D, in + packed, weights + square, tangent + packed, dy + plain);
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("TangentAttentionJvp").Device(tensorflow::DEVICE_CPU), AttentionJvpOp);

REGISTER_OP("TangentAttentionVjp")
    .Input("qkv: float").Input("weights: float").Input("u: float").Attr("heads: int").Attr("causal: bool")
    .Output("qkv_bar: float");

class AttentionVjpOp : public AttentionOp {
 public:
  using AttentionOp::AttentionOp;
  void Compute(OpKernelContext* context) override {
    const Tensor& qkv = context->input(0);
    OUTPUT(qkvBar, 0, qkv.shape());
    const float *in = numbers(context, 0), *weights = numbers(context, 1), *u = numbers(context, 2);
    forEachHead(context, qkv, [&](const Head& head, int64_t D, int64_t packed, int64_t plain, int64_t square) {
      attendHeadVjp(head, D, in + packed, weights + square, u + plain, qkvBar + packed);
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("TangentAttentionVjp").Device(tensorflow::DEVICE_CPU), AttentionVjpOp);

/// A kernel that maps numbers one by one; `cost` in cycles for a vector register of them.
#define REGISTER_ELEMENTWISE(op, value)                                                              \
  REGISTER_OP(#op).Input("x: float").Output("y: float");                                             \
  class op##Op : public OpKernel {                                                                   \
   public:                                                                                           \
    using OpKernel::OpKernel;                                                                        \
    void Compute(OpKernelContext* context) override {                                                \
      const Tensor& input = context->input(0);                                                       \
      OUTPUT(y, 0, input.shape());                                                                   \
      const float* in = numbers(context, 0);                                                         \
      inParallel(context, input.NumElements(), 2, [&](int64_t begin, int64_t end) {                  \
        _Pragma("omp simd") for (int64_t i = begin; i < end; i++) {                                  \
          const float x = in[i];                                                                     \
          y[i] = value;                                                                              \
        }                                                                                            \
      });                                                                                            \
    }                                                                                                \
  };                                                                                                 \
  REGISTER_KERNEL_BUILDER(Name(#op).Device(tensorflow::DEVICE_CPU), op##Op)

constexpr float kSlope = 1.702f;

inline float quickGeluSlope(float x) {
  const float s = sigmoid(kSlope * x);
  return s + kSlope * x * s * (1 - s);
}

REGISTER_ELEMENTWISE(TangentQuickGelu, x * sigmoid(kSlope * x));
REGISTER_ELEMENTWISE(TangentQuickGeluSlope, quickGeluSlope(x));

/// Views the same numbers under another shape, given as an attribute: TensorFlow's own takes it as a tensor, which
/// costs more to make than the view.
REGISTER_OP("TangentReshape").Input("x: float").Attr("shape: shape").Output("y: float");

class ReshapeOp : public OpKernel {
 public:
  explicit ReshapeOp(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("shape", &shape_));
  }
  void Compute(OpKernelContext* context) override {
    Tensor view;
    OP_REQUIRES(context, view.CopyFrom(context->input(0), shape_),
                absl::InvalidArgumentError("a reshape to another number of elements"));
    context->set_output(0, view);
  }

 private:
  TensorShape shape_;
};
REGISTER_KERNEL_BUILDER(Name("TangentReshape").Device(tensorflow::DEVICE_CPU), ReshapeOp);

/// A kernel that joins two tensors of one shape number by number.
#define REGISTER_BINARY(op, value)                                                                   \
  REGISTER_OP(#op).Input("a: float").Input("b: float").Output("y: float");                           \
  class op##Op : public OpKernel {                                                                   \
   public:                                                                                           \
    using OpKernel::OpKernel;                                                                        \
    void Compute(OpKernelContext* context) override {                                                \
      const Tensor& input = context->input(0);                                                       \
      OUTPUT(y, 0, input.shape());                                                                   \
      const float *left = numbers(context, 0), *right = numbers(context, 1);                         \
      inParallel(context, input.NumElements(), 1, [&](int64_t begin, int64_t end) {                  \
        _Pragma("omp simd") for (int64_t i = begin; i < end; i++) {                                  \
          const float a = left[i], b = right[i];                                                     \
          y[i] = value;                                                                              \
        }                                                                                            \
      });                                                                                            \
    }                                                                                                \
  };                                                                                                 \
  REGISTER_KERNEL_BUILDER(Name(#op).Device(tensorflow::DEVICE_CPU), op##Op)

REGISTER_BINARY(TangentAdd, a + b);
REGISTER_BINARY(TangentMultiply, a * b);

REGISTER_OP("TangentAddRow").Input("x: float").Input("row: float").Output("y: float");
REGISTER_OP("TangentAddTensorAndRow")
    .Input("x: float").Input("row: float").Input("other: float").Output("y: float");

class AddRowOp : public OpKernel {
 public:
  using OpKernel::OpKernel;
  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const int64_t D = lastAxis(x);
    OUTPUT(y, 0, x.shape());
    const float *in = numbers(context, 0), *row = numbers(context, 1);
    const float* other = context->num_inputs() == 3 ? numbers(context, 2) : nullptr;
    inParallel(context, x.NumElements() / D, D / 4, [&](int64_t begin, int64_t end) {
      for (int64_t offset = begin * D; offset < end * D; offset += D) {
        if (other == nullptr) {
#pragma omp simd
          for (int64_t c = 0; c < D; c++) y[offset + c] = in[offset + c] + row[c];
        } else {
#pragma omp simd
          for (int64_t c = 0; c < D; c++) y[offset + c] = in[offset + c] + other[offset + c] + row[c];
        }
      }
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("TangentAddRow").Device(tensorflow::DEVICE_CPU), AddRowOp);
REGISTER_KERNEL_BUILDER(Name("TangentAddTensorAndRow").Device(tensorflow::DEVICE_CPU), AddRowOp);

/// Sums rows in a fixed number of blocks, so that the order of additions is always the same.
class SumRowsOp : public OpKernel {
 public:
  explicit SumRowsOp(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("columns", &columns_));
  }
  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const int64_t C = columns_, rows = x.NumElements() / C;
    const int64_t blocks = std::min<int64_t>(kBlocks, rows);
    OUTPUT(total, 0, TensorShape({C}));
    const float* in = numbers(context, 0);
    const float* factor = context->num_inputs() == 2 ? numbers(context, 1) : nullptr;
    std::vector<float> partial(blocks * C, 0.0f);
    inParallel(context, blocks, rows / std::max<int64_t>(blocks, 1) * C / 4, [&](int64_t begin, int64_t end) {
      for (int64_t block = begin; block < end; block++) {
        float* into = partial.data() + block * C;
        for (int64_t i = rows * block / blocks; i < rows * (block + 1) / blocks; i++) addRow(in, factor, i * C, into);
      }
    });
    std::fill(total, total + C, 0.0f);
    for (int64_t block = 0; block < blocks; block++) {
#pragma omp simd
      for (int64_t c = 0; c < C; c++) total[c] += partial[block * C + c];
    }
  }

 private:
  static constexpr int64_t kBlocks = 32;
  void addRow(const float* in, const float* factor, int64_t offset, float* into) const {
    if (factor == nullptr) {
#pragma omp simd
      for (int64_t c = 0; c < columns_; c++) into[c] += in[offset + c];
    } else {
#pragma omp simd
      for (int64_t c = 0; c < columns_; c++) into[c] += in[offset + c] * factor[offset + c];
    }
  }
  int64_t columns_;
};

REGISTER_OP("TangentSumRows").Input("x: float").Attr("columns: int").Output("total: float");
REGISTER_KERNEL_BUILDER(Name("TangentSumRows").Device(tensorflow::DEVICE_CPU), SumRowsOp);
REGISTER_OP("TangentSumRowsOfProduct").Input("x: float").Input("y: float").Attr("columns: int").Output("total: float");
REGISTER_KERNEL_BUILDER(Name("TangentSumRowsOfProduct").Device(tensorflow::DEVICE_CPU), SumRowsOp);

REGISTER_OP("TangentAdamW")
    .Input("theta: float").Input("gradient: float").Input("first_moment: float").Input("second_moment: float")
    .Input("constants: int32")
    .Output("new_theta: float").Output("new_first_moment: float").Output("new_second_moment: float");

class AdamWOp : public OpKernel {
 public:
  using OpKernel::OpKernel;
  void Compute(OpKernelContext* context) override {
    const Tensor& theta = context->input(0);
    const Tensor& packed = context->input(4);
    AdamWConstants constants;
    OP_REQUIRES(context, packed.NumElements() * sizeof(int32_t) == sizeof constants,
                absl::InvalidArgumentError("the constants of AdamW are not those that are expected"));
    std::memcpy(&constants, packed.flat<int32_t>().data(), sizeof constants);
    OUTPUT(newTheta, 0, theta.shape());
    OUTPUT(newM, 1, theta.shape());
    OUTPUT(newV, 2, theta.shape());
    const float *in = numbers(context, 0), *g = numbers(context, 1);
    const float *m = numbers(context, 2), *v = numbers(context, 3);
    inParallel(context, theta.NumElements(), 8, [&](int64_t begin, int64_t end) {
      adamWRange(constants, in, g, m, v, begin, end, newTheta, newM, newV);
    });
  }
};
REGISTER_KERNEL_BUILDER(Name("TangentAdamW").Device(tensorflow::DEVICE_CPU), AdamWOp);

/// The sum of squares in double precision, as the bits of one number; added block by block in one order.
REGISTER_OP("TangentSumSquares").Input("x: float").Output("bits: int32");

class SumSquaresOp : public OpKernel {
 public:
  using OpKernel::OpKernel;
  void Compute(OpKernelContext* context) override {
    const int64_t count = context->input(0).NumElements();
    const int64_t blocks = (count + kBlock - 1) / kBlock;
    const float* x = numbers(context, 0);
    std::vector<double> partial(blocks, 0.0);
    inParallel(context, blocks, kBlock, [&](int64_t begin, int64_t end) {
      for (int64_t block = begin; block < end; block++) {
        const int64_t last = std::min(count, (block + 1) * kBlock);
        double sum = 0;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = block * kBlock; i < last; i++) sum += static_cast<double>(x[i]) * x[i];
        partial[block] = sum;
      }
    });
    double total = 0;
    for (const double sum : partial) total += sum;
    Tensor* bits = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, TensorShape({2}), &bits));
    std::memcpy(bits->flat<int32_t>().data(), &total, sizeof total);
  }

 private:
  static constexpr int64_t kBlock = 4096;
};
REGISTER_KERNEL_BUILDER(Name("TangentSumSquares").Device(tensorflow::DEVICE_CPU), SumSquaresOp);

}  // namespace
}  // namespace tangent
