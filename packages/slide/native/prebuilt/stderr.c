// Debian's libjpeg.a is not made for shared libraries in one thing: its messages take `stderr` from the program. Linked with --wrap=stderr,
// they take it from here.
#include <stdio.h>

extern FILE *__real_stderr;
__attribute__((visibility("hidden"))) FILE *__wrap_stderr;

__attribute__((constructor)) static void find_stderr(void) { __wrap_stderr = __real_stderr; }
