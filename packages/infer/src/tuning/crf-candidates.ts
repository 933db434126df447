/** The DenseCRFs that a search tries: few, since each goes over every slide. */

/** As `crfByName` takes them: `reference`, kernels around it, and one that looks at colours. */
export const crfCandidates: readonly string[] = [
  'none',
  'reference',
  ...[1.5, 3, 6]
    .flatMap((sxy) => [1, 3, 10].map((compat) => `sxy=${sxy},compat=${compat},iterations=5`))
    .filter((text) => text !== 'sxy=3,compat=3,iterations=5'),
  'bilateral',
];
