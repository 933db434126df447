/** Attention U-Net (Oktay et al. 2018), as the registry knows it. */
import type { Architecture } from '../architecture.js';
import { buildAttentionUnet } from './attention-unet.js';

export const attentionUnet: Architecture = { name: 'attention-unet', build: { pytorch: buildAttentionUnet } };
