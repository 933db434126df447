/**
 * A lock of an open file that the system gives back when its holder ends, however it ends. Knows nothing of Node.
 */
#ifndef FTUSEG_FILES_LOCK_H
#define FTUSEG_FILES_LOCK_H

enum { LOCK_HELD = 0, LOCK_TAKEN = 1, LOCK_UNKNOWN = 2 };

/** Does not wait. LOCK_HELD: until the file is closed; LOCK_TAKEN: another open file has it; LOCK_UNKNOWN: this file system has no locks. */
int lock_try(int file);

#endif
