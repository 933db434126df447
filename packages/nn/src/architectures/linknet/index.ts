/** Linknet (Chaurasia and Culurciello 2017), as the registry knows it. */
import type { Architecture } from '../architecture.js';
import { buildKerasLinknet } from './keras-linknet.js';
import { buildLinknet } from './linknet.js';

export const linknet: Architecture = { name: 'linknet', build: { pytorch: buildLinknet, keras: buildKerasLinknet } };
