/**
 * Runs a call that must fail and hands over its TorchError, so that a test can look at every field.
 */
import { expect } from 'vitest';
import { TorchError } from '../src/index.js';

export function caught(call: () => unknown): TorchError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(TorchError);
    if (error instanceof TorchError) return error;
  }
  throw new Error('the call did not fail');
}
