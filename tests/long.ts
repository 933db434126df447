/**
 * Tests that repeat at length what shorter ones show: kills at more moments, every recipe, every size of a screen, thousands of mutations. `make test` leaves
 * them out and says how many it skipped; `make test-all` runs them too.
 */
export const long = process.env.FTUSEG_TESTS === 'all';

/** Of many cases all where long tests run, else every n-th. */
export const few = <T>(cases: readonly T[], every: number): T[] => cases.filter((_, i) => long || i % every === 0);
