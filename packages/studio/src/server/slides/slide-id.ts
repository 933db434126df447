/** Ids of slides in addresses: the same in every session, and no path or name of a patient. */
import { createHash } from 'node:crypto';

/**
 * 16 letters, digits, `-` and `_`.
 * @param id of the slide table, unique in it
 */
export const opaqueId = (id: string): string =>
  createHash('sha256').update(`ftuseg studio slide ${id}`).digest('base64url').slice(0, 16);
