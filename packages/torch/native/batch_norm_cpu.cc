// Cuts a map into chunks, has the threads of libtorch work on them, and puts their sums together.
#include "batch_norm_cpu.h"

#include <ATen/ops/empty_like.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "threads.h"

namespace ftu {
namespace {

/** Two sums per channel. */
struct Sums {
  std::vector<double> first, second;
};

/**
 * The chunks of a map follow from its shape alone, and their sums are added in their order: no result depends on the number of threads, or
 * on which of them did what.
 */
class Chunks {
 public:
  explicit Chunks(const at::Tensor& x) : channels_(x.size(1)), total_(x.numel()) {
    constexpr int64_t shortestRow = 128, smallestChunk = 1 << 15, mostChunks = 128;
    width_ = channels_ * ((shortestRow + channels_ - 1) / channels_);
    const int64_t least = std::max(smallestChunk, (total_ + mostChunks - 1) / mostChunks);
    size_ = width_ * ((least + width_ - 1) / width_);
    count_ = (total_ + size_ - 1) / size_;
  }

  int64_t width() const { return width_; }

  /** Calls body(chunk, its first value, its number of values) for each. */
  template <class Body>
  void each(const Body& body) const {
    onThreads(count_, [&](int64_t chunk) { body(chunk, chunk * size_, std::min(size_, total_ - chunk * size_)); });
  }

  /** What body(first value, number of values, sums and sums of the columns, scratch) adds up, per channel. */
  template <class Body>
  Sums sum(const Body& body) const {
    std::vector<double> columns(2 * width_ * count_);
    each([&](int64_t chunk, int64_t first, int64_t length) {
      std::vector<float> scratch(2 * width_);
      double* const own = &columns[2 * width_ * chunk];
      body(first, length, own, own + width_, scratch.data());
    });
    Sums sums{std::vector<double>(channels_), std::vector<double>(channels_)};
    for (const double* own = columns.data(); own < columns.data() + columns.size(); own += 2 * width_) {
      for (int64_t column = 0; column < width_; column++) {
        sums.first[column % channels_] += own[column];
        sums.second[column % channels_] += own[width_ + column];
      }
    }
    return sums;
  }

  /** value(c) for every channel c, repeated to the width of a row. */
  template <class Value>
  std::vector<float> table(const Value& value) const {
    std::vector<float> values(width_);
    for (int64_t c = 0; c < channels_; c++) values[c] = static_cast<float>(value(c));
    for (int64_t c = channels_; c < width_; c++) values[c] = values[c - channels_];
    return values;
  }

 private:
  int64_t channels_, total_, width_, size_, count_;
};

/** The memory behind `ChannelTables`. */
struct Tables {
  int64_t width;
  std::vector<float> mean, scale, bias;

  Tables(const Chunks& chunks, const BatchNormInput& input, const BatchStatistics& statistics) : width(chunks.width()) {
    const float* means = statistics.mean.data_ptr<float>();
    const float* inverse = statistics.inverseDeviation.data_ptr<float>();
    const float* weight = input.weight.data_ptr<float>();
    const float* biases = input.bias.data_ptr<float>();
    mean = chunks.table([&](int64_t c) { return means[c]; });
    scale = chunks.table([&](int64_t c) { return weight[c] * inverse[c]; });
    bias = chunks.table([&](int64_t c) { return biases[c]; });
  }

  ChannelTables view() const { return {width, mean.data(), scale.data(), bias.data()}; }
};

}  // namespace

BatchMoments reduceMoments(BatchMoments own, const SumOverRanks& reduce) {
  std::vector<double> all{own.count};
  all.insert(all.end(), own.sum.begin(), own.sum.end());
  all.insert(all.end(), own.squares.begin(), own.squares.end());
  reduce(all);
  own.count = all[0];
  std::copy_n(all.begin() + 1, own.sum.size(), own.sum.begin());
  std::copy_n(all.begin() + 1 + own.sum.size(), own.squares.size(), own.squares.begin());
  return own;
}

namespace {

/** As `statisticsOf`, of moments of the differences from one value of each channel. */
BatchStatistics statisticsAround(const float* pivot, const BatchMoments& moments, const RunningStatistics& running, double eps) {
  const double n = moments.count, momentum = running.momentum;
  TORCH_CHECK(n > 1, "batch normalisation needs more than one value per channel");
  BatchStatistics statistics{at::empty_like(running.mean), at::empty_like(running.mean), n};
  float* mean = statistics.mean.data_ptr<float>();
  float* inverse = statistics.inverseDeviation.data_ptr<float>();
  float* runningMean = running.mean.data_ptr<float>();
  float* runningVariance = running.variance.data_ptr<float>();
  for (size_t c = 0; c < moments.sum.size(); c++) {
    const double difference = moments.sum[c] / n;
    const double spread = moments.squares[c] / n - difference * difference;
    const double variance = spread < 0 ? 0 : spread;
    const double average = pivot[c] + difference;
    mean[c] = static_cast<float>(average);
    inverse[c] = static_cast<float>(1 / std::sqrt(variance + eps));
    runningMean[c] = static_cast<float>(momentum * average + (1 - momentum) * runningMean[c]);
    runningVariance[c] = static_cast<float>(momentum * variance * n / (n - 1) + (1 - momentum) * runningVariance[c]);
  }
  return statistics;
}

}  // namespace

BatchStatistics statisticsOf(const BatchMoments& moments, const RunningStatistics& running, double eps) {
  const std::vector<float> zeros(moments.sum.size());
  return statisticsAround(zeros.data(), moments, running, eps);
}

BatchStatistics measureBatch(const at::Tensor& x, const RunningStatistics& running, double eps, const SumOverRanks& reduce) {
  const Chunks chunks(x);
  const float* values = x.data_ptr<float>();
  // Differences from some value of the channel keep their digits where the mean is far from zero.
  const std::vector<float> pivot = chunks.table([&](int64_t c) { return values[c]; });
  Sums sums = chunks.sum([&](int64_t first, int64_t length, double* sum, double* squares, float* scratch) {
    addMoments(values + first, length, chunks.width(), pivot.data(), sum, squares, scratch);
  });
  BatchMoments moments{static_cast<double>(x.numel() / x.size(1)), std::move(sums.first), std::move(sums.second)};
  if (!reduce) return statisticsAround(pivot.data(), moments, running, eps);
  // Other ranks have differences from other values.
  for (size_t c = 0; c < moments.sum.size(); c++) {
    const double from = pivot[c];
    moments.squares[c] += from * (2 * moments.sum[c] + from * moments.count);
    moments.sum[c] += from * moments.count;
  }
  return statisticsOf(reduceMoments(std::move(moments), reduce), running, eps);
}

at::Tensor batchNormForward(const BatchNormInput& input, const BatchStatistics& statistics) {
  const Chunks chunks(input.x);
  const Tables tables(chunks, input, statistics);
  at::Tensor y = at::empty_like(input.x);
  const float* from = input.x.data_ptr<float>();
  float* to = y.data_ptr<float>();
  chunks.each([&](int64_t, int64_t first, int64_t length) {
    normalise(from + first, to + first, length, tables.view(), input.activation);
  });
  return y;
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> batchNormBackward(const BatchNormInput& input, const BatchStatistics& statistics,
                                                                 const at::Tensor& dy, bool wantsInput, const SumOverRanks& reduce) {
  const Chunks chunks(input.x);
  const Tables tables(chunks, input, statistics);
  const float* x = input.x.data_ptr<float>();
  const float* gradient = dy.data_ptr<float>();
  Sums sums = chunks.sum([&](int64_t first, int64_t length, double* sum, double* products, float* scratch) {
    addGradientMoments(x + first, gradient + first, length, tables.view(), input.activation, sum, products, scratch);
  });
  const float* inverse = statistics.inverseDeviation.data_ptr<float>();
  at::Tensor dWeight = at::empty_like(input.weight);
  at::Tensor dBias = at::empty_like(input.bias);
  for (int64_t c = 0; c < input.x.size(1); c++) {
    dWeight.data_ptr<float>()[c] = static_cast<float>(sums.second[c] * inverse[c]);
    dBias.data_ptr<float>()[c] = static_cast<float>(sums.first[c]);
  }
  if (!wantsInput) return {at::Tensor(), dWeight, dBias};
  if (reduce) {
    BatchMoments all = reduceMoments({0, std::move(sums.first), std::move(sums.second)}, reduce);
    sums = {std::move(all.sum), std::move(all.squares)};
  }
  const double n = statistics.count;
  const std::vector<float> mean = chunks.table([&](int64_t c) { return sums.first[c] / n; });
  const std::vector<float> slope = chunks.table([&](int64_t c) { return sums.second[c] / n * inverse[c] * inverse[c]; });
  at::Tensor dx = at::empty_like(input.x);
  float* to = dx.data_ptr<float>();
  chunks.each([&](int64_t, int64_t first, int64_t length) {
    inputGradient(x + first, gradient + first, to + first, length, tables.view(), {mean.data(), slope.data()}, input.activation);
  });
  return {dx, dWeight, dBias};
}

}  // namespace ftu
