// What each source file adds to the addon's exports; their TypeScript signatures are in src/native.ts.
#pragma once
#include <napi.h>

namespace ftu {

void registerTensors(Napi::Env env, Napi::Object exports);
void registerDispatch(Napi::Env env, Napi::Object exports);
void registerAutograd(Napi::Env env, Napi::Object exports);
void registerOptimisers(Napi::Env env, Napi::Object exports);
void registerRuntime(Napi::Env env, Napi::Object exports);
void registerFileMaps(Napi::Env env, Napi::Object exports);
void registerRanks(Napi::Env env, Napi::Object exports);

}  // namespace ftu
