// Every ATen operator by name: the schema tells how to read the arguments, the boxed call does the rest.
#include <ATen/core/dispatch/Dispatcher.h>

#include <sstream>
#include <unordered_map>

#include "convert.h"
#include "errors.h"
#include "handle.h"
#include "modules.h"

namespace ftu {

/** Operators looked up so far; JavaScript names them by their place here. */
struct OperatorTable {
  struct Entry {
    std::string name;
    c10::OperatorHandle handle;
  };
  std::vector<Entry> entries;
};

namespace {

/** "add.Tensor" is aten::add with overload Tensor; "torchvision::nms" keeps its namespace. */
c10::OperatorName parseName(const std::string& name) {
  const size_t space = name.find("::");
  const size_t dot = name.find('.', space == std::string::npos ? 0 : space);
  const std::string base = name.substr(0, dot);
  return {space == std::string::npos ? "aten::" + base : base, dot == std::string::npos ? "" : name.substr(dot + 1)};
}

std::string unknownOperator(const c10::OperatorName& wanted) {
  std::string overloads;
  for (const c10::OperatorName& known : c10::Dispatcher::singleton().getAllOpNames()) {
    if (known.name != wanted.name) continue;
    const std::string base = known.name.rfind("aten::", 0) == 0 ? known.name.substr(6) : known.name;
    overloads += (overloads.empty() ? "" : ", ") + base + (known.overload_name.empty() ? "" : "." + known.overload_name);
  }
  if (overloads.empty()) return "libtorch has no such operator";
  if (wanted.overload_name.empty()) return "this operator has overloads; name one of " + overloads;
  return "no such overload; there are " + overloads;
}

Napi::Value resolve(const Napi::CallbackInfo& info) {
  const std::string name = info[0].As<Napi::String>();
  return guarded(info.Env(), name.c_str(), [&]() -> Napi::Value {
    const c10::OperatorName wanted = parseName(name);
    auto handle = c10::Dispatcher::singleton().findSchema(wanted);
    if (!handle) throw BridgeError("operator", unknownOperator(wanted));
    auto& table = stateOf(info.Env()).operators;
    if (!table) table = std::make_shared<OperatorTable>();
    table->entries.push_back({name, *handle});
    return Napi::Number::New(info.Env(), static_cast<double>(table->entries.size() - 1));
  });
}

void addShapes(Napi::Env env, Napi::Value value, std::vector<std::string>& shapes) {
  if (value.IsNumber()) {
    shapes.push_back(describeTensor(findTensor(env, value)));
  } else if (value.IsArray()) {
    Napi::Array items = value.As<Napi::Array>();
    for (uint32_t k = 0; k < items.Length(); k++) addShapes(env, items.Get(k), shapes);
  }
}

/** Arguments follow the operator and a number whose bit k says that argument k is a handle or a list of handles. */
constexpr size_t kFirstArgument = 2;

bool holdsTensors(const Napi::CallbackInfo& info, size_t k) {
  return (static_cast<uint64_t>(info[1].As<Napi::Number>().DoubleValue()) >> k & 1) != 0;
}

torch::jit::Stack readArguments(const Napi::CallbackInfo& info, const c10::FunctionSchema& schema) {
  const auto& arguments = schema.arguments();
  const size_t given = info.Length() - kFirstArgument;
  if (given > arguments.size()) {
    std::ostringstream text;
    text << "takes at most " << arguments.size() << " arguments, got " << given << "; its signature is " << schema;
    throw BridgeError("argument", text.str());
  }
  torch::jit::Stack stack;
  stack.reserve(std::max(arguments.size(), schema.returns().size()));
  for (size_t k = 0; k < arguments.size(); k++) {
    const c10::Argument& argument = arguments[k];
    if (k < given && !info[kFirstArgument + k].IsUndefined()) {
      stack.push_back(toIValue(info.Env(), argument, info[kFirstArgument + k], holdsTensors(info, k)));
    } else if (argument.default_value()) {
      stack.push_back(*argument.default_value());
    } else if (argument.real_type()->kind() == c10::TypeKind::OptionalType) {
      stack.emplace_back();
    } else {
      throw BridgeError("argument", "argument '" + argument.name() + "' (" +
                                        typeName(*argument.real_type(), argument.N() ? *argument.N() : 0) + ") is missing");
    }
  }
  return stack;
}

/** call(operator, which, ...arguments): one result as itself, several as an array, none as undefined. */
Napi::Value call(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const OperatorTable::Entry& entry = stateOf(env).operators->entries[info[0].As<Napi::Number>().Uint32Value()];
  try {
    torch::jit::Stack stack = readArguments(info, entry.handle.schema());
    entry.handle.callBoxed(stack);
    if (stack.empty()) return env.Undefined();
    if (stack.size() == 1) return fromIValue(env, stack[0]);
    Napi::Array results = Napi::Array::New(env, stack.size());
    for (uint32_t k = 0; k < stack.size(); k++) results.Set(k, fromIValue(env, stack[k]));
    return results;
  } catch (...) {
    ErrorContext context{entry.name, {}};
    for (size_t k = 0; k + kFirstArgument < info.Length(); k++) {
      if (holdsTensors(info, k)) addShapes(env, info[kFirstArgument + k], context.shapes);
    }
    rethrowAsJavaScript(env, context);
  }
}

}  // namespace

void registerDispatch(Napi::Env env, Napi::Object exports) {
  exports.Set("resolve", Napi::Function::New(env, resolve));
  exports.Set("call", Napi::Function::New(env, call));
}

}  // namespace ftu
