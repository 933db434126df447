/** Every kind of step: a new one adds its folder and its line here. */
export { ablate } from './ablate/index.js';
export { copy } from './copy/index.js';
export { evaluate } from './evaluate/index.js';
export { predict } from './predict/index.js';
export { prepare } from './prepare/index.js';
export { pseudoLabel } from './pseudo-label/index.js';
export { report } from './report/index.js';
export { select } from './select/index.js';
export { train } from './train/index.js';
export { tune } from './tune/index.js';
