/**
 * The slide reader's hot paths on Node's thread pool; each of these returns a promise and touches its arrays until then.
 *
 *   decodeJpeg(data, tables | undefined, out, Uint32Array: width, height, samples, meaning, left, top, right, bottom,
 *              bytes of out from row to row)
 *   readRows(out, Float64Array: file descriptor, offset, stride, length, rows)
 *   readPlanes(out, Float64Array: file descriptor, stride, length, rows, offset of each of three planes)
 *   readPieces(out, Float64Array: file descriptor, then offset and length of each)
 *   shrinkRows(data, sums, state, out, [first, begin, weights] across, the same down,
 *              Int32Array: rows, channels, width, whole across, whole down)
 *   encodeJpeg(pixels, Uint32Array: first byte, stride, columns, rows, side, samples, quality, chroma) -> Uint8Array
 *   halve(pixels, out, Uint32Array: width, height, samples)
 */
#include <node_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "area.h"
#include "halve.h"
#include "jpeg.h"
#include "jpeg-encode.h"
#include "rows.h"

#define MAX_HELD 12

typedef struct job job;
struct job {
  napi_async_work work;
  napi_deferred deferred;
  /** Keep the arrays alive while another thread reads and writes them. */
  napi_ref held[MAX_HELD];
  int holding;
  /** Runs on the pool; 0 or a failure with `reason`. */
  int (*run)(job *);
  char reason[JPEG_REASON];
  int failed;
  /** What the promise gives; NULL: undefined. Also called after a failure, to free what there is. */
  napi_value (*result)(napi_env, job *);
  union {
    jpeg_task jpeg;
    struct {
      int file;
      uint64_t offset, stride;
      size_t length, rows;
      uint8_t *out;
    } rows;
    struct {
      int file;
      uint64_t offsets[3], stride;
      size_t length, rows;
      uint8_t *out;
    } planes;
    struct {
      int file;
      const double *places;
      size_t count;
      uint8_t *out;
    } pieces;
    struct {
      area_job area;
      const uint8_t *data;
      int32_t rows;
    } shrink;
    jpeg_encode_task encode;
    struct {
      const uint8_t *data;
      uint32_t width, height, samples;
      uint8_t *out;
    } halve;
  } of;
};

static void execute(napi_env env, void *data) {
  (void)env;
  job *current = data;
  current->failed = current->run(current);
}

static void release(napi_env env, job *current) {
  for (int i = 0; i < current->holding; i++) napi_delete_reference(env, current->held[i]);
  if (current->work != NULL) napi_delete_async_work(env, current->work);
  free(current);
}

static void complete(napi_env env, napi_status status, void *data) {
  job *current = data;
  napi_value value, given = NULL;
  if (current->result != NULL) given = current->result(env, current);
  if (status == napi_ok && !current->failed) {
    if (given != NULL) value = given;
    else napi_get_undefined(env, &value);
    napi_resolve_deferred(env, current->deferred, value);
  } else {
    napi_value message;
    const char *reason = status == napi_ok ? current->reason : "the work was cancelled";
    napi_create_string_utf8(env, reason, NAPI_AUTO_LENGTH, &message);
    napi_create_error(env, NULL, message, &value);
    napi_reject_deferred(env, current->deferred, value);
  }
  release(env, current);
}

static napi_value refuse(napi_env env, const char *reason) {
  napi_throw_type_error(env, NULL, reason);
  return NULL;
}

/** Queues a copy of `given`, which holds `arrays` until it is done. */
static napi_value queue(napi_env env, const job *given, const napi_value *arrays, int count) {
  job *current = malloc(sizeof *current);
  if (current == NULL) return refuse(env, "there is not enough memory");
  *current = *given;
  napi_value promise, name;
  for (int i = 0; i < count; i++) napi_create_reference(env, arrays[i], 1, &current->held[current->holding++]);
  napi_create_string_utf8(env, "ftuseg:slide", NAPI_AUTO_LENGTH, &name);
  napi_create_promise(env, &current->deferred, &promise);
  if (napi_create_async_work(env, NULL, name, execute, complete, current, &current->work) != napi_ok ||
      napi_queue_async_work(env, current->work) != napi_ok) {
    release(env, current);
    return refuse(env, "the thread pool takes no work");
  }
  return promise;
}

/** The elements of a typed array of `type`; -1 for anything else. */
static int elements(napi_env env, napi_value value, napi_typedarray_type type, void *data, size_t *length) {
  napi_typedarray_type found;
  bool is_array = false;
  napi_is_typedarray(env, value, &is_array);
  if (!is_array) return -1;
  if (napi_get_typedarray_info(env, value, &found, length, data, NULL, NULL) != napi_ok) return -1;
  return found == type ? 0 : -1;
}

static int run_jpeg(job *current) {
  const int failed = jpeg_decode(&current->of.jpeg);
  if (failed) memcpy(current->reason, current->of.jpeg.reason, JPEG_REASON);
  return failed;
}

static napi_value decode_jpeg(napi_env env, napi_callback_info info) {
  size_t count = 4, out_bytes, length = 0;
  napi_value given[4];
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  job current = {.run = run_jpeg};
  jpeg_task *task = &current.of.jpeg;
  uint32_t *numbers;
  if (count < 4 || elements(env, given[0], napi_uint8_array, &task->data, &task->bytes) != 0) {
    return refuse(env, "data must be a Uint8Array");
  }
  napi_valuetype kind;
  napi_typeof(env, given[1], &kind);
  const int has_tables = kind != napi_undefined;
  if (has_tables && elements(env, given[1], napi_uint8_array, &task->tables, &task->table_bytes) != 0) {
    return refuse(env, "tables must be a Uint8Array or undefined");
  }
  if (elements(env, given[2], napi_uint8_array, &task->out, &out_bytes) != 0) {
    return refuse(env, "out must be a Uint8Array");
  }
  if (elements(env, given[3], napi_uint32_array, &numbers, &length) != 0 || length != 9) {
    return refuse(env, "numbers must be a Uint32Array of 9");
  }
  task->width = numbers[0];
  task->height = numbers[1];
  task->samples = numbers[2];
  task->meaning = numbers[3];
  task->left = numbers[4];
  task->top = numbers[5];
  task->right = numbers[6];
  task->bottom = numbers[7];
  const int inside = task->left < task->right && task->right <= task->width && task->top < task->bottom &&
                     task->bottom <= task->height && task->samples >= 1 && task->samples <= 4 && numbers[3] <= JPEG_INKS;
  if (!inside) return refuse(env, "the part is not inside the block");
  const size_t row = (size_t)(task->right - task->left) * task->samples;
  task->stride = numbers[8];
  if (task->stride < row || (task->bottom - task->top - 1) * task->stride + row > out_bytes) {
    return refuse(env, "out is too small for the part");
  }
  const napi_value arrays[3] = {given[0], given[2], given[1]};
  return queue(env, &current, arrays, has_tables ? 3 : 2);
}

static int explain(job *current, int failed) {
  if (failed < 0) snprintf(current->reason, JPEG_REASON, "the file became shorter while it was read");
  else if (failed > 0) snprintf(current->reason, JPEG_REASON, "it cannot be read: %.200s", strerror(failed));
  return failed;
}

static int run_rows(job *current) {
  const int failed = rows_read(current->of.rows.file, current->of.rows.offset, current->of.rows.stride,
                               current->of.rows.length, current->of.rows.rows, current->of.rows.out);
  return explain(current, failed);
}

static int run_planes(job *current) {
  const int failed = planes_read(current->of.planes.file, current->of.planes.offsets, current->of.planes.stride,
                                 current->of.planes.length, current->of.planes.rows, current->of.planes.out);
  return explain(current, failed);
}

static int run_pieces(job *current) {
  const int failed = pieces_read(current->of.pieces.file, current->of.pieces.places, current->of.pieces.count,
                                 current->of.pieces.out);
  return explain(current, failed);
}

/** What all that reads the file is given: `out` and numbers; -1 for anything else. */
static int out_and_numbers(napi_env env, napi_callback_info info, napi_value *given, uint8_t **out, size_t *out_bytes,
                           double **numbers, size_t *length) {
  size_t count = 2;
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  if (count < 2 || elements(env, given[0], napi_uint8_array, out, out_bytes) != 0) return -1;
  return elements(env, given[1], napi_float64_array, numbers, length);
}

static napi_value read_pieces(napi_env env, napi_callback_info info) {
  size_t out_bytes, length;
  napi_value given[2];
  job current = {.run = run_pieces};
  double *numbers;
  if (out_and_numbers(env, info, given, &current.of.pieces.out, &out_bytes, &numbers, &length) != 0 || length % 2 != 1) {
    return refuse(env, "readPieces takes a Uint8Array and a Float64Array of a descriptor and pairs");
  }
  current.of.pieces.file = (int)numbers[0];
  current.of.pieces.places = numbers + 1;
  current.of.pieces.count = length / 2;
  double bytes = 0;
  for (size_t i = 2; i < length; i += 2) bytes += numbers[i];
  if (bytes > (double)out_bytes) return refuse(env, "out is too small for the pieces");
  return queue(env, &current, given, 2);
}

static napi_value read_rows(napi_env env, napi_callback_info info) {
  size_t out_bytes, length;
  napi_value given[2];
  job current = {.run = run_rows};
  double *numbers;
  if (out_and_numbers(env, info, given, &current.of.rows.out, &out_bytes, &numbers, &length) != 0 || length != 5) {
    return refuse(env, "readRows takes a Uint8Array and a Float64Array of 5");
  }
  current.of.rows.file = (int)numbers[0];
  current.of.rows.offset = (uint64_t)numbers[1];
  current.of.rows.stride = (uint64_t)numbers[2];
  current.of.rows.length = (size_t)numbers[3];
  current.of.rows.rows = (size_t)numbers[4];
  if (numbers[3] * numbers[4] > (double)out_bytes) return refuse(env, "out is too small for the rows");
  return queue(env, &current, given, 1);
}

static napi_value read_planes(napi_env env, napi_callback_info info) {
  size_t out_bytes, length;
  napi_value given[2];
  job current = {.run = run_planes};
  double *numbers;
  if (out_and_numbers(env, info, given, &current.of.planes.out, &out_bytes, &numbers, &length) != 0 || length != 7) {
    return refuse(env, "readPlanes takes a Uint8Array and a Float64Array of 7");
  }
  current.of.planes.file = (int)numbers[0];
  current.of.planes.stride = (uint64_t)numbers[1];
  current.of.planes.length = (size_t)numbers[2];
  current.of.planes.rows = (size_t)numbers[3];
  for (int plane = 0; plane < 3; plane++) current.of.planes.offsets[plane] = (uint64_t)numbers[4 + plane];
  if (3 * numbers[2] * numbers[3] > (double)out_bytes) return refuse(env, "out is too small for the rows");
  return queue(env, &current, given, 1);
}

static int run_shrink(job *current) {
  area_push(&current->of.shrink.area, current->of.shrink.data, current->of.shrink.rows);
  return 0;
}

/** Reads an axis from three arrays and checks that it stays inside `limit` inputs. */
static int axis_of(napi_env env, const napi_value *given, area_axis *axis, size_t limit) {
  size_t firsts, begins, weights;
  if (elements(env, given[0], napi_int32_array, &axis->first, &firsts) != 0 ||
      elements(env, given[1], napi_int32_array, &axis->begin, &begins) != 0 ||
      elements(env, given[2], napi_float64_array, &axis->weights, &weights) != 0 || begins != firsts + 1) {
    return -1;
  }
  axis->count = (int32_t)firsts;
  for (size_t i = 0; i < firsts; i++) {
    const int64_t taps = (int64_t)axis->begin[i + 1] - axis->begin[i];
    if (axis->first[i] < 0 || axis->begin[i] < 0 || taps < 1 || axis->begin[i + 1] > (int64_t)weights) return -1;
    if ((size_t)(axis->first[i] + taps) > limit) return -1;
  }
  return 0;
}

static napi_value shrink_rows(napi_env env, napi_callback_info info) {
  size_t count = 11, data_bytes, out_bytes, sums, states, length = 0;
  napi_value given[11];
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  job current = {.run = run_shrink};
  area_job *area = &current.of.shrink.area;
  int32_t *numbers;
  if (count < 11 || elements(env, given[10], napi_int32_array, &numbers, &length) != 0 || length != 5) {
    return refuse(env, "numbers must be an Int32Array of 5");
  }
  current.of.shrink.rows = numbers[0];
  area->channels = numbers[1];
  area->width = numbers[2];
  area->whole_across = numbers[3];
  area->whole_down = numbers[4];
  const int whole = area->whole_across > 0;
  const int sensible = numbers[0] >= 0 && numbers[1] >= 1 && numbers[2] >= 1 && numbers[4] <= 256;
  if (!sensible || (whole && numbers[4] < 1)) return refuse(env, "a number is wrong");
  const napi_typedarray_type kind = whole ? napi_uint16_array : napi_float32_array;
  if (elements(env, given[0], napi_uint8_array, &current.of.shrink.data, &data_bytes) != 0 ||
      elements(env, given[1], kind, &area->sums, &sums) != 0 ||
      elements(env, given[2], napi_int32_array, &area->state, &states) != 0 || states != 2 ||
      elements(env, given[3], napi_uint8_array, &area->out, &out_bytes) != 0) {
    return refuse(env, "shrinkRows takes data, sums, state and out");
  }
  if (axis_of(env, given + 4, &area->across, (size_t)area->width) != 0 ||
      axis_of(env, given + 7, &area->down, INT32_MAX) != 0) {
    return refuse(env, "an axis is wrong");
  }
  const size_t row = (size_t)area->width * (size_t)area->channels;
  const size_t needed = (size_t)area->across.count * area->down.count * area->channels;
  const int fits = !whole || (int64_t)area->across.count * area->whole_across <= area->width;
  if (data_bytes < row * (size_t)numbers[0] || sums < row || out_bytes < needed || area->state[0] < 0 ||
      area->state[1] < 0 || !fits) {
    return refuse(env, "an array is too small");
  }
  return queue(env, &current, given, 10);
}

static int run_encode(job *current) {
  const int failed = jpeg_encode(&current->of.encode);
  if (failed) memcpy(current->reason, current->of.encode.reason, JPEG_REASON);
  return failed;
}

/** The stream as a Uint8Array of its own memory. */
static napi_value give_stream(napi_env env, job *current) {
  napi_value buffer, array = NULL;
  void *to = NULL;
  const size_t bytes = current->of.encode.bytes;
  if (!current->failed && napi_create_arraybuffer(env, bytes, &to, &buffer) == napi_ok) {
    memcpy(to, current->of.encode.data, bytes);
    napi_create_typedarray(env, napi_uint8_array, bytes, buffer, 0, &array);
  }
  free(current->of.encode.data);
  return array;
}

static napi_value encode_jpeg(napi_env env, napi_callback_info info) {
  size_t count = 2, bytes, length = 0;
  napi_value given[2];
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  job current = {.run = run_encode, .result = give_stream};
  jpeg_encode_task *task = &current.of.encode;
  uint32_t *numbers;
  if (count < 2 || elements(env, given[0], napi_uint8_array, &task->pixels, &bytes) != 0 ||
      elements(env, given[1], napi_uint32_array, &numbers, &length) != 0 || length != 8) {
    return refuse(env, "encodeJpeg takes a Uint8Array and a Uint32Array of 8");
  }
  const size_t first = numbers[0];
  task->stride = numbers[1];
  task->columns = numbers[2];
  task->rows = numbers[3];
  task->side = numbers[4];
  task->samples = numbers[5];
  task->quality = (int)numbers[6];
  task->chroma = (jpeg_chroma)numbers[7];
  const int sensible = task->columns >= 1 && task->rows >= 1 && task->columns <= task->side && task->rows <= task->side &&
                       task->side <= 4096 && (task->samples == 1 || task->samples == 3) && numbers[7] <= JPEG_RGB_AS_IT_IS;
  if (!sensible) return refuse(env, "the tile is impossible");
  const size_t end = first + (task->rows - 1) * task->stride + (size_t)task->columns * task->samples;
  if (end > bytes) return refuse(env, "the tile is not inside the pixels");
  task->pixels += first;
  return queue(env, &current, given, 1);
}

static int run_halve(job *current) {
  halve(current->of.halve.data, current->of.halve.width, current->of.halve.height, current->of.halve.samples,
        current->of.halve.out);
  return 0;
}

static napi_value halve_picture(napi_env env, napi_callback_info info) {
  size_t count = 3, bytes, out_bytes, length = 0;
  napi_value given[3];
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  job current = {.run = run_halve};
  uint32_t *numbers;
  if (count < 3 || elements(env, given[0], napi_uint8_array, &current.of.halve.data, &bytes) != 0 ||
      elements(env, given[1], napi_uint8_array, &current.of.halve.out, &out_bytes) != 0 ||
      elements(env, given[2], napi_uint32_array, &numbers, &length) != 0 || length != 3) {
    return refuse(env, "halve takes pixels, out and a Uint32Array of 3");
  }
  const size_t width = numbers[0], height = numbers[1], samples = numbers[2];
  if (width < 1 || height < 1 || samples < 1 || samples > 4 || bytes < width * height * samples ||
      out_bytes < ((width + 1) / 2) * ((height + 1) / 2) * samples) {
    return refuse(env, "an array is too small");
  }
  current.of.halve.width = numbers[0];
  current.of.halve.height = numbers[1];
  current.of.halve.samples = numbers[2];
  return queue(env, &current, given, 2);
}

static void expose(napi_env env, napi_value exports, const char *name, napi_callback call) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, call, NULL, &function);
  napi_set_named_property(env, exports, name, function);
}

NAPI_MODULE_INIT() {
  expose(env, exports, "decodeJpeg", decode_jpeg);
  expose(env, exports, "readRows", read_rows);
  expose(env, exports, "readPlanes", read_planes);
  expose(env, exports, "readPieces", read_pieces);
  expose(env, exports, "shrinkRows", shrink_rows);
  expose(env, exports, "encodeJpeg", encode_jpeg);
  expose(env, exports, "halve", halve_picture);
  return exports;
}
