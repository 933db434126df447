#include "jpeg-encode.h"

#include <stdlib.h>
#include <string.h>

#include "jpeg-failure.h"

static void encode(struct jpeg_compress_struct *info, jpeg_encode_task *task, uint8_t *row) {
  jpeg_mem_dest(info, &task->data, &task->bytes);
  info->image_width = task->side;
  info->image_height = task->side;
  info->input_components = (int)task->samples;
  info->in_color_space = task->samples == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(info);
  jpeg_set_quality(info, task->quality, TRUE);
  if (task->samples == 3 && task->chroma == JPEG_RGB_AS_IT_IS) jpeg_set_colorspace(info, JCS_RGB);
  if (task->samples == 3 && task->chroma == JPEG_CHROMA_FULL) info->comp_info[0].h_samp_factor = 1;
  if (task->samples == 3 && task->chroma != JPEG_CHROMA_QUARTER) info->comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(info, TRUE);
  const size_t used = (size_t)task->columns * task->samples;
  const size_t whole = (size_t)task->side * task->samples;
  for (uint32_t y = 0; y < task->side; y++) {
    const uint32_t from = y < task->rows ? y : task->rows - 1;
    JSAMPROW line = (JSAMPROW)(task->pixels + from * task->stride);
    if (task->columns < task->side) {
      memcpy(row, line, used);
      for (size_t i = used; i < whole; i++) row[i] = row[i - task->samples];
      line = row;
    }
    jpeg_write_scanlines(info, &line, 1);
  }
  jpeg_finish_compress(info);
}

int jpeg_encode(jpeg_encode_task *task) {
  struct jpeg_compress_struct info;
  jpeg_failure error;
  volatile int result = -1;
  uint8_t *const row = malloc((size_t)task->side * task->samples);
  task->data = NULL;
  task->bytes = 0;
  if (row == NULL) {
    snprintf(task->reason, JPEG_REASON, "there is not enough memory");
    return -1;
  }
  memset(&info, 0, sizeof info);
  info.err = jpeg_watch(&error, task->reason);
  if (setjmp(error.escape) == 0) {
    jpeg_create_compress(&info);
    encode(&info, task, row);
    result = 0;
  }
  jpeg_destroy_compress(&info);
  free(row);
  return result;
}
