// How a mistake or a libtorch failure becomes one JavaScript error with a code, and never a crash.
// TypeScript turns these plain errors into TorchError; see src/errors.ts.
#pragma once
#include <napi.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ftu {

/** A failure found by the bridge itself. `code` is one of TorchError's codes. */
class BridgeError : public std::runtime_error {
 public:
  BridgeError(const char* code, const std::string& message) : std::runtime_error(message), code_(code) {}
  const char* code() const { return code_; }

 private:
  const char* code_;
};

/** Where a failure happened: the operator, and the tensors it was given ("float32[2, 3]"). */
struct ErrorContext {
  std::string op;
  std::vector<std::string> shapes;
};

/** Rethrows the exception in flight as a JavaScript error. Call it only inside `catch (...)`. */
[[noreturn]] void rethrowAsJavaScript(Napi::Env env, const ErrorContext& context);

/** Runs `body` so that every C++ exception reaches JavaScript as an error about `op`. */
template <class Body>
auto guarded(Napi::Env env, const char* op, Body&& body) -> decltype(body()) {
  try {
    return std::forward<Body>(body)();
  } catch (...) {
    rethrowAsJavaScript(env, ErrorContext{op, {}});
  }
}

}  // namespace ftu
