/** QPTIFFs. Without imagecodecs tifffile decodes no JPEG. */
import { tissue } from '../../tests/ndpi/pictures.mjs';
import { buildQptiff } from '../../tests/vendors/qptiff-builder.mjs';
import { pyramid } from './pyramid.mjs';

export function* qptiff() {
  const [full, ...reduced] = pyramid(643, 449, [1, 2, 4, 8]);
  const parts = [
    { type: 'FullResolution', picture: full.picture },
    { type: 'Thumbnail', picture: reduced[2].picture },
    ...reduced.map(({ picture }) => ({ type: 'ReducedResolution', picture })),
    { type: 'Overview', picture: tissue(90, 200, 3) },
    { type: 'Label', picture: tissue(80, 70, 4) },
  ];
  const formed = (form) => parts.map((part) => ({ ...part, form }));
  yield ['classic.qptiff', buildQptiff(formed('deflate'), { big: false })];
  yield ['big.qptiff', buildQptiff(formed('none'))];
}
