/** `tryLock(file descriptor)`: 0 held now, 1 taken by another open file, 2 where the file system has no locks. It does not wait. */
#include <node_api.h>

#include "lock.h"

static napi_value try_lock(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value given, result;
  int32_t file;
  napi_get_cb_info(env, info, &count, &given, NULL, NULL);
  if (count < 1 || napi_get_value_int32(env, given, &file) != napi_ok) {
    napi_throw_type_error(env, NULL, "tryLock takes a file descriptor");
    return NULL;
  }
  napi_create_int32(env, lock_try(file), &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "tryLock", NAPI_AUTO_LENGTH, try_lock, NULL, &function);
  napi_set_named_property(env, exports, "tryLock", function);
  return exports;
}
