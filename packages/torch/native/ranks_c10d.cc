// Ranks over libtorch's c10d: TCPStore for texts, Gloo for memory of the processor, NCCL for that of CUDA where libtorch has it.
#include "ranks.h"

#include "compat.h"
#include "errors.h"

#ifdef FTU_WITH_C10D
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#endif

namespace ftu {

#ifdef FTU_WITH_C10D
namespace {

/** The first line of what c10d or Gloo says, without the place in its sources that stands before it. */
std::string plainText(const std::exception& error) {
  const auto* detailed = dynamic_cast<const c10::Error*>(&error);
  std::string text = detailed != nullptr ? detailed->what_without_backtrace() : error.what();
  text = text.substr(0, text.find('\n'));
  const size_t place = text.rfind('[', 0) == 0 ? text.find("] ") : std::string::npos;
  return place == std::string::npos ? text : text.substr(place + 2);
}

template <class Body>
auto withRanks(Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception& error) {
    throw BridgeError("ranks", plainText(error));
  }
}

std::chrono::milliseconds timeoutOf(const RankSettings& settings) { return std::chrono::milliseconds(settings.timeout); }

/**
 * From 2.4 on a store is served by libuv unless it is told not to, and libraries that were built without libuv, as Debian's, then refuse. The server
 * with a thread of its own is in all of them, and speaks with the same clients.
 */
template <typename Options>
auto serveWithoutLibuv(Options& options, int) -> decltype(options.useLibUV = false, void()) {
  options.useLibUV = false;
}
template <typename Options>
void serveWithoutLibuv(Options&, long) {}

class TcpRankStore final : public RankStore {
 public:
  explicit TcpRankStore(const RankSettings& settings) {
    withRanks([&] {
      c10d::TCPStoreOptions options;
      options.port = static_cast<std::uint16_t>(settings.port);
      options.isServer = settings.hostsStore;
      options.numWorkers = static_cast<size_t>(settings.size);
      options.waitWorkers = false;
      options.timeout = timeoutOf(settings);
      serveWithoutLibuv(options, 0);
      auto store = c10::make_intrusive<c10d::TCPStore>(settings.host, options);
      store->setTimeout(timeoutOf(settings));
      store_ = c10::make_intrusive<c10d::PrefixStore>(settings.prefix, store);
    });
  }

  void set(const std::string& key, const std::string& value) override {
    withRanks([&] { store_->set(key, std::vector<uint8_t>(value.begin(), value.end())); });
  }

  std::string get(const std::string& key) override {
    return withRanks([&] {
      const std::vector<uint8_t> value = store_->get(key);
      return std::string(value.begin(), value.end());
    });
  }

  bool has(const std::string& key) override {
    return withRanks([&] { return store_->check({key}); });
  }

  const c10::intrusive_ptr<c10d::Store>& store() const { return store_; }

 private:
  c10::intrusive_ptr<c10d::Store> store_;
};

/** Memory of a device that Gloo does not reach goes through that of the processor. */
class WorkSum final : public PendingSum {
 public:
  WorkSum(c10::intrusive_ptr<c10d::Work> work, at::Tensor staged, at::Tensor target)
      : work_(std::move(work)), staged_(std::move(staged)), target_(std::move(target)) {}

  void wait() override {
    withRanks([&] { work_->wait(); });
    if (!staged_.is_same(target_)) target_.copy_(staged_);
  }

 private:
  c10::intrusive_ptr<c10d::Work> work_;
  at::Tensor staged_, target_;
};

class C10dRanks final : public Ranks {
 public:
  C10dRanks(const c10::intrusive_ptr<c10d::Store>& store, const RankSettings& settings, const std::string& address)
      : size_(settings.size) {
    withRanks([&] {
      auto options = c10d::ProcessGroupGloo::Options::create(timeoutOf(settings));
      options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(address));
      options->threads = 2;
      gloo_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store, settings.rank, settings.size, options);
#ifdef USE_C10D_NCCL
      if (at::hasCUDA()) {
        auto cuda = c10d::ProcessGroupNCCL::Options::create();
        cuda->timeout = timeoutOf(settings);
        auto own = c10::make_intrusive<c10d::PrefixStore>("nccl", store);
        nccl_ = c10::make_intrusive<c10d::ProcessGroupNCCL>(own, settings.rank, settings.size, cuda);
      }
#endif
    });
  }

  int size() const override { return size_; }

  std::unique_ptr<PendingSum> startSum(const at::Tensor& tensor) override {
    return withRanks([&] {
      const at::Tensor staged = stage(tensor);
      std::vector<at::Tensor> list{staged};
      return std::make_unique<WorkSum>(onDevice(staged, [&](auto& group) { return group->allreduce(list); }), staged, tensor);
    });
  }

  void broadcast(const at::Tensor& tensor) override {
    withRanks([&] {
      const at::Tensor staged = stage(tensor);
      std::vector<at::Tensor> list{staged};
      onDevice(staged, [&](auto& group) { return group->broadcast(list); })->wait();
      if (!staged.is_same(tensor)) tensor.copy_(staged);
    });
  }

 private:
#ifdef USE_C10D_NCCL
  bool reaches(const at::Tensor& tensor) const { return tensor.is_cpu() || (tensor.is_cuda() && nccl_); }
#else
  bool reaches(const at::Tensor& tensor) const { return tensor.is_cpu(); }
#endif

  at::Tensor stage(const at::Tensor& tensor) const { return reaches(tensor) ? tensor : tensor.cpu(); }

  template <class Call>
  c10::intrusive_ptr<c10d::Work> onDevice(const at::Tensor& tensor, const Call& call) {
#ifdef USE_C10D_NCCL
    if (tensor.is_cuda()) return call(nccl_);
#endif
    return call(gloo_);
  }

  int size_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo_;
#ifdef USE_C10D_NCCL
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> nccl_;
#endif
};

}  // namespace

bool ranksAvailable() { return true; }

std::unique_ptr<RankStore> openRankStore(const RankSettings& settings) { return std::make_unique<TcpRankStore>(settings); }

std::unique_ptr<Ranks> connectRanks(RankStore& store, const RankSettings& settings, const std::string& address) {
  return std::make_unique<C10dRanks>(static_cast<TcpRankStore&>(store).store(), settings, address);
}

#else

namespace {
constexpr const char* kMissing = "this libtorch was built, or the bridge compiled, without Gloo";
}

bool ranksAvailable() { return false; }

std::unique_ptr<RankStore> openRankStore(const RankSettings&) { throw BridgeError("unavailable", kMissing); }

std::unique_ptr<Ranks> connectRanks(RankStore&, const RankSettings&, const std::string&) {
  throw BridgeError("unavailable", kMissing);
}

#endif

}  // namespace ftu
