// What JavaScript does with ranks: joins them, sums small numbers and gradients over them, and takes tensors from rank 0.
#include "ranks.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <cstring>

#include "errors.h"
#include "handle.h"
#include "modules.h"

namespace ftu {
namespace {

/** One training per process. They stay until the process ends, or leaves: a destructor that runs at exit would wait for lost ranks. */
struct Joined {
  RankSettings settings;
  std::unique_ptr<RankStore> store;
  std::unique_ptr<Ranks> ranks;
};
Joined* joined = nullptr;

RankStore& store() {
  if (joined == nullptr) throw BridgeError("argument", "no ranks are joined");
  return *joined->store;
}

Ranks& ranks() {
  if (joined == nullptr || joined->ranks == nullptr) throw BridgeError("argument", "no ranks are joined");
  return *joined->ranks;
}

std::string text(const Napi::Value& value) { return value.As<Napi::String>(); }

/** openRanks(host, port, rank, size, hostsStore, prefix, timeout in ms) */
Napi::Value openRanks(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "openRanks", [&] {
    if (joined != nullptr) throw BridgeError("argument", "this process has joined ranks already");
    RankSettings settings{text(info[0]),
                          info[1].As<Napi::Number>().Int32Value(),
                          info[2].As<Napi::Number>().Int32Value(),
                          info[3].As<Napi::Number>().Int32Value(),
                          info[4].As<Napi::Boolean>().Value(),
                          text(info[5]),
                          info[6].As<Napi::Number>().Int64Value()};
    auto opened = openRankStore(settings);
    joined = new Joined{std::move(settings), std::move(opened), nullptr};
    return info.Env().Undefined();
  });
}

/** connectRanks(address of this host, timeout in ms of what follows) */
Napi::Value connect(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "connectRanks", [&] {
    RankStore& met = store();
    joined->settings.timeout = info[1].As<Napi::Number>().Int64Value();
    joined->ranks = connectRanks(met, joined->settings, text(info[0]));
    return info.Env().Undefined();
  });
}

Napi::Value setText(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "setRankText", [&] {
    store().set(text(info[0]), text(info[1]));
    return info.Env().Undefined();
  });
}

Napi::Value getText(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "getRankText", [&] { return Napi::String::New(info.Env(), store().get(text(info[0]))); });
}

Napi::Value hasText(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "hasRankText", [&] { return Napi::Boolean::New(info.Env(), store().has(text(info[0]))); });
}

/** leaveRanks(): closes the connections; waits for what is under way. */
Napi::Value leave(const Napi::CallbackInfo& info) {
  delete joined;
  joined = nullptr;
  return info.Env().Undefined();
}

Napi::Value available(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), ranksAvailable()); }

/** sumNumbers(Float64Array): in place. */
Napi::Value sumNumbers(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "sumNumbers", [&] {
    Napi::Float64Array numbers = info[0].As<Napi::Float64Array>();
    const auto length = static_cast<int64_t>(numbers.ElementLength());
    const at::Tensor copy = at::empty({length}, at::kDouble);
    std::memcpy(copy.data_ptr(), numbers.Data(), numbers.ByteLength());
    ranks().sum(copy);
    std::memcpy(numbers.Data(), copy.data_ptr(), numbers.ByteLength());
    return info.Env().Undefined();
  });
}

/** broadcastBytes(Uint8Array): in place, of the same length everywhere. */
Napi::Value broadcastBytes(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "broadcastBytes", [&] {
    Napi::Uint8Array bytes = info[0].As<Napi::Uint8Array>();
    const at::Tensor copy = at::empty({static_cast<int64_t>(bytes.ByteLength())}, at::kByte);
    std::memcpy(copy.data_ptr(), bytes.Data(), bytes.ByteLength());
    ranks().broadcast(copy);
    std::memcpy(bytes.Data(), copy.data_ptr(), bytes.ByteLength());
    return info.Env().Undefined();
  });
}

/** Tensors of a kind, one after the other in one piece of memory; each in its logical order, whatever its strides. */
class Bucket {
 public:
  explicit Bucket(std::vector<at::Tensor> parts) : parts_(std::move(parts)) {
    int64_t length = 0;
    for (const at::Tensor& part : parts_) length += part.numel();
    flat_ = at::empty({length}, parts_.front().options().memory_format(c10::nullopt));
    each([](const at::Tensor& part, const at::Tensor& place) { place.copy_(part); });
  }

  void start(Ranks& ranks) { sum_ = ranks.startSum(flat_); }

  void finish(double factor) {
    sum_->wait();
    if (factor != 1) flat_.mul_(factor);
    each([](const at::Tensor& part, const at::Tensor& place) { part.copy_(place); });
  }

 private:
  template <class Body>
  void each(const Body& body) const {
    int64_t from = 0;
    for (const at::Tensor& part : parts_) {
      body(part, flat_.narrow(0, from, part.numel()).view(part.sizes()));
      from += part.numel();
    }
  }

  std::vector<at::Tensor> parts_;
  at::Tensor flat_;
  std::unique_ptr<PendingSum> sum_;
};

/** Neighbours of one kind share a bucket until it is full, so that what is in which follows from the network alone. */
std::vector<Bucket> bucketsOf(const std::vector<at::Tensor>& tensors, int64_t capacity) {
  std::vector<Bucket> buckets;
  std::vector<at::Tensor> next;
  int64_t bytes = 0;
  const auto close = [&] {
    if (!next.empty()) buckets.emplace_back(std::move(next));
    next.clear();
    bytes = 0;
  };
  for (const at::Tensor& tensor : tensors) {
    const auto size = static_cast<int64_t>(tensor.nbytes());
    const bool other = !next.empty() && (next[0].scalar_type() != tensor.scalar_type() || next[0].device() != tensor.device());
    if (other || bytes + size > capacity) close();
    next.push_back(tensor);
    bytes += size;
  }
  close();
  return buckets;
}

/** While one bucket is on its way, the next is filled. */
void sumBuckets(const std::vector<at::Tensor>& tensors, int64_t capacity, double factor) {
  c10::NoGradGuard noGrad;
  std::vector<Bucket> buckets = bucketsOf(tensors, capacity);
  for (Bucket& bucket : buckets) bucket.start(ranks());
  for (Bucket& bucket : buckets) bucket.finish(factor);
}

/** sumGradients(handles, bytes of a bucket): the gradients of those that have one. */
Napi::Value sumGradients(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "sumGradients", [&] {
    std::vector<at::Tensor> gradients;
    for (const at::Tensor& parameter : tensorsOf(info.Env(), info[0], "parameters")) {
      if (parameter.grad().defined()) gradients.push_back(parameter.grad());
    }
    sumBuckets(gradients, info[1].As<Napi::Number>().Int64Value(), 1);
    return info.Env().Undefined();
  });
}

/** averageTensors(handles, bytes of a bucket): each becomes its mean over the ranks. */
Napi::Value averageTensors(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "averageTensors", [&] {
    const auto tensors = tensorsOf(info.Env(), info[0], "tensors");
    sumBuckets(tensors, info[1].As<Napi::Number>().Int64Value(), 1.0 / ranks().size());
    return info.Env().Undefined();
  });
}

/** broadcastTensors(handles): each becomes that of rank 0. */
Napi::Value broadcastTensors(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "broadcastTensors", [&] {
    c10::NoGradGuard noGrad;
    for (const at::Tensor& tensor : tensorsOf(info.Env(), info[0], "tensors")) {
      const at::Tensor copy = tensor.detach().contiguous();
      ranks().broadcast(copy);
      if (!copy.is_same(tensor)) tensor.copy_(copy);
    }
    return info.Env().Undefined();
  });
}

/**
 * The sum over all ranks. Every rank computes the same loss of it; the gradient with respect to a rank's own share is that of the sum, and the
 * gradients of all shares meet where those of the parameters are added.
 */
class AllReduceSum : public torch::autograd::Function<AllReduceSum> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext*, const at::Tensor& x) {
    const at::Tensor total = x.detach().to(at::kDouble, false, true).contiguous();
    ranks().sum(total);
    return total.to(x.scalar_type());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext*,
                                                 const torch::autograd::variable_list& gradients) {
    return gradients;
  }
};

at::Tensor allReduceSum(const at::Tensor& x) { return AllReduceSum::apply(x); }

}  // namespace

Ranks* joinedRanks() { return joined == nullptr ? nullptr : joined->ranks.get(); }

SumOverRanks sumOverRanks() {
  return [](std::vector<double>& sums) {
    ranks().sum(at::from_blob(sums.data(), {static_cast<int64_t>(sums.size())}, at::kDouble));
  };
}

TORCH_LIBRARY_FRAGMENT(ftuseg, library) { library.def("all_reduce_sum(Tensor input) -> Tensor", allReduceSum); }

void registerRanks(Napi::Env env, Napi::Object exports) {
  exports.Set("ranksAvailable", Napi::Function::New(env, available));
  exports.Set("openRanks", Napi::Function::New(env, openRanks));
  exports.Set("connectRanks", Napi::Function::New(env, connect));
  exports.Set("setRankText", Napi::Function::New(env, setText));
  exports.Set("getRankText", Napi::Function::New(env, getText));
  exports.Set("hasRankText", Napi::Function::New(env, hasText));
  exports.Set("leaveRanks", Napi::Function::New(env, leave));
  exports.Set("sumNumbers", Napi::Function::New(env, sumNumbers));
  exports.Set("broadcastBytes", Napi::Function::New(env, broadcastBytes));
  exports.Set("sumGradients", Napi::Function::New(env, sumGradients));
  exports.Set("averageTensors", Napi::Function::New(env, averageTensors));
  exports.Set("broadcastTensors", Napi::Function::New(env, broadcastTensors));
}

}  // namespace ftu
