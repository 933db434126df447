// Loops that the compiler turns into vectors, for several instruction sets where the system can choose one when it loads the library.
// Comparisons become vectors only under -fno-trapping-math (scripts/build.mjs).
#pragma once

#if defined(__x86_64__) && defined(__GLIBC__)
#define FTU_VECTORS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FTU_VECTORS
#endif
// Only what is inlined into such a function is compiled with it.
#define FTU_INLINE inline __attribute__((always_inline))
