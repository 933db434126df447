/** Wrong flags are told apart from wrong data: they exit 2, as shells expect. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
