// The processes of one training, called ranks, as the rest of the bridge sees them: sums over all of them. What speaks to the others is in
// ranks_c10d.cc, where this libtorch has it.
#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ftu {

/** How a process reaches the others. */
struct RankSettings {
  std::string host;
  int port;
  int rank, size;
  /** Whether the store is opened here, and not by somebody else. */
  bool hostsStore;
  /** Keys of the store begin with it. */
  std::string prefix;
  /** Of any wait for another rank, in milliseconds. */
  int64_t timeout;
};

/** Texts that all ranks read and write, kept by one of them. Every function throws BridgeError 'ranks' where it cannot be reached. */
class RankStore {
 public:
  virtual ~RankStore() = default;
  virtual void set(const std::string& key, const std::string& value) = 0;
  /** Waits for the key. */
  virtual std::string get(const std::string& key) = 0;
  virtual bool has(const std::string& key) = 0;
};

/** A sum that is under way; the tensor belongs to it until then. */
class PendingSum {
 public:
  virtual ~PendingSum() = default;
  virtual void wait() = 0;
};

/** Connected ranks. All call the same functions in the same order. Every function throws BridgeError 'ranks' where another rank is lost. */
class Ranks {
 public:
  virtual ~Ranks() = default;
  virtual int size() const = 0;
  /** Begins to replace a contiguous tensor by its sum over all ranks: the same bytes on each, and for the same number of ranks always. */
  virtual std::unique_ptr<PendingSum> startSum(const at::Tensor& tensor) = 0;
  /** Replaces a contiguous tensor by that of rank 0. */
  virtual void broadcast(const at::Tensor& tensor) = 0;

  void sum(const at::Tensor& tensor) { startSum(tensor)->wait(); }
};

/** Whether this bridge was compiled against libtorch's process groups. */
bool ranksAvailable();
std::unique_ptr<RankStore> openRankStore(const RankSettings& settings);
/** @param address of this host, on which the others reach it */
std::unique_ptr<Ranks> connectRanks(RankStore& store, const RankSettings& settings, const std::string& address);

/** Those that this process has joined; null where it trains alone. */
Ranks* joinedRanks();

/** Sums of a batch normalisation, replaced by those over all ranks; empty where the batch is whole. */
using SumOverRanks = std::function<void(std::vector<double>&)>;
SumOverRanks sumOverRanks();

}  // namespace ftu
