/** Comes before every schema: zod would try `new Function` with the first, which the content security policy refuses and reports. */
import { refuseEval } from './refuse-eval.js';

refuseEval();
