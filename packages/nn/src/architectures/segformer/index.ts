/** The head of SegFormer (Xie et al. 2021), as the registry knows it. */
import type { Architecture } from '../architecture.js';
import { buildSegformer } from './segformer.js';

export const segformer: Architecture = { name: 'segformer', build: { pytorch: buildSegformer } };
