#define _GNU_SOURCE
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#ifdef F_OFD_SETLK
/** Beyond the content: where locks keep others from reading, as on SMB, they read it all the same. */
static int attempt(int file) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 1 << 20, .l_len = 1, .l_pid = 0};
  return fcntl(file, F_OFD_SETLK, &lock);
}
#else
static int attempt(int file) { return flock(file, LOCK_EX | LOCK_NB); }
#endif

int lock_try(int file) {
  int failed;
  do failed = attempt(file);
  while (failed != 0 && errno == EINTR);
  if (failed == 0) return LOCK_HELD;
  return errno == EAGAIN || errno == EACCES || errno == EWOULDBLOCK ? LOCK_TAKEN : LOCK_UNKNOWN;
}
