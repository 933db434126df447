// JavaScript values to and from IValues, guided by an operator's schema.
// This is the only place that knows which JavaScript value stands for which schema type.
#pragma once
#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>
#include <napi.h>

namespace ftu {

/**
 * `value` (neither undefined nor missing) as `argument`'s type; BridgeError naming argument, type and value otherwise.
 * `isTensor`: the numbers in `value` are handles, as JavaScript says beside the arguments.
 */
c10::IValue toIValue(Napi::Env env, const c10::Argument& argument, Napi::Value value, bool isTensor);

/** Tensors become handles, lists arrays, None undefined; the rest is { value }, with bigint for integers beyond 2^53. */
Napi::Value fromIValue(Napi::Env env, const c10::IValue& value);

/** A schema type as the operator's signature writes it: "Tensor?", "int[2]". */
std::string typeName(const c10::Type& type, int32_t length);

}  // namespace ftu
