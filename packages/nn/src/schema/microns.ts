/** Micrometres per pixel as a setting, wherever one is given: what no slide has is asked about. */
import { MAX_MICRONS, MICRONS_RANGE, MIN_MICRONS } from '@ftuseg/core';
import { z } from 'zod';

/**
 * A number from 0.05 to 50.
 * @example
 * z.object({ micronsPerPixel: micronsSchema.optional() });
 */
export const micronsSchema = z.number().min(MIN_MICRONS, MICRONS_RANGE).max(MAX_MICRONS, MICRONS_RANGE);
