/**
 * What libjpeg calls instead of ending the process: the reason is kept and control goes back to whoever called it.
 */
#ifndef FTUSEG_SLIDE_JPEG_FAILURE_H
#define FTUSEG_SLIDE_JPEG_FAILURE_H

#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>

#define JPEG_REASON 256

typedef struct {
  /** First, so that libjpeg's pointer to it is a pointer to all. */
  struct jpeg_error_mgr base;
  jmp_buf escape;
  /** JPEG_REASON bytes. */
  char *reason;
} jpeg_failure;

/** libjpeg's `error_exit`. */
void jpeg_fail(j_common_ptr info);

/** Makes `failure` what libjpeg reports to; returns what goes into `info.err`. */
struct jpeg_error_mgr *jpeg_watch(jpeg_failure *failure, char *reason);

#endif
