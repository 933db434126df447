/** Every decoder: a new one adds its folder and its line here. */
export { attentionUnet } from './attention-unet/index.js';
export { fpn } from './fpn/index.js';
export { linknet } from './linknet/index.js';
export { segformer } from './segformer/index.js';
export { unet } from './unet/index.js';
export { unet3plus } from './unet3plus/index.js';
