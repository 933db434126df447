// Files as memory: a file is mapped once per process, read-only, and every Node thread sees the same pages through an ArrayBuffer of its own.
// The mapping ends when the garbage collectors of all threads have let go of it.
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>

#include "errors.h"
#include "modules.h"

namespace ftu {
namespace {

struct Mapping {
  void* address;
  size_t bytes;
  size_t users;
};

std::mutex mutex;
std::map<uint64_t, Mapping> mappings;
uint64_t lastId = 0;

/** Counts one user less and ends the mapping with the last of them. */
void leave(uint64_t id) {
  std::lock_guard<std::mutex> lock(mutex);
  const auto found = mappings.find(id);
  if (found == mappings.end() || --found->second.users > 0) return;
  munmap(found->second.address, found->second.bytes);
  mappings.erase(found);
}

void leaveWhenCollected(napi_env, void*, void* hint) {
  const auto id = static_cast<uint64_t*>(hint);
  leave(*id);
  delete id;
}

/** The mapping as an ArrayBuffer of this thread; its user is counted already. */
Napi::Value bufferOf(Napi::Env env, uint64_t id, const Mapping& mapping) {
  const auto hint = new uint64_t(id);
  napi_value buffer = nullptr;
  const napi_status status =
      napi_create_external_arraybuffer(env, mapping.address, mapping.bytes, leaveWhenCollected, hint, &buffer);
  if (status != napi_ok) {
    delete hint;
    leave(id);
    throw BridgeError("unavailable", "this runtime does not take memory of others as an ArrayBuffer");
  }
  return Napi::Value(env, buffer);
}

/** mapFile(descriptor): [id, ArrayBuffer] of the whole file; the descriptor may be closed afterwards. */
Napi::Value mapFile(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "mapFile", [&] {
    const int descriptor = info[0].As<Napi::Number>().Int32Value();
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) throw BridgeError("argument", std::strerror(errno));
    if (!S_ISREG(facts.st_mode)) throw BridgeError("argument", "only regular files can be mapped");
    if (facts.st_size == 0) throw BridgeError("argument", "an empty file cannot be mapped");
    Mapping mapping{nullptr, static_cast<size_t>(facts.st_size), 1};
    mapping.address = mmap(nullptr, mapping.bytes, PROT_READ, MAP_SHARED, descriptor, 0);
    if (mapping.address == MAP_FAILED) {
      throw BridgeError(errno == ENOMEM ? "memory" : "unavailable", std::strerror(errno));
    }
    uint64_t id = 0;
    {
      std::lock_guard<std::mutex> lock(mutex);
      id = ++lastId;
      mappings[id] = mapping;
    }
    Napi::Array result = Napi::Array::New(info.Env(), 2);
    result.Set(0u, Napi::Number::New(info.Env(), static_cast<double>(id)));
    result.Set(1u, bufferOf(info.Env(), id, mapping));
    return result;
  });
}

/** sharedFileMap(id): an ArrayBuffer of this thread over a file that some thread has mapped. */
Napi::Value sharedFileMap(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "sharedFileMap", [&] {
    const auto id = static_cast<uint64_t>(info[0].As<Napi::Number>().Int64Value());
    Mapping mapping;
    {
      std::lock_guard<std::mutex> lock(mutex);
      const auto found = mappings.find(id);
      if (found == mappings.end()) throw BridgeError("disposed", "the file is no longer mapped");
      found->second.users++;
      mapping = found->second;
    }
    return bufferOf(info.Env(), id, mapping);
  });
}

/** fileMaps(): how many files are mapped in this process. */
Napi::Value fileMaps(const Napi::CallbackInfo& info) {
  std::lock_guard<std::mutex> lock(mutex);
  return Napi::Number::New(info.Env(), static_cast<double>(mappings.size()));
}

}  // namespace

void registerFileMaps(Napi::Env env, Napi::Object exports) {
  exports.Set("mapFile", Napi::Function::New(env, mapFile));
  exports.Set("sharedFileMap", Napi::Function::New(env, sharedFileMap));
  exports.Set("fileMaps", Napi::Function::New(env, fileMaps));
}

}  // namespace ftu
