/** Schemas that are run as they are, without code that is made of strings: for pages and workers whose policy refuses that. */
import { z } from 'zod';

export const refuseEval = (): void => void z.config({ jitless: true });
