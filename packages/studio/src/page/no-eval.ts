/** Comes before every schema: zod would try `new Function` with the first, which the content security policy refuses and reports. */
import { z } from 'zod';

z.config({ jitless: true });
