// CPU memory for training. The C library gives large blocks back to the system when they are freed, and the system clears them page by
// page when they come again; a training step frees and takes the same gigabytes every time. Keeping everything in the C library's heap
// instead leaves holes, and more memory than is ever in use.
//
// So: large blocks are mapped one by one and kept in a pool when they are freed. A request takes the smallest block that fits without
// much waste. Only when there is none is a new one mapped, and only after as much of the pool has been given back as keeps the total at the
// most that was ever in use at once: the pool never costs memory of its own.
#include "cpu_memory.h"

#ifdef __linux__
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>

#include <cstdlib>
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>

#include "compat.h"

namespace ftu {
namespace {

constexpr size_t kAlignment = 64;
// Smaller blocks come from the C library, which reuses them by itself.
constexpr size_t kSmallest = 256 << 10;
constexpr size_t kPage = 4 << 10;
constexpr size_t kHugePage = 2 << 20;

class Pool {
 public:
  void* take(size_t bytes) {
    const size_t size = (bytes + kPage - 1) / kPage * kPage;
    std::lock_guard<std::mutex> lock(mutex_);
    void* block = reuse(size);
    if (block == nullptr) block = map(size);
    inUse_ += sizes_[block];
    if (inUse_ > most_) most_ = inUse_;
    return block;
  }

  // Whether the block is one of the pool's.
  bool give(void* block) {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = sizes_.find(block);
    if (found == sizes_.end()) return false;
    inUse_ -= found->second;
    pooled_ += found->second;
    age_.push_back({block, bySize_.end()});
    age_.back().entry = bySize_.emplace(found->second, std::prev(age_.end()));
    return true;
  }

 private:
  struct Free;
  using Ages = std::list<Free>;
  using Sizes = std::multimap<size_t, Ages::iterator>;
  struct Free {
    void* block;
    Sizes::iterator entry;
  };

  void* reuse(size_t size) {
    const auto found = bySize_.lower_bound(size);
    if (found == bySize_.end() || found->first > size + size / 16) return nullptr;
    void* block = found->second->block;
    pooled_ -= found->first;
    age_.erase(found->second);
    bySize_.erase(found);
    return block;
  }

  // The block that has lain longest goes first.
  void shrink(size_t wanted) {
    while (!age_.empty() && inUse_ + pooled_ + wanted > most_) {
      const Free oldest = age_.front();
      const size_t size = oldest.entry->first;
      bySize_.erase(oldest.entry);
      age_.pop_front();
      sizes_.erase(oldest.block);
      pooled_ -= size;
      munmap(oldest.block, size);
    }
  }

  void* map(size_t size) {
    shrink(size);
    void* block = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) {
      const size_t most = most_;
      most_ = 0;
      shrink(size);
      most_ = most;
      block = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      TORCH_CHECK(block != MAP_FAILED, "DefaultCPUAllocator: not enough memory: you tried to allocate ", size, " bytes.");
    }
    // Clearing one page of 2 MiB takes a fraction of the time of 512 small ones.
    if (size >= kHugePage) madvise(block, size, MADV_HUGEPAGE);
    sizes_[block] = size;
    return block;
  }

  std::mutex mutex_;
  std::unordered_map<void*, size_t> sizes_;
  Sizes bySize_;
  Ages age_;
  size_t inUse_ = 0;
  size_t pooled_ = 0;
  size_t most_ = 0;
};

// Never destroyed: tensors of static lifetime may be freed after it would have been.
Pool& pool() {
  static Pool* const only = new Pool();
  return *only;
}

void release(void* block) {
  if (block != nullptr && !pool().give(block)) std::free(block);
}

void* acquire(size_t bytes) {
  if (bytes == 0) return nullptr;
  if (bytes >= kSmallest) return pool().take(bytes);
  void* block = nullptr;
  TORCH_CHECK(posix_memalign(&block, kAlignment, bytes) == 0, "DefaultCPUAllocator: not enough memory: you tried to allocate ", bytes, " bytes.");
  return block;
}

struct PooledAllocator final : c10::Allocator {
#if FTU_TORCH_AT_LEAST(2, 3)
  c10::DataPtr allocate(size_t bytes) override {
#else
  c10::DataPtr allocate(size_t bytes) const override {
#endif
    void* block = acquire(bytes);
    return {block, block, &release, c10::Device(c10::DeviceType::CPU)};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &release; }

#if FTU_TORCH_AT_LEAST(2, 3)
  void copy_data(void* to, const void* from, size_t bytes) const override { default_copy_data(to, from, bytes); }
#endif
};

}  // namespace

void poolCpuMemory() {
  static PooledAllocator* const only = new PooledAllocator();
  c10::SetCPUAllocator(only, 1);
}

}  // namespace ftu

#else

namespace ftu {
void poolCpuMemory() {}
}  // namespace ftu

#endif
