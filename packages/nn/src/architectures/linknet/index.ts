/** Linknet (Chaurasia and Culurciello 2017), as the registry knows it. */
import type { Architecture } from '../architecture.js';
import { buildKerasLinknet } from './keras-linknet.js';
import { buildLinknet } from './linknet.js';

export const linknet: Architecture = {
  name: 'linknet',
  build: { pytorch: buildLinknet, keras: buildKerasLinknet },
  // segmentation_models.pytorch refuses them, so that there is no network whose names ours could have.
  refuses: (encoder) => encoder.startsWith('mit_'),
};
