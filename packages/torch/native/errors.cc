// Translates C++ exceptions into JavaScript errors; the C++ backtrace stays behind.
#include "errors.h"

#include <c10/util/Exception.h>

#include <new>

namespace ftu {
namespace {

[[noreturn]] void throwJavaScript(Napi::Env env, const char* code, const std::string& message, const ErrorContext& context) {
  std::string text = context.op.empty() ? message : context.op + ": " + message;
  for (size_t k = 0; k < context.shapes.size(); k++) text += (k == 0 ? "; given " : ", ") + context.shapes[k];
  Napi::Error error = Napi::Error::New(env, text);
  error.Set("code", Napi::String::New(env, code));
  if (!context.op.empty()) error.Set("op", Napi::String::New(env, context.op));
  Napi::Array shapes = Napi::Array::New(env, context.shapes.size());
  for (uint32_t k = 0; k < context.shapes.size(); k++) shapes.Set(k, Napi::String::New(env, context.shapes[k]));
  error.Set("shapes", shapes);
  throw error;
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

/** The first line, without libtorch's "[enforce fail at file:line]" in front. */
std::string firstLine(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  if (line.rfind("[enforce fail at", 0) == 0) {
    size_t end = line.find("] . ");
    if (end != std::string::npos) return line.substr(end + 4);
    end = line.find("] ");
    if (end != std::string::npos) return line.substr(end + 2);
  }
  return line;
}

[[noreturn]] void throwLibtorch(Napi::Env env, const std::string& text, const ErrorContext& context) {
  const bool memory = contains(text, "can't allocate memory") || contains(text, "out of memory") ||
                      contains(text, "Storage size calculation overflowed");
  throwJavaScript(env, memory ? "memory" : "operator", firstLine(text), context);
}

}  // namespace

void rethrowAsJavaScript(Napi::Env env, const ErrorContext& context) {
  try {
    throw;
  } catch (const Napi::Error&) {
    throw;
  } catch (const BridgeError& error) {
    throwJavaScript(env, error.code(), error.what(), context);
  } catch (const c10::Error& error) {
    throwLibtorch(env, error.what_without_backtrace(), context);
  } catch (const std::bad_alloc&) {
    throwJavaScript(env, "memory", "out of memory", context);
  } catch (const std::exception& error) {
    throwLibtorch(env, error.what(), context);
  } catch (...) {
    throwJavaScript(env, "operator", "libtorch threw something that is not an exception", context);
  }
}

}  // namespace ftu
