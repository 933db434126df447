// Entry point: gives each Node environment its own state and exports the bridge's functions.
#include <napi.h>

#include "handle.h"
#include "modules.h"

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new ftu::AddonState());
  ftu::registerHandles(env, exports);
  ftu::registerTensors(env, exports);
  ftu::registerDispatch(env, exports);
  ftu::registerAutograd(env, exports);
  ftu::registerOptimisers(env, exports);
  ftu::registerRuntime(env, exports);
  ftu::registerFileMaps(env, exports);
  ftu::registerRanks(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(ftuseg_torch, init)
