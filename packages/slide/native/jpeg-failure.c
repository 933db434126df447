#include "jpeg-failure.h"

void jpeg_fail(j_common_ptr info) {
  jpeg_failure *failure = (jpeg_failure *)info->err;
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  snprintf(failure->reason, JPEG_REASON, "%s", message);
  longjmp(failure->escape, 1);
}

struct jpeg_error_mgr *jpeg_watch(jpeg_failure *failure, char *reason) {
  jpeg_std_error(&failure->base);
  failure->base.error_exit = jpeg_fail;
  failure->reason = reason;
  return &failure->base;
}
