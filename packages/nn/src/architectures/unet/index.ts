/** Unet (Ronneberger et al. 2015), as the registry knows it. */
import type { Architecture } from '../architecture.js';
import { buildKerasUnet } from './keras-unet.js';
import { buildUnet } from './unet.js';

export const unet: Architecture = { name: 'unet', build: { pytorch: buildUnet, keras: buildKerasUnet } };
