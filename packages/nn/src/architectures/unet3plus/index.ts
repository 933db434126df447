/** Unet 3+ (Huang et al. 2020), as the registry knows it. */
import type { Architecture } from '../architecture.js';
import { buildUnet3Plus } from './unet3plus.js';

export const unet3plus: Architecture = { name: 'unet3plus', build: { pytorch: buildUnet3Plus } };
