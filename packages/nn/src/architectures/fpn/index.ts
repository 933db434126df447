/** Feature pyramid network (Kirillov et al. 2019), as the registry knows it. */
import type { Architecture } from '../architecture.js';
import { buildFpn } from './fpn.js';
import { buildKerasFpn } from './keras-fpn.js';

export const fpn: Architecture = { name: 'fpn', build: { pytorch: buildFpn, keras: buildKerasFpn } };
