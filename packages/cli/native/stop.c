/**
 * Ends the process in time when it is told to stop, whatever its threads compute: signal handlers run where no JavaScript can, while the
 * event loop waits for libtorch, a decoder or a pipe, and `_exit` waits for nobody. Functions called in a handler are async-signal-safe
 * (POSIX.1-2008, 2.4.3), and setitimer is a plain system call.
 *
 *   guard(milliseconds after the first signal, after the second)   once, after the listeners are in place
 *   extend(milliseconds from now)                                  moves the end of a process that was told to stop
 *   leave(exit code)                                               at once: no destructor runs, no thread is waited for
 */
#include <errno.h>
#include <node_api.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/** A closing terminal and programs such as npm send the same signal twice, at almost the same time. */
#define SAME_MILLISECONDS 50

static const int watched[] = {SIGINT, SIGTERM, SIGHUP};
#define WATCHED ((int)(sizeof watched / sizeof *watched))

/** The event loop's own handlers, which JavaScript hears of signals by. */
static struct sigaction listeners[WATCHED];
static int first_milliseconds, second_milliseconds;
/** The signal that counts for the exit code; 0: none has come. */
static volatile sig_atomic_t stopping;
static struct timespec since;

static void end_in(int milliseconds) {
  const struct itimerval when = {{0, 0}, {milliseconds / 1000, (milliseconds % 1000) * 1000}};
  setitimer(ITIMER_REAL, &when, NULL);
}

static void end(int signal) {
  (void)signal;
  static const char text[] = "\nftu: stopped at once; what was finished is kept\n";
  // Nothing can be done about a closed terminal.
  const ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
  (void)written;
  _exit(128 + stopping);
}

static void asked(int signal) {
  const int error = errno;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (stopping == 0) {
    stopping = signal;
    since = now;
    end_in(first_milliseconds);
  } else {
    const long passed = (now.tv_sec - since.tv_sec) * 1000 + (now.tv_nsec - since.tv_nsec) / 1000000;
    if (signal != stopping || passed >= SAME_MILLISECONDS) {
      stopping = signal;
      end_in(second_milliseconds);
    }
  }
  for (int i = 0; i < WATCHED; i++) {
    if (watched[i] == signal && listeners[i].sa_handler != SIG_DFL && listeners[i].sa_handler != SIG_IGN) {
      listeners[i].sa_handler(signal);
    }
  }
  errno = error;
}

static int numbers(napi_env env, napi_callback_info info, int32_t *out, size_t wanted) {
  napi_value given[2];
  size_t count = wanted;
  if (napi_get_cb_info(env, info, &count, given, NULL, NULL) != napi_ok || count != wanted) return 0;
  for (size_t i = 0; i < wanted; i++) {
    if (napi_get_value_int32(env, given[i], &out[i]) != napi_ok) return 0;
  }
  return 1;
}

static napi_value refuse(napi_env env) {
  napi_throw_type_error(env, NULL, "expected whole numbers");
  return NULL;
}

static napi_value guard(napi_env env, napi_callback_info info) {
  int32_t given[2];
  if (!numbers(env, info, given, 2)) return refuse(env);
  first_milliseconds = given[0];
  second_milliseconds = given[1];
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  action.sa_handler = end;
  sigaction(SIGALRM, &action, NULL);
  action.sa_handler = asked;
  for (int i = 0; i < WATCHED; i++) {
    // Whose listener takes the signal's full record is left alone.
    if (sigaction(watched[i], NULL, &listeners[i]) != 0 || (listeners[i].sa_flags & SA_SIGINFO) != 0) continue;
    sigaction(watched[i], &action, NULL);
  }
  return NULL;
}

static napi_value extend(napi_env env, napi_callback_info info) {
  int32_t milliseconds;
  if (!numbers(env, info, &milliseconds, 1)) return refuse(env);
  if (stopping != 0) end_in(milliseconds);
  return NULL;
}

static napi_value leave(napi_env env, napi_callback_info info) {
  int32_t code;
  if (!numbers(env, info, &code, 1)) return refuse(env);
  _exit(code);
}

static napi_value init(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"guard", NULL, guard, NULL, NULL, NULL, napi_enumerable, NULL},
      {"extend", NULL, extend, NULL, NULL, NULL, napi_enumerable, NULL},
      {"leave", NULL, leave, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
  return exports;
}

NAPI_MODULE(NODE_GYP_MODULE_NAME, init)
